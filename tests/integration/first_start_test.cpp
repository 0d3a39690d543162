#include <filesystem>
#include <string>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"

// The files that the first start leaves on disk, and how later starts treat them.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

constexpr fs::perms kOwnerFile = fs::perms::owner_read | fs::perms::owner_write;
constexpr fs::perms kOwnerDirectory = fs::perms::owner_all;

class FirstStart : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "deep" / "data";
  const fs::path master_key_ = directory_.path() / "deep" / "data.master-key";
};

TEST_F(FirstStart, MakesTheDirectoryForItsOwnerAlone) {
  const ServerProcess server(data_dir_, {.https = true});
  EXPECT_EQ(fs::status(data_dir_).permissions(), kOwnerDirectory);
  for (const auto& entry : fs::directory_iterator(data_dir_)) {
    EXPECT_EQ(entry.status().permissions(), kOwnerFile) << entry.path();
  }
}

TEST_F(FirstStart, WritesCredentialsThatWork) {
  const ServerProcess server(data_dir_);
  EXPECT_EQ(fs::status(server.credentials_file()).permissions(), kOwnerFile);
  const auto credentials = boost::json::parse(read_file(server.credentials_file())).as_object();
  ASSERT_EQ(credentials.size(), 3U);

  const Answer answer = Remote(server).call("ListAccounts", "{}", kOwn);
  EXPECT_EQ(answer.status, 200);
  const auto& root = answer.result.at("AccountList").at(0);
  EXPECT_EQ(root.at("AccountId"), credentials.at("AccountId"));
  EXPECT_TRUE(credentials.at("AccessKeyId").as_string().starts_with("AKLT"));
}

TEST_F(FirstStart, MakesAMasterKeyBesideTheDirectoryAndSaysToBackItUp) {
  const ServerProcess server(data_dir_);
  EXPECT_EQ(fs::status(master_key_).permissions(), kOwnerFile);
  EXPECT_THAT(read_file(master_key_), testing::MatchesRegex("[0-9a-f]+\n"));
  EXPECT_EQ(fs::file_size(master_key_), 65U);
  EXPECT_TRUE(server.logs(master_key_.string())) << server.log();
  EXPECT_TRUE(server.logs("Back it up")) << server.log();
  EXPECT_TRUE(server.logs(server.credentials_file().string())) << server.log();
}

TEST_F(FirstStart, LogsNoSecret) {
  ServerProcess server(data_dir_, {.more = {"--log-level", "debug"}});
  const auto credentials = boost::json::parse(read_file(server.credentials_file())).as_object();
  const std::string secret(credentials.at("SecretAccessKey").as_string());
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr(secret)));
  EXPECT_THAT(server.log(), Not(HasSubstr(read_file(master_key_).substr(0, 64))));
}

TEST_F(FirstStart, TakesAMasterKeyThatIsThereAlready) {
  const fs::path own_key = directory_.path() / "own-key";
  write_file(own_key, std::string(64, '7') + "\n");
  fs::permissions(own_key, kOwnerFile);
  ServerProcess server(data_dir_, {.more = {"--master-key", own_key.string()}});
  EXPECT_FALSE(fs::exists(master_key_));
  EXPECT_EQ(read_file(own_key), std::string(64, '7') + "\n");
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr("Back it up")));
}

TEST_F(FirstStart, IsNotRepeatedByTheSecond) {
  std::string credentials;
  std::string master_key;
  {
    ServerProcess server(data_dir_);
    credentials = read_file(server.credentials_file());
    master_key = read_file(master_key_);
    EXPECT_EQ(server.stop(), 0);
  }
  ServerProcess server(data_dir_);
  EXPECT_EQ(read_file(server.credentials_file()), credentials);
  EXPECT_EQ(read_file(master_key_), master_key);
  EXPECT_EQ(Remote(server).call("ListAccounts", "{}", kOwn).result.at("AccountList").as_array().size(), 1U);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr("a master key was made")));
  EXPECT_THAT(server.log(), Not(HasSubstr("a root account was made")));
}

TEST_F(FirstStart, LetsCredentialsBeMovedAway) {
  const fs::path moved = directory_.path() / "moved.json";
  {
    ServerProcess server(data_dir_);
    fs::rename(server.credentials_file(), moved);
    EXPECT_EQ(server.stop(), 0);
  }
  const ServerProcess server(data_dir_);
  EXPECT_FALSE(fs::exists(server.credentials_file()));
  const CommandResult result =
      run_livecert({"account", "list", "--endpoint", server.http_url(), "--credentials", moved.string()});
  EXPECT_EQ(result.status, 0) << result.errors;
}

TEST_F(FirstStart, TellsItsAddressesAndItsHealth) {
  const ServerProcess server(data_dir_, {.https = true});
  EXPECT_TRUE(server.logs("serving " + server.http_url())) << server.log();
  EXPECT_TRUE(server.logs("serving " + server.https_url())) << server.log();
  const CommandResult health = run_command({"curl", "-sS", "-w", "%{http_code}", server.http_url() + "/healthz"});
  EXPECT_THAT(health.output, testing::EndsWith("200")) << health.errors;
}

// It is killed at any moment of its first start, and comes up again with credentials that work.
TEST_F(FirstStart, SurvivesBeingKilled) {
  for (int milliseconds = 0; milliseconds < 100; milliseconds += 7) {
    const fs::path data_dir = directory_.path() / std::to_string(milliseconds);
    {
      ChildProcess first({LIVECERT_BINARY, "serve", "--data-dir", data_dir.string(), "--http", "127.0.0.1:0"});
      static_cast<void>(first.wait(std::chrono::milliseconds(milliseconds)));
    }
    const ServerProcess second(data_dir);
    EXPECT_EQ(Remote(second).call("ListAccounts", "{}", kOwn).status, 200) << milliseconds;
  }
}

// A systemd credential, and a state directory below a parent that only root may write to: no note outside can say that
// there was a store, and a volume that is not mounted looks like a first start.
TEST_F(FirstStart, IsAskedForWhereItCannotBeToldFromALostVolume) {
  const fs::path parent = directory_.path() / "lib";
  const fs::path data = parent / "livecert";
  const fs::path key = directory_.path() / "credentials" / "livecert-master-key";
  fs::create_directories(data);
  fs::create_directories(key.parent_path());
  write_file(key, std::string(64, '7') + "\n");
  std::vector<std::string> wrapper{"env", "CREDENTIALS_DIRECTORY=" + key.parent_path().string()};
  const auto give = [&](const fs::path& path) {
    if (::geteuid() == 0) {
      EXPECT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    }
  };
  if (::geteuid() == 0) {
    wrapper.insert(wrapper.end(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    fs::permissions(directory_.path(), fs::perms(0755));
    std::vector<std::string> reachable = wrapper;
    reachable.insert(reachable.end(), {"test", "-x", LIVECERT_BINARY});
    if (run_command(reachable).status != 0) GTEST_SKIP() << "no other user may run " << LIVECERT_BINARY;
  }
  for (const fs::path& path : {data, key}) give(path);
  fs::permissions(data, fs::perms(0700));
  fs::permissions(key, fs::perms(0400));
  fs::permissions(parent, fs::perms(0555));
  const auto refused = [&] {
    std::vector<std::string> words = wrapper;
    words.insert(words.end(), {LIVECERT_BINARY, "serve", "--data-dir", data.string(), "--http", "127.0.0.1:0"});
    return run_command(words).errors;
  };
  EXPECT_THAT(refused(), HasSubstr("cannot tell a first start from a volume that is not mounted"));
  EXPECT_THAT(refused(), HasSubstr("add --init this once"));
  {
    ServerProcess first(data, {.more = {"--init"}, .wrapper = wrapper});
    EXPECT_EQ(first.stop(), 0);
    ServerProcess second(data, {.wrapper = wrapper});
    EXPECT_EQ(second.stop(), 0);
  }
  fs::permissions(parent, fs::perms(0755));
  fs::rename(data, parent / "away");
  fs::create_directory(data, parent / "away");
  give(data);
  fs::permissions(parent, fs::perms(0555));
  EXPECT_THAT(refused(), HasSubstr("cannot tell a first start from a volume that is not mounted"));
  EXPECT_FALSE(fs::exists(data / "livecert.db"));
  fs::permissions(parent, fs::perms(0755));
}

// A lost store is not a first start: a restored backup needs its root key.
TEST_F(FirstStart, DoesNotTakeThePlaceOfALostStore) {
  {
    ServerProcess server(data_dir_);
    EXPECT_EQ(server.stop(), 0);
  }
  const std::string credentials = read_file(data_dir_ / "credentials.json");
  const std::vector<std::string> serve{"serve", "--data-dir", data_dir_, "--http", "127.0.0.1:0"};
  for (const bool emptied : {false, true}) {
    fs::remove(data_dir_ / "livecert.db");
    if (emptied) write_file(data_dir_ / "livecert.db", "");
    const CommandResult refused = run_livecert(serve);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("put livecert.db back"));
    EXPECT_EQ(read_file(data_dir_ / "credentials.json"), credentials);
  }
  // The marker says so too, after the credentials were moved away.
  fs::remove(data_dir_ / "credentials.json");
  EXPECT_THAT(run_livecert(serve).errors, HasSubstr("store-was-made"));
  EXPECT_FALSE(fs::exists(data_dir_ / "credentials.json"));
}

}  // namespace
}  // namespace livecert::test

#include <filesystem>
#include <string>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"

// What the first start leaves on disk, and what later ones make of it.
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

// Killed at any moment of its first start, it comes up again with credentials that work.
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

// A store that got lost is no first start: its root key is what a restored backup needs.
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
  // The marker says so too, once the credentials have been taken care of.
  fs::remove(data_dir_ / "credentials.json");
  EXPECT_THAT(run_livecert(serve).errors, HasSubstr("store-was-made"));
  EXPECT_FALSE(fs::exists(data_dir_ / "credentials.json"));
}

}  // namespace
}  // namespace livecert::test

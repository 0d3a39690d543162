#include <fcntl.h>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "integration/remote.h"

// The faults that end a start, and the sentence for each.
namespace livecert::test {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

constexpr fs::perms kOwnerFile = fs::perms::owner_read | fs::perms::owner_write;

class StartRefusal : public testing::Test {
 protected:
  // Starts the service with these flags, and waits for its end.
  [[nodiscard]] static CommandResult serve(std::vector<std::string> flags) {
    flags.insert(flags.begin(), "serve");
    return run_livecert(std::move(flags));
  }
  [[nodiscard]] CommandResult serve_here(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(), {"--data-dir", data_dir_.string()});
    if (std::ranges::find(flags, "--http") == flags.end()) flags.insert(flags.end(), {"--http", "127.0.0.1:0"});
    return serve(std::move(flags));
  }
  [[nodiscard]] std::string write_config(const std::string& text) const {
    write_file(directory_.path() / "livecert.toml", text);
    return directory_.path() / "livecert.toml";
  }
  [[nodiscard]] CommandResult serve_with(const std::string& toml) const {
    return serve(
        {"--config", write_config("data_dir = \"" + data_dir_.string() + "\"\nhttp = \"127.0.0.1:0\"\n" + toml)});
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "data";
  const fs::path master_key_ = directory_.path() / "data.master-key";
};

// One line that holds each of the words, on standard error; nothing on standard output.
void expect_sentence(const CommandResult& result, const std::vector<std::string>& words) {
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(result.errors.starts_with("livecert: ")) << result.errors;
  EXPECT_EQ(std::ranges::count(result.errors, '\n'), 1) << result.errors;
  for (const std::string& word : words) EXPECT_THAT(result.errors, HasSubstr(word));
}

// Each file's name, permissions and hash of its content, except the lock, which names its holder, and the log's index,
// which SQLite makes again whenever it opens the database.
std::map<std::string, std::string> snapshot(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename() == "lock" || entry.path().filename() == "livecert.db-shm") continue;
    const std::string content = read_file(entry.path());
    files[entry.path().filename()] = base::to_hex(crypto::sha256(base::as_bytes(content)));
  }
  return files;
}

class MasterKey : public StartRefusal {
 protected:
  MasterKey() {
    ServerProcess server(data_dir_);
    EXPECT_EQ(Remote(server).call("CreateAccount", R"({"AccountName":"kept"})", kOwn).status, 200);
    EXPECT_EQ(server.stop(), 0);
    key_ = read_file(master_key_);
    before_ = snapshot(data_dir_);
  }
  void expect_refused_untouched(const std::vector<std::string>& words) {
    expect_sentence(serve_here(), words);
    EXPECT_EQ(snapshot(data_dir_), before_);
    // With the right key it is as before.
    fs::remove(master_key_);
    write_file(master_key_, key_);
    fs::permissions(master_key_, kOwnerFile);
    const ServerProcess server(data_dir_);
    EXPECT_EQ(Remote(server).call("ListAccounts", "{}", kOwn).result.at("AccountList").as_array().size(), 2U);
  }

  std::string key_;
  std::map<std::string, std::string> before_;
};

TEST_F(MasterKey, MissingIsNamedAndNothingTouched) {
  fs::rename(master_key_, directory_.path() / "elsewhere");
  expect_refused_untouched({master_key_.string(), "--master-key"});
  EXPECT_NE(read_file(master_key_), "");
}

TEST_F(MasterKey, WrongIsNamedAndNothingTouched) {
  write_file(master_key_, std::string(64, '0') + "\n");
  expect_refused_untouched({master_key_.string(), "master key"});
}

TEST_F(MasterKey, ReadableByOthersIsNamedAndNothingTouched) {
  fs::permissions(master_key_, kOwnerFile | fs::perms::others_read);
  expect_refused_untouched({master_key_.string(), "chmod 600"});
}

TEST_F(MasterKey, MalformedIsNamedAndNothingTouched) {
  write_file(master_key_, "not a key\n");
  expect_refused_untouched({master_key_.string(), "64 hexadecimal digits"});
}

TEST_F(StartRefusal, AMasterKeyThatIsNamedMustBeThere) {
  expect_sentence(serve_here({"--master-key", "/nowhere/key"}), {"/nowhere/key"});
  EXPECT_FALSE(fs::exists(master_key_));
}

TEST_F(StartRefusal, ADataDirectoryServesOneProcess) {
  const ServerProcess server(data_dir_);
  expect_sentence(serve_here(), {data_dir_.string(), "in use"});
  EXPECT_EQ(Remote(server).call("ListAccounts", "{}", kOwn).status, 200);
  EXPECT_TRUE(fs::exists(data_dir_ / "addresses.json"));
}

TEST_F(StartRefusal, APortInUse) {
  const ServerProcess other(directory_.path() / "other");
  const CommandResult result = serve_here({"--http", other.http()});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr(other.http()));
  EXPECT_THAT(result.errors, HasSubstr("in use"));
}

// A check that is good promises a start, whichever of the three addresses is taken.
TEST_F(StartRefusal, ACheckNamesEachAddressThatIsTaken) {
  const ServerProcess other(directory_.path() / "other");
  for (const std::string flag : {"--http", "--https", "--admin"}) {
    const CommandResult checked = serve_here({"--check", "--lang", "en", flag, other.http()});
    EXPECT_EQ(checked.status, 1) << flag << checked.output;
    EXPECT_THAT(checked.output, HasSubstr(other.http() + " cannot be listened at")) << flag;
  }
  const CommandResult twice =
      serve_here({"--check", "--lang", "en", "--http", "127.0.0.1:48211", "--admin", "127.0.0.1:48211"});
  EXPECT_EQ(twice.status, 1) << twice.output;
  EXPECT_THAT(twice.output, HasSubstr("127.0.0.1:48211 is named for two listeners"));
}

TEST_F(StartRefusal, AnAddressThatIsNone) {
  for (const std::string address : {"localhost:80", "127.0.0.1", "127.0.0.1:70000", "1.2.3.4:x", "::1:80", ""}) {
    expect_sentence(serve_here({"--http", address}), {"--http", "127.0.0.1:8080"});
    expect_sentence(serve_here({"--https", address}), {"--https", "127.0.0.1:8080"});
  }
  EXPECT_FALSE(fs::exists(data_dir_));
}

// Decision 31.
TEST_F(StartRefusal, PlainHttpBeyondLoopback) {
  const CommandResult result = serve_here({"--http", "0.0.0.0:0"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("insecure_http"));
  const ServerProcess server(directory_.path() / "other", {.more = {"--http", "0.0.0.0:0", "--insecure-http"}});
  EXPECT_TRUE(server.logs("in the clear")) << server.log();
}

TEST_F(StartRefusal, AFlagThatIsNone) {
  const CommandResult result = serve_here({"--colour", "blue"});
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.errors, HasSubstr("--colour"));
}

TEST_F(StartRefusal, AValueOutOfRange) {
  expect_sentence(serve_here({"--node-id", "1024"}), {"--node-id", "0 to 1023"});
  expect_sentence(serve_here({"--rate-limit", "many"}), {"--rate-limit", "number"});
  expect_sentence(serve_here({"--log-level", "loud"}), {"--log-level", "debug, info, warning, error"});
  expect_sentence(serve_here({"--duplicates", "drop"}), {"--duplicates", "converge, allow"});
  expect_sentence(serve_here({"--insecure-http", "maybe"}), {"--insecure-http", "true or false"});
}

TEST_F(StartRefusal, NoDataDirectoryGiven) {
  expect_sentence(serve({}), {"--data-dir"});
}

TEST_F(StartRefusal, ADataDirectoryThatIsAFile) {
  write_file(data_dir_, "");
  expect_sentence(serve_here(), {data_dir_.string()});
}

TEST_F(StartRefusal, ADataDirectoryThatOthersMayWriteTo) {
  fs::create_directory(data_dir_);
  fs::permissions(data_dir_, fs::perms::all);
  expect_sentence(serve_here(), {data_dir_.string(), "chmod"});
}

TEST_F(StartRefusal, ADatabaseThatIsNone) {
  fs::create_directory(data_dir_);
  fs::permissions(data_dir_, fs::perms::owner_all);
  write_file(data_dir_ / "livecert.db", std::string(8192, 'x'));
  fs::permissions(data_dir_ / "livecert.db", kOwnerFile);
  expect_sentence(serve_here(), {(data_dir_ / "livecert.db").string(), "not a SQLite database"});
}

TEST_F(StartRefusal, SettingsOfTheFile) {
  expect_sentence(serve_with("colour = \"blue\"\n"), {"livecert.toml", "colour"});
  expect_sentence(serve_with("rate_limit = [1]\n"), {"livecert.toml", "rate_limit"});
  expect_sentence(serve_with("rate_limit = \"many\"\n"), {"livecert.toml", "rate_limit"});
  expect_sentence(serve_with("rate_limit = -1\n"), {"livecert.toml", "rate_limit"});
  expect_sentence(serve_with("insecure_http = 1\n"), {"livecert.toml", "insecure_http"});
  expect_sentence(serve_with("[limits]\nrate = 1\n"), {"livecert.toml", "limits"});
  expect_sentence(serve_with("rate_limit = \n"), {"livecert.toml", "line 3"});
  expect_sentence(serve({"--config", "/nowhere/livecert.toml"}), {"/nowhere/livecert.toml"});
  EXPECT_FALSE(fs::exists(data_dir_));
}

TEST_F(StartRefusal, RootsThatCannotBeRead) {
  EXPECT_THAT(serve_here({"--trust", "/nowhere/roots.pem"}).errors, HasSubstr("/nowhere/roots.pem"));
  write_file(directory_.path() / "roots.pem", "nothing\n");
  const CommandResult result = serve_here({"--trust", directory_.path() / "roots.pem"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("roots.pem"));
  EXPECT_THAT(result.errors, HasSubstr("trust"));
}

TEST_F(StartRefusal, IsNoneWhenAFlagPutsTheFileRight) {
  const std::string file =
      write_config("data_dir = \"/nowhere/data\"\nhttp = \"127.0.0.1:0\"\nregion = \"cn-test-1\"\nrate_limit = 3\n");
  const ServerProcess server(data_dir_, {.more = {"--config", file}});
  const Answer answer = Remote(server).call("ListCertV2", "{}");
  EXPECT_EQ(answer.metadata.at("Region"), "cn-test-1");
  EXPECT_FALSE(fs::exists("/nowhere/data"));
}

}  // namespace
}  // namespace livecert::test

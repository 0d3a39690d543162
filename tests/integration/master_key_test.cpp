#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"

// The ring of master keys in the real program: a rotation under load that is killed again and again, the retired key,
// and a key that is lost.
namespace livecert::test {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class MasterKeyRing : public testing::Test {
 protected:
  [[nodiscard]] CommandResult here(std::vector<std::string> words) const {
    words.insert(words.end(), {"--lang", "en", "--data-dir", data_dir_.string(), "--master-key", key_file_.string()});
    return run_livecert(std::move(words));
  }
  [[nodiscard]] static CommandResult call(const ServerProcess& server, std::vector<std::string> words) {
    words.insert(words.end(), {"--lang", "en"});
    const auto root = as_root_of(server);
    words.insert(words.end(), root.begin(), root.end());
    return run_livecert(std::move(words));
  }
  // The ids in the states of the ring.
  [[nodiscard]] static std::map<std::string, std::string> states(Remote& remote) {
    std::map<std::string, std::string> found;
    const Answer answer = remote.call("ListMasterKeys", "{}", kOwn);
    for (const auto& item : answer.result.at("MasterKeyList").as_array()) {
      found[std::string(item.at("State").as_string())] = item.at("MasterKeyId").as_string();
    }
    return found;
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "data";
  const fs::path key_file_ = data_dir_.string() + ".master-key";
  base::SystemClock clock_;
  const Pki pki_{clock_.now()};
};

// Uploads and new accounts until the server is gone; every refusal is an error, whatever the rotation does meanwhile.
void work_until_gone(const ServerProcess& server, const Pki& pki, const std::string& name, std::mutex& mutex,
                     std::map<std::string, std::string>& answered) {
  Remote remote(server);
  for (int i = 0; i < 100'000; ++i) {
    const std::string unique = name + "-" + std::to_string(i);
    const PemPair pair = pki.upload(unique + ".example.net");
    const auto answer = remote.try_call("CreateCert", create_cert_body(pair));
    if (!answer) return;
    EXPECT_EQ(answer->status, 200) << answer->message();
    const auto account = remote.try_call("CreateAccount", R"({"AccountName":")" + unique + R"("})", kOwn);
    if (!account) return;
    EXPECT_EQ(account->status, 200) << account->message();
    const std::lock_guard lock(mutex);
    answered[answer->text("ChainID")] = pair.certificates;
  }
}

TEST_F(MasterKeyRing, ARotationUnderLoadGoesOnAfterEveryKillAndLosesNothing) {
  std::map<std::string, std::string> answered;
  std::mutex mutex;
  std::string first;
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    first = states(remote).at("current");
    for (int i = 0; i < 300; ++i) {
      ASSERT_EQ(remote.call("CreateAccount", R"({"AccountName":"before-)" + std::to_string(i) + R"("})", kOwn).status,
                200);
    }
    EXPECT_EQ(server.stop(), 0);
  }
  const std::string old_file = read_file(key_file_);
  const CommandResult added = here({"master-key", "add"});
  ASSERT_EQ(added.status, 0) << added.errors;

  for (int round = 0; round < 6; ++round) {
    ServerProcess server(data_dir_);
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i) {
      clients.emplace_back([&, i] {
        work_until_gone(server, pki_, "r" + std::to_string(round) + "-" + std::to_string(i), mutex, answered);
      });
    }
    std::atomic<int> calls = 0;
    std::thread rotation([&] {
      Remote remote(server);
      for (;;) {
        const auto answer = remote.try_call("RotateMasterKey", R"({"Batch":10})", kOwn);
        if (!answer) return;
        ++calls;
        if (answer->status != 200) return;  // everything is done
      }
    });
    // Killed before, at and between the first transactions of the rotation, some microseconds later each round.
    while (calls < round) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(700 * round));
    server.kill();
    rotation.join();
    for (std::thread& client : clients) client.join();
  }

  ServerProcess server(data_dir_);
  Remote remote(server);
  const std::string second = states(remote).at("current");
  EXPECT_NE(second, first);
  EXPECT_EQ(states(remote).at("former"), first);
  const CommandResult early = call(server, {"master-key", "retire", first, "--json"});
  EXPECT_NE(early.status, 0);
  EXPECT_THAT(early.errors, HasSubstr("items are sealed under it"));
  const CommandResult rotated = call(server, {"master-key", "rotate", "--json"});
  ASSERT_EQ(rotated.status, 0) << rotated.errors;
  EXPECT_THAT(rotated.output, HasSubstr("\"Left\": 0"));
  EXPECT_EQ(remote.call("RetireMasterKey", R"({"MasterKeyId":")" + first + R"("})", kOwn).status, 200);
  for (const auto& [chain, pem] : answered) ASSERT_EQ(describe_pem(remote, chain), pem) << chain;
  EXPECT_GT(answered.size(), 0U);
  EXPECT_EQ(server.stop(), 0);

  // The retired key opens nothing, alone or beside the other one.
  const std::string both = read_file(key_file_);
  EXPECT_TRUE(both.starts_with(old_file));
  write_file(key_file_, old_file);
  const CommandResult alone = here({"verify"});
  EXPECT_NE(alone.status, 0);
  EXPECT_THAT(alone.errors, HasSubstr("it needs the key " + second));
  write_file(key_file_, both);
  EXPECT_EQ(here({"verify"}).status, 0);
  write_file(key_file_, both.substr(old_file.size()));
  const CommandResult verified = here({"verify"});
  EXPECT_EQ(verified.status, 0) << verified.output << verified.errors;
  ServerProcess again(data_dir_);
  Remote later(again);
  for (const auto& [chain, pem] : answered) ASSERT_EQ(describe_pem(later, chain), pem) << chain;
}

TEST_F(MasterKeyRing, AStartNamesTheKeyThatIsMissingAndARotationOfAStoppedStoreWorks) {
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    ASSERT_EQ(remote.call("CreateAccount", R"({"AccountName":"user"})", kOwn).status, 200);
    EXPECT_EQ(server.stop(), 0);
  }
  const std::string old_file = read_file(key_file_);
  ASSERT_EQ(here({"master-key", "add"}).status, 0);
  const std::string both = read_file(key_file_);
  const std::vector<std::string> offline{"--offline",        data_dir_.string(), "--master-key",
                                         key_file_.string(), "--lang",           "en"};
  const auto stopped = [&](std::vector<std::string> words) {
    words.insert(words.end(), offline.begin(), offline.end());
    return run_livecert(std::move(words));
  };
  const CommandResult rotated = stopped({"master-key", "rotate"});
  EXPECT_EQ(rotated.status, 0) << rotated.errors;
  const CommandResult list = stopped({"master-key", "list"});
  EXPECT_THAT(list.output, HasSubstr("former"));
  // The new key's line is lost: the start names the key. The former one seals nothing any more.
  write_file(key_file_, old_file + std::string(64, 'b') + "\n");
  const CommandResult without_current = here({"verify"});
  EXPECT_NE(without_current.status, 0);
  EXPECT_THAT(without_current.errors, HasSubstr("is not the one this store was made with; it needs the key "));
  write_file(key_file_, both.substr(old_file.size()));
  EXPECT_EQ(here({"verify"}).status, 0);
  write_file(key_file_, both);
  const std::size_t at = list.output.find("former");
  const std::size_t line = list.output.rfind('\n', at) + 1;
  const std::string former = list.output.substr(line, 16);
  const CommandResult retired = stopped({"master-key", "retire", former});
  EXPECT_EQ(retired.status, 0) << retired.errors;
  EXPECT_EQ(read_file(key_file_), both.substr(old_file.size())) << "its line is gone: " << retired.output;
  const ServerProcess server(data_dir_);
}

TEST_F(MasterKeyRing, CommandsThatRunTogetherLoseNoKey) {
  { ServerProcess server(data_dir_); }
  constexpr int kTogether = 8;
  std::vector<std::jthread> commands;
  std::atomic<int> made = 0;
  for (int i = 0; i < kTogether; ++i) {
    commands.emplace_back([&] { made += here({"master-key", "add"}).status == 0 ? 1 : 0; });
  }
  commands.clear();
  EXPECT_EQ(made, kTogether);
  EXPECT_EQ(std::ranges::count(read_file(key_file_), '\n'), 1 + kTogether);
}

TEST_F(MasterKeyRing, ARetirementLeavesACopyOfTheFormerFileAlone) {
  { ServerProcess server(data_dir_); }
  const fs::path copy = directory_.path() / "copy.key";
  fs::copy_file(key_file_, copy);
  const std::string before = read_file(copy);
  ASSERT_EQ(here({"master-key", "add"}).status, 0);
  const auto stopped = [&](std::vector<std::string> words, const fs::path& file) {
    for (const std::string& word :
         {std::string("--offline"), data_dir_.string(), std::string("--master-key"), file.string()}) {
      words.push_back(word);
    }
    return run_livecert(std::move(words));
  };
  ASSERT_EQ(stopped({"master-key", "rotate"}, key_file_).status, 0);
  ServerProcess server(data_dir_);
  Remote remote(server);
  const auto keys = remote.call("ListMasterKeys", "{}", kOwn);
  for (const auto& item : keys.result.at("MasterKeyList").as_array()) {
    if (item.at("State").as_string() != "former") continue;
    const CommandResult retired = run_livecert({"master-key", "retire", std::string(item.at("MasterKeyId").as_string()),
                                                "--endpoint", "http://" + server.http(), "--credentials",
                                                server.credentials_file().string(), "--master-key", copy.string()});
    EXPECT_EQ(retired.status, 0) << retired.errors;
    EXPECT_THAT(retired.output + retired.errors, HasSubstr("with an editor"));
  }
  EXPECT_EQ(read_file(copy), before);
}

// docs/questions.md: the master key is lost, and the certificates are taken from the edges' own files.
TEST_F(MasterKeyRing, WhenItIsLostANewStoreBeginsWithThePairsThatTheEdgesHave) {
  const fs::path folder = directory_.path() / "front";
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms(0755));
  const fs::path config = directory_.path() / "livecert.toml";
  write_file(config, "domains = \"auto\"\n[[edge]]\nname = \"front\"\nkind = \"files\"\ndirectory = \"" +
                         folder.string() + "\"\n");
  const PemPair pair = pki_.upload("live.example.net");
  const auto find_pem = [&]() -> fs::path {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file() && read_file(entry.path()).find("PRIVATE KEY") != std::string::npos) {
        return entry.path();
      }
    }
    return {};
  };
  {
    ServerProcess server(data_dir_, {.more = {"--config", config.string()}});
    Remote remote(server);
    const Answer made = remote.call("CreateCert", create_cert_body(pair));
    ASSERT_EQ(made.status, 200) << made.message();
    const Answer bound = remote.call(
        "BindCert", R"({"ChainID":")" + made.text("ChainID") + R"(","Domain":"live.example.net","HTTPS":true})");
    ASSERT_EQ(bound.status, 200) << bound.message();
    for (int i = 0; i < 2000 && find_pem().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(server.stop(), 0);
  }
  ASSERT_FALSE(find_pem().empty());
  fs::remove(key_file_);
  const CommandResult refused =
      run_livecert({"serve", "--lang", "en", "--data-dir", data_dir_.string(), "--http", "127.0.0.1:0"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("cannot be opened without its master key"));

  const fs::path lost = directory_.path() / "lost";
  fs::rename(data_dir_, lost);
  fs::remove(key_file_.string() + ".store-was-made");
  const fs::path kept = directory_.path() / "kept";
  fs::copy(folder, kept, fs::copy_options::recursive);
  const ServerProcess server(data_dir_);
  const CommandResult uploaded = call(server, {"cert", "create", kept.string()});
  EXPECT_EQ(uploaded.status, 0) << uploaded.errors;
}

}  // namespace
}  // namespace livecert::test

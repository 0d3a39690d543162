#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"
#include "x509/key_generation.h"
#include "x509/pem.h"

// Acknowledged chains stay, whatever happens to the process; and no part of a key is on the disk.
namespace livecert::test {
namespace {

namespace fs = std::filesystem;

class Durability : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "data";
  base::SystemClock clock_;
  const Pki pki_{clock_.now()};
};

TEST_F(Durability, AnAnsweredUploadSurvivesAKillTheInstantAfter) {
  std::map<std::string, std::string> answered;  // ChainID, PEM
  for (int round = 0; round < 5; ++round) {
    ServerProcess server(data_dir_);
    Remote remote(server);
    for (const auto& [chain_id, pem] : answered) EXPECT_EQ(describe_pem(remote, chain_id), pem);

    const PemPair pair = pki_.upload("round" + std::to_string(round) + ".example.net");
    const Answer answer = remote.call("CreateCert", create_cert_body(pair));
    server.kill();
    ASSERT_EQ(answer.status, 200) << answer.message();
    answered[answer.text("ChainID")] = pair.certificates;
  }
  const ServerProcess server(data_dir_);
  Remote remote(server);
  for (const auto& [chain_id, pem] : answered) EXPECT_EQ(describe_pem(remote, chain_id), pem);
  EXPECT_EQ(remote.call("ListCertV2", "{}").result.at("Total"), 5);
}

// Uploads until the server is gone; notes every acknowledged chain.
void upload_until_gone(const ServerProcess& server, const Pki& pki, int number, std::atomic<int>& count,
                       std::mutex& mutex, std::map<std::string, std::string>& answered) {
  Remote remote(server);
  for (int i = 0; i < 10'000; ++i) {
    const PemPair pair = pki.upload("n" + std::to_string(number) + "-" + std::to_string(i) + ".example.net");
    const auto answer = remote.try_call("CreateCert", create_cert_body(pair));
    if (!answer) return;
    EXPECT_EQ(answer->status, 200) << answer->message();
    const std::lock_guard lock(mutex);
    answered[answer->text("ChainID")] = pair.certificates;
    ++count;
  }
}

TEST_F(Durability, EveryAcknowledgedUploadOfSeveralClientsSurvivesAKillAmongThem) {
  std::map<std::string, std::string> answered;
  for (int round = 1; round <= 3; ++round) {
    ServerProcess server(data_dir_);
    std::atomic<int> count = 0;
    std::mutex mutex;
    std::vector<std::thread> clients;
    for (int i = 0; i < 6; ++i) {
      clients.emplace_back([&, i] { upload_until_gone(server, pki_, round * 10 + i, count, mutex, answered); });
    }
    while (count < 60) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    server.kill();
    for (std::thread& client : clients) client.join();
  }
  const ServerProcess server(data_dir_);
  Remote remote(server);
  for (const auto& [chain_id, pem] : answered) ASSERT_EQ(describe_pem(remote, chain_id), pem) << chain_id;
  // An upload that the kill interrupted may be there or not, but only whole: at most one for each client and round.
  const auto total = remote.call("ListCertV2", "{}").result.at("Total").as_int64();
  EXPECT_GE(total, static_cast<std::int64_t>(answered.size()));
  EXPECT_LE(total, static_cast<std::int64_t>(answered.size()) + 18);
}

// The text cut into pieces: a copy of any part twice as long holds one of them.
std::vector<std::string> pieces_of(std::string_view text, std::size_t length) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at + length <= text.size(); at += length) pieces.emplace_back(text.substr(at, length));
  return pieces;
}

// The private part of an RSA key's PKCS#8 comes after modulus and exponent.
constexpr std::size_t kPublicPart = 320;

std::vector<std::string> pieces_of_key(const x509::PrivateKey& key) {
  const base::SecretBytes der = key.pkcs8(base::SecretAccess());
  const std::string_view bytes = base::as_text(der.reveal(base::SecretAccess()));
  std::vector<std::string> pieces = pieces_of(bytes.substr(kPublicPart), 16);
  std::string base64 = pem_of(key);
  base64.erase(0, base64.find('\n'));
  std::erase(base64, '\n');
  std::ranges::copy(pieces_of(std::string_view(base64).substr(kPublicPart / 3 * 4 + 4), 16),
                    std::back_inserter(pieces));
  return pieces;
}

TEST_F(Durability, NoFileOfTheDataDirectoryHoldsAKeyOrAnAccessSecret) {
  ServerProcess server(data_dir_, {.https = true});
  Remote remote(server);
  auto key = x509::generate_rsa_key(2048);
  ASSERT_TRUE(key.has_value());
  const PemPair pair{x509::to_pem(pki_.issue({}, *key)) + x509::to_pem(pki_.intermediate()), pem_of(*key)};
  ASSERT_EQ(remote.call("CreateCert", create_cert_body(pair)).status, 200);
  const Answer account = remote.call("CreateAccount", R"({"AccountName":"tenant"})", kOwn);
  const Answer access_key =
      remote.call("CreateAccessKey", R"({"AccountId":")" + account.text("AccountId") + R"("})", kOwn);
  ASSERT_EQ(access_key.status, 200) << access_key.message();

  std::vector<std::string> secrets = pieces_of_key(*key);
  ASSERT_GT(secrets.size(), 100U);
  secrets.push_back(access_key.text("SecretAccessKey"));
  const std::string master_key = read_file(data_dir_.string() + ".master-key").substr(0, 64);
  secrets.push_back(master_key);
  secrets.emplace_back(base::as_text(*base::parse_hex(master_key)));
  const std::string root_secret(base::as_text(server.root().secret.reveal(base::SecretAccess())));

  const auto expect_no_secrets = [&] {
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(data_dir_)) {
      const std::string content = read_file(entry.path());
      ++files;
      for (const std::string& secret : secrets) EXPECT_EQ(content.find(secret), std::string::npos) << entry.path();
      if (entry.path() == server.credentials_file()) continue;
      EXPECT_EQ(content.find(root_secret), std::string::npos) << entry.path();
    }
    EXPECT_GE(files, 4);
  };
  expect_no_secrets();  // while it runs, with its log
  server.kill();
  expect_no_secrets();  // as a stolen disk would be
  for (const std::string& secret : secrets) EXPECT_EQ(server.log().find(secret), std::string::npos);
  EXPECT_EQ(server.log().find(root_secret), std::string::npos);
}

}  // namespace
}  // namespace livecert::test

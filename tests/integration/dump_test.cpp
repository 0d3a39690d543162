#include <algorithm>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/owned_descriptor.h"
#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"

// What root finds in a core dump of a service that has nothing to do (gcore, from gdb).
namespace livecert::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kOwnDomain = "certs.example.net";
constexpr std::string_view kPlanted = "a text of the environment that every dump of a process holds";

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU));
  }
  return bytes;
}

// A private key of P-256 in the forms that it has in memory.
struct KeyForms {
  std::string text;    // the PEM text after its first line, which is the same in every key
  std::string number;  // as in its DER
  std::string limbs;   // as OpenSSL computes with it on a little-endian machine
};

KeyForms forms_of(const std::string& pem) {
  KeyForms forms;
  const std::size_t begin = pem.find('\n') + 1;
  const std::string der = decode_base64(std::string_view(pem).substr(begin, pem.rfind("\n-----END") - begin));
  const std::string before("\x02\x01\x01\x04\x20", 5);  // RFC 5915 §3: version, and an octet string of 32
  const std::size_t at = der.find(before);
  EXPECT_NE(at, std::string::npos);
  forms.number = der.substr(at + before.size(), 32);
  forms.limbs.assign(forms.number.rbegin(), forms.number.rend());
  forms.text = pem.substr(pem.find('\n', begin) + 1, 40);
  return forms;
}

class Dump : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root makes a dump of another process";
    if (run_command({"sh", "-c", "command -v gcore"}).status != 0)
      GTEST_SKIP() << "gcore is not installed (package gdb)";
  }

  // The number of times that a dump of the process holds the bytes, or a large part of them.
  [[nodiscard]] std::size_t count(const std::string& secret) const {
    constexpr std::size_t kPiece = 16;
    std::size_t found = 0;
    for (std::size_t at = 0; at + kPiece <= secret.size(); at += kPiece) {
      const char* begin = dump_.data();
      const char* const end = dump_.data() + dump_.size();
      for (;;) {
        const void* const next = ::memmem(begin, static_cast<std::size_t>(end - begin), secret.data() + at, kPiece);
        if (next == nullptr) break;
        ++found;
        begin = static_cast<const char*>(next) + 1;
      }
    }
    return found;
  }
  [[nodiscard]] std::size_t count(const KeyForms& key) const {
    return count(key.text) + count(key.number) + count(key.limbs);
  }
  void take_dump(ServerProcess& server) {
    const std::string pid = std::to_string(server.process().id());
    const CommandResult made = run_command({"gcore", "-o", file("core"), pid});
    ASSERT_EQ(made.status, 0) << made.output << made.errors;
    // Most of it is empty, and it is large.
    const base::OwnedDescriptor opened(::open(file("core." + pid).c_str(), O_RDONLY | O_CLOEXEC));
    const auto size = fs::file_size(file("core." + pid));
    fs::remove(file("core." + pid));
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, opened.get(), 0);
    ASSERT_NE(mapped, MAP_FAILED);
    dump_ = {static_cast<const char*>(mapped), size};
  }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.path() / name; }

  TemporaryDirectory directory_;
  base::SystemClock clock_;
  const Pki pki_{clock_.now()};
  std::string_view dump_;
};

// The service has opened: its master key, the key of its bootstrap CA and of its own domain, a key that it delivered,
// and the secret of root's access key.
TEST_F(Dump, OfAnIdleServiceHoldsNoMasterKeyAndNoPrivateKey) {
  fs::create_directory(file("edge"));
  write_file(file("livecert.toml"),
             "[[edge]]\nname = \"web\"\nkind = \"files\"\ndirectory = \"" + file("edge") + "\"\n");
  ServerProcess server(
      directory_.path() / "data",
      {.more = {"--config", file("livecert.toml"), "--own-domain", std::string(kOwnDomain), "--domains", "auto"},
       .wrapper = {"env", "PLANTED=" + std::string(kPlanted), "MALLOC_ARENA_MAX=1"},
       .https = true});
  Remote remote(server);
  const auto serve = [&](const std::string& domain) {
    const PemPair pair = pki_.upload(domain);
    const Answer made = remote.call("CreateCert", create_cert_body(pair));
    EXPECT_EQ(made.status, 200) << made.message();
    const Answer bound = remote.call(
        "BindCert",
        json::serialize(json::object{{"ChainID", made.text("ChainID")}, {"Domain", domain}, {"HTTPS", true}}));
    EXPECT_EQ(bound.status, 200) << bound.message();
    return forms_of(pair.key);
  };
  const KeyForms own = serve(std::string(kOwnDomain));
  const KeyForms delivered = serve("live.example.net");
  ASSERT_TRUE(server.logs("proved by a handshake")) << server.log();
  for (int i = 0; i < 2000 && !fs::exists(file("edge/live.example.net.pem")); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(fs::exists(file("edge/live.example.net.pem")));
  std::this_thread::sleep_for(std::chrono::seconds(3));  // threads wipe their stacks when they begin to wait
  take_dump(server);
  EXPECT_GT(count(std::string(kPlanted)), 0U) << "the control";
  EXPECT_GT(count((directory_.path() / "data").string()), 0U) << "a control on the heap";
  const std::string text = read_file(directory_.path() / "data.master-key").substr(0, 64);
  const auto master_key = base::parse_hex(text);
  ASSERT_TRUE(master_key);
  EXPECT_EQ(count(std::string(master_key->begin(), master_key->end())), 0U);
  EXPECT_EQ(count(text), 0U);
  EXPECT_EQ(count(own), 0U);
  EXPECT_EQ(count(delivered), 0U);
  EXPECT_EQ(count(std::string(base::as_text(server.root().secret.reveal(base::SecretAccess())))), 0U);
}

}  // namespace
}  // namespace livecert::test

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>

#include "api/gateway.h"
#include "app/edge_runner.h"
#include "app/instance.h"
#include "base/check.h"
#include "base/locked_memory.h"
#include "base/wiping_memory.h"
#include "edge/drivers/parse_definition.h"
#include "net/server.h"
#include "net/wiping_openssl.h"
#include "service/server_identity.h"
#include "store/sqlite/wiping_sqlite.h"
#include "support/child_process.h"
#include "support/memory_search.h"
#include "x509/pem.h"

// The whole service is in this process, and uploads come from others: when a request is over, no piece of its private
// key is left in this process's memory, in any of the forms that the key had on its way.
namespace livecert::test {
namespace {

namespace fs = std::filesystem;

// Done before anything uses OpenSSL or SQLite, as their contracts demand.
const bool kInstalled = [] {
  base::install_wiping_allocator();
  net::install_wiping_openssl_allocator();
  store::sqlite::install_wiping_sqlite_allocator();
  return true;
}();

constexpr std::size_t kBinaryPiece = 24;
constexpr std::size_t kTextPiece = 32;
constexpr std::size_t kStep = 8;

template <typename T>
T must(base::Result<T> result) {
  LIVECERT_CHECK(result.has_value());
  return std::move(result).value();
}

// Reads a file without a buffer that is not wiped.
base::WipedBuffer read_wiped(const fs::path& file) {
  base::WipedBuffer content(fs::file_size(file));
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  LIVECERT_CHECK(::read(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  ::close(descriptor);
  return content;
}

// Takes the DER element (X.690 §8.1) from the front of `der`, and returns its content.
base::ByteView take_element(base::ByteView& der) {
  std::size_t header = 2;
  std::size_t size = der[1];
  if ((der[1] & 0x80U) != 0) {
    size = 0;
    for (header = 2; header < 2U + (der[1] & 0x7FU); ++header) size = size << 8U | der[header];
  }
  const base::ByteView content = der.subspan(header, size);
  der = der.subspan(header + size);
  return content;
}

void add_pieces(MemorySearch& search, base::ByteView bytes, std::size_t length, std::size_t step) {
  for (std::size_t at = 0; at + length <= bytes.size(); at += step) search.add_pattern(bytes.subspan(at, length));
}

// The patterns of a search for a key.
class KeySearch {
 public:
  // Takes the key as PKCS#1 DER and as PKCS#8 PEM.
  KeySearch(const fs::path& der_file, const fs::path& pem_file) {
    const base::WipedBuffer der = read_wiped(der_file);
    base::ByteView rest = der;
    rest = take_element(rest);                       // RSAPrivateKey (RFC 8017 §A.1.2)
    for (int i = 0; i < 3; ++i) take_element(rest);  // version, modulus, publicExponent
    for (int i = 0; i < 6; ++i) {                    // d, p, q and what follows from them
      const base::ByteView number = take_element(rest);
      add_pieces(numbers_, number, kBinaryPiece, kStep);
      // The number as OpenSSL keeps it: words of a little-endian machine, the least significant first.
      const base::WipedBuffer limbs(number.rbegin(), number.rend());
      add_pieces(limbs_, limbs, kBinaryPiece, kStep);
    }
    const base::WipedBuffer pem = read_wiped(pem_file);
    const std::string_view text = base::as_text(pem);
    int line = 0;
    for (std::size_t begin = text.find('\n') + 1; text[begin] != '-'; begin = text.find('\n', begin) + 1) {
      // The first lines hold the modulus, which is public.
      if (++line > 7) add_pieces(text_, base::as_bytes(text.substr(begin, 64)), kTextPiece, kTextPiece / 2);
    }
  }

  [[nodiscard]] std::size_t numbers() const { return numbers_.count_occurrences(); }
  [[nodiscard]] std::size_t limbs() const { return limbs_.count_occurrences(); }
  [[nodiscard]] std::size_t text() const { return text_.count_occurrences(); }
  [[nodiscard]] MemorySearch& text_search() { return text_; }
  // In all three forms.
  [[nodiscard]] std::size_t count() const { return numbers() + limbs() + text(); }

 private:
  MemorySearch numbers_;
  MemorySearch limbs_;
  MemorySearch text_;
};

// Searches for the key while its request is on its way to the API, and again while the answer waits for the commit.
class WatchingHandler final : public http::Handler {
 public:
  explicit WatchingHandler(http::Handler& inner) : inner_(inner) {}
  void watch_for(const KeySearch& key) { key_ = &key; }
  [[nodiscard]] std::size_t found() const { return found_; }
  [[nodiscard]] std::size_t commits() const { return commits_; }
  [[nodiscard]] std::size_t found_at_commit() const { return found_at_commit_; }

  [[nodiscard]] http::Answer handle(http::Request request) override {
    const KeySearch* const key = key_;
    if (key == nullptr) return inner_.handle(std::move(request));
    found_ = key->text();
    http::Answer answer = inner_.handle(std::move(request));
    if (!answer.response.is_here()) answer.response = delayed(std::move(answer.response), *key);
    return answer;
  }
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override {
    return inner_.refuse(refusal, detail, peer_address);
  }

 private:
  using Response = base::Later<http::Response>;

  // Answers on another thread, as if the commit took that long: until the worker has wiped its stack.
  [[nodiscard]] Response delayed(Response response, const KeySearch& key) {
    return Response::brought_by([this, &key, response = std::move(response)](Response::Receiver to) mutable {
      const auto post = [this, &key](base::Once<> task) {
        std::thread([this, &key, task = std::move(task)]() mutable {
          wait_until_wiped(key);
          std::move(task)();
        }).detach();
      };
      std::move(response).start(
          {[to = std::move(to)](http::Response made) mutable { std::move(to)(std::move(made)); }, post});
    });
  }
  void wait_until_wiped(const KeySearch& key) {
    std::size_t found = key.count();
    for (int i = 0; i < 20 && found > 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      found = key.count();
    }
    found_at_commit_ += found;
    ++commits_;
  }

  http::Handler& inner_;
  std::atomic<const KeySearch*> key_ = nullptr;
  std::atomic<std::size_t> found_ = 0;
  std::atomic<std::size_t> found_at_commit_ = 0;
  std::atomic<std::size_t> commits_ = 0;
};

class Heap : public testing::Test {
 protected:
  Heap() {
    app::Config config;
    config.data_dir = directory_.path() / "data";
    config.fetch_issuers = false;
    instance_ = must(app::Instance::open(config, app::Instance::IfEmpty::kInitialise));
    service::Services& services = instance_->services();
    answerer_ = std::make_unique<api::Answerer>(instance_->clock(), "cn-north-1",
                                                [this](const api::AccessRecord& record) { note(record); });
    dispatcher_ = std::make_unique<api::Dispatcher>(services, *answerer_, 0);
    gateway_ = std::make_unique<api::Gateway>(services, *answerer_, *dispatcher_);
    handler_ = std::make_unique<WatchingHandler>(*gateway_);
    service::ServerIdentity identity = must(service::server_identity(services, {}));
    write_file(directory_.path() / "ca.pem", x509::certificate_to_pem(identity.ca_der));
    net::ServerConfig server;
    server.limits.worker_threads = 4;                      // each has a stack to be searched
    server.limits.answer_time = std::chrono::seconds(60);  // searches take their time
    server.http = net::Endpoint{"127.0.0.1", 0};
    server.https = net::Endpoint{"127.0.0.1", 0};
    server.identity = net::TlsIdentity{std::move(identity.chain_der), std::move(identity.private_key_pkcs8)};
    server_ = must(net::Server::start(std::move(server), *handler_, instance_->clock()));

    for (const std::string name : {"live", "other"}) {
      fs::create_directory(directory_.path() / name);
      const CommandResult made =
          run_command({LIVECERT_TEST_SUPPORT "/make-rsa-chain", directory_.path() / name, name + ".example.net"});
      LIVECERT_CHECK(made.status == 0);
    }
    key_ = std::make_unique<KeySearch>(file("live/key.der"), file("live/key.pem"));
  }

  [[nodiscard]] std::string file(const std::string& name) const { return directory_.path() / name; }
  [[nodiscard]] std::string url(bool secure) const {
    const auto& addresses = server_->addresses();
    return secure ? "https://" + addresses.https->to_string() : "http://" + addresses.http->to_string();
  }
  // Uploads from another process, which stays connected while `check` runs.
  void upload(bool secure, const std::string& chain, const std::string& kind, int status) {
    ChildProcess uploader({LIVECERT_UPLOADER, url(secure), file("ca.pem"), file("data/credentials.json"), chain,
                           file("live/key.pem"), kind});
    while (uploader.output().find('\n') == std::string::npos && uploader.is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(uploader.output(), std::to_string(status) + "\n");
    EXPECT_TRUE(uploader.is_running());
    expect_nothing_left();
  }
  // Searches the text that the log would show, which is not kept.
  void note(const api::AccessRecord& record) {
    if (!key_) return;
    MemorySearch& search = key_->text_search();
    for (const std::string* text : {&record.user, &record.action, &record.code, &record.message, &record.detail}) {
      found_in_log_ += search.count_in_text(*text);
    }
  }
  // The worker wipes its stack after it has sent the answer.
  void expect_nothing_left() const {
    for (int i = 0; i < 20 && key_->count() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(key_->numbers(), 0U);
    EXPECT_EQ(key_->limbs(), 0U);
    EXPECT_EQ(key_->text(), 0U);
    EXPECT_EQ(found_in_log_, 0U);
  }

  std::atomic<std::size_t> found_in_log_ = 0;
  TemporaryDirectory directory_;
  std::unique_ptr<app::Instance> instance_;
  std::unique_ptr<api::Answerer> answerer_;
  std::unique_ptr<api::Dispatcher> dispatcher_;
  std::unique_ptr<api::Gateway> gateway_;
  std::unique_ptr<WatchingHandler> handler_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<KeySearch> key_;
};

// Whether the memory is in a mapping that no dump holds: one of memfd_secret(2), or with MADV_DONTDUMP ("dd").
bool is_in_no_dump(const void* memory) {
  const auto address = reinterpret_cast<std::uint64_t>(memory);
  std::ifstream smaps("/proc/self/smaps");
  bool is_here = false;
  for (std::string line; std::getline(smaps, line);) {
    std::istringstream fields(line);
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    if (fields >> std::hex >> begin >> dash >> end && dash == '-') {
      is_here = begin <= address && address < end;
      if (is_here && line.find("secretmem") != std::string::npos) return true;
    }
    if (is_here && line.starts_with("VmFlags:")) return line.find(" dd") != std::string::npos;
  }
  return false;
}

TEST(LockedMemory, HoldsWhatIsSmallWhileItIsOnAndIsInNoDump) {
  const std::string text = "a secret that stays";
  const base::SecretBytes ordinary = base::SecretBytes::copy_of(text);
  EXPECT_FALSE(base::is_locked(ordinary.reveal(base::SecretAccess()).data())) << "the control";
  EXPECT_FALSE(is_in_no_dump(ordinary.reveal(base::SecretAccess()).data()));
  base::SecretBytes kept;
  base::SecretBytes large;
  {
    const base::LockedAllocations locked;
    kept = ordinary.clone(base::SecretAccess());
    large = base::SecretBytes::copy_of(std::string(1000, 'x'));
  }
  EXPECT_TRUE(base::is_locked(kept.reveal(base::SecretAccess()).data()));
  EXPECT_TRUE(is_in_no_dump(kept.reveal(base::SecretAccess()).data()));
  EXPECT_EQ(base::as_text(kept.reveal(base::SecretAccess())), text);
  EXPECT_FALSE(base::is_locked(large.reveal(base::SecretAccess()).data()));
  const base::SecretBytes later = ordinary.clone(base::SecretAccess());
  EXPECT_FALSE(base::is_locked(later.reveal(base::SecretAccess()).data()));
}

TEST(LockedMemory, WhatDoesNotFitIsInOrdinaryMemoryAndRoomIsUsedAgain) {
  const auto fill = [] {
    const base::LockedAllocations locked;
    std::size_t there = 0;
    std::vector<base::SecretBytes> all(5000);
    for (base::SecretBytes& secret : all) {
      secret = base::SecretBytes::copy_of("a secret that stays");
      there += base::is_locked(secret.reveal(base::SecretAccess()).data()) ? 1U : 0U;
    }
    return there;
  };
  const std::size_t first = fill();
  EXPECT_GT(first, 3000U);
  EXPECT_LT(first, 5000U);
  EXPECT_EQ(fill(), first);
}

TEST(SecureHeap, HoldsTheNumbersOfAPrivateKey) {
  // What BN_secure_new() allocates, as OpenSSL does for the numbers of private keys.
  BIGNUM* const number = ::BN_secure_new();
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(::BN_get_flags(number, BN_FLG_SECURE), BN_FLG_SECURE);
  void* const memory = ::OPENSSL_secure_malloc(32);
  EXPECT_EQ(::CRYPTO_secure_allocated(memory), 1);
  EXPECT_TRUE(is_in_no_dump(memory));
  ::OPENSSL_secure_free(memory);
  ::BN_clear_free(number);
}

TEST_F(Heap, ControlFindsACopyInEachForm) {
  ASSERT_EQ(key_->count(), 0U);
  {
    const base::WipedBuffer der = read_wiped(file("live/key.der"));
    EXPECT_GT(key_->numbers(), 0U);
    const base::WipedBuffer limbs(der.rbegin(), der.rend());
    EXPECT_GT(key_->limbs(), 0U);
    const base::WipedBuffer pem = read_wiped(file("live/key.pem"));
    EXPECT_GT(key_->text(), 0U);
  }
  EXPECT_EQ(key_->count(), 0U);
}

TEST_F(Heap, ControlFindsTheKeyWhileItsRequestIsWorkedOn) {
  handler_->watch_for(*key_);
  upload(true, file("live/chain.pem"), "good", 200);
  EXPECT_GT(handler_->found(), 10U);
}

// A commit may take long.
TEST_F(Heap, HoldsNoKeyWhileItsUploadIsCommitted) {
  handler_->watch_for(*key_);
  upload(false, file("live/chain.pem"), "good", 200);
  upload(true, file("live/chain.pem"), "good", 200);
  EXPECT_GT(handler_->found(), 10U) << "when its request began";
  EXPECT_EQ(handler_->commits(), 2U);
  EXPECT_EQ(handler_->found_at_commit(), 0U);
}

TEST_F(Heap, HoldsNoKeyAfterAnUploadByCommand) {
  for (const bool secure : {false, true}) {
    const CommandResult result = run_command({LIVECERT_BINARY, "cert", "create", "--cert", file("live/chain.pem"),
                                              "--key", file("live/key.pem"), "--endpoint", url(secure), "--ca-file",
                                              file("ca.pem"), "--credentials", file("data/credentials.json")});
    EXPECT_EQ(result.status, 0) << result.errors;
    expect_nothing_left();
  }
}

TEST_F(Heap, HoldsNoKeyAfterAnUploadWhoseConnectionIsKept) {
  upload(false, file("live/chain.pem"), "good", 200);
  upload(true, file("live/chain.pem"), "good", 200);
}

TEST_F(Heap, HoldsNoKeyAfterARefusedUpload) {
  upload(false, file("other/chain.pem"), "good", 400);
  upload(true, file("other/chain.pem"), "good", 400);
  upload(false, file("live/key.pem"), "good", 400);
}

TEST_F(Heap, HoldsNoKeyAfterBrokenJson) {
  upload(false, file("live/chain.pem"), "broken-json", 400);
  upload(true, file("live/chain.pem"), "broken-json", 400);
}

TEST_F(Heap, HoldsNoKeyAfterAWrongSignature) {
  upload(false, file("live/chain.pem"), "wrong-secret", 401);
  upload(true, file("live/chain.pem"), "wrong-secret", 401);
}

struct Misplaced {
  const char* kind;
  int status;
};

// The places where people paste it by mistake.
TEST_F(Heap, HoldsNoKeyThatWasPutWhereNoneBelongs) {
  constexpr Misplaced kPlaces[] = {
      {"as-chain-id", 400},         {"as-domain", 400},        {"as-name", 400},           {"as-unknown-member", 200},
      {"as-member-name", 200},      {"as-list-item", 400},     {"bare-as-chain-id", 404},  {"bare-as-domain", 400},
      {"bare-as-name-filter", 200}, {"bare-as-project", 200},  {"bare-in-list", 200},      {"in-query", 200},
      {"in-query-of-get", 200},     {"as-action", 404},        {"in-header", 200},         {"in-path", 404},
      {"as-access-key", 400},       {"as-session-token", 401}, {"as-signed-headers", 400}, {"as-signature", 401},
      {"as-service", 400},
  };
  handler_->watch_for(*key_);
  for (const auto& [kind, status] : kPlaces) {
    SCOPED_TRACE(kind);
    upload(false, file("live/chain.pem"), kind, status);
    EXPECT_GT(handler_->found(), 0U) << "it came";
  }
}

// Files and nginx stand for the kinds that write the key, Caddy for the one that asks for it.
TEST_F(Heap, HoldsNoKeyAfterItWasDelivered) {
  app::EdgeRunner::Options options;
  options.data_dir = directory_.path();
  for (const std::string kind : {"files", "nginx"}) {
    fs::create_directory(directory_.path() / kind);
    options.configured.push_back(
        must(edge::parse_definition({{"name", {kind}}, {"kind", {kind}}, {"directory", {file(kind)}}})));
  }
  const auto runner = must(app::EdgeRunner::start(instance_->services(), std::move(options)));
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), LIVECERT_BINARY);
    words.insert(words.end(), {"--endpoint", url(false), "--credentials", file("data/credentials.json")});
    const CommandResult result = run_command(words);
    EXPECT_EQ(result.status, 0) << result.errors;
    return result.output;
  };
  const std::string made =
      run({"cert", "create", "--cert", file("live/chain.pem"), "--key", file("live/key.pem"), "--json"});
  const std::string chain = made.substr(made.find("\"ChainID\": \"") + 12, 32);
  run({"domain", "add", "live.example.net"});
  run({"cert", "bind", chain, "live.example.net"});
  const auto is_delivered = [&] {
    return fs::exists(file("files/live.example.net.pem")) && fs::exists(file("nginx/live.example.net.pem"));
  };
  for (int i = 0; i < 6000 && !is_delivered(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(is_delivered());
  expect_nothing_left();
}

}  // namespace
}  // namespace livecert::test

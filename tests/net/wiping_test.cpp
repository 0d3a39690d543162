#include <array>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/server.h"
#include "net/support.h"
#include "net/wiping_openssl.h"

// A private key goes through the server in a body. Nothing of it may be left in the process's memory once the request
// is over, even if its connection is still open.
namespace livecert::net::test {
namespace {

// Done before anything uses OpenSSL, as its contract demands.
const bool kInstalled = [] {
  install_wiping_openssl_allocator();
  return true;
}();

// The marker with every byte xor 1, so that the search does not find its own pattern.
constexpr std::string_view kDisguised = "lhmmhno.oedemdr.ho.`.i`xru`bj/>?";
constexpr std::size_t kPiece = 1UL << 20;

void append_marker(base::WipedBuffer& out) {
  for (const char c : kDisguised) out.push_back(static_cast<std::uint8_t>(c ^ 1));
}

// The memory that the search reads into; it is not searched itself.
class Window {
 public:
  Window()
      : data_(static_cast<char*>(::mmap(nullptr, kPiece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
  }
  ~Window() { ::munmap(data_, kPiece); }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] int count(int memory, std::uint64_t begin, std::uint64_t end) {
    int found = 0;
    const auto own = reinterpret_cast<std::uint64_t>(data_);
    // Pieces overlap by a marker less one byte.
    for (std::uint64_t at = begin; at < end; at += kPiece - kDisguised.size() + 1) {
      const std::size_t size = std::min<std::uint64_t>(kPiece, end - at);
      if (at < own + kPiece && own < at + size) continue;
      const ssize_t bytes = ::pread(memory, data_, size, static_cast<off_t>(at));
      for (ssize_t i = 0; i < bytes; ++i) data_[i] = static_cast<char>(data_[i] ^ 1);
      std::string_view rest(data_, bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
      for (std::size_t hit = rest.find(kDisguised); hit != std::string_view::npos; hit = rest.find(kDisguised)) {
        ++found;
        rest.remove_prefix(hit + kDisguised.size());
      }
    }
    return found;
  }

 private:
  char* data_;
};

// The number of markers in memory that this process may write: heap, stacks, data.
int count_markers() {
  base::wipe_dead_stack();
  constexpr std::uint64_t kLargest = 1ULL << 30;  // beyond are only a sanitizer's own tables
  Window window;
  const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  std::ifstream maps("/proc/self/maps");
  int found = 0;
  for (std::string line; std::getline(maps, line);) {
    const std::uint64_t begin = std::stoull(line, nullptr, 16);
    const std::uint64_t end = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    if (line.find(" rw-p ") != std::string::npos && end - begin < kLargest) found += window.count(memory, begin, end);
  }
  ::close(memory);
  return found;
}

enum class Framing { kLength, kChunked };

// Sends a request with `copies` markers as its body; the copies made for sending are gone afterwards.
void send_markers(Client& client, std::string_view target, std::size_t copies, Framing framing) {
  base::WipedBuffer body;
  for (std::size_t i = 0; i < copies; ++i) append_marker(body);
  char size[32];
  std::snprintf(size, sizeof size, framing == Framing::kChunked ? "%zx" : "%zu", body.size());
  const std::string head =
      "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" +
      (framing == Framing::kChunked ? "Transfer-Encoding: chunked\r\n\r\n" + std::string(size) + "\r\n"
                                    : "Content-Length: " + std::string(size) + "\r\n\r\n");
  base::WipedBuffer message(head.begin(), head.end());
  message.insert(message.end(), body.begin(), body.end());
  const std::string_view tail = framing == Framing::kChunked ? "\r\n0\r\n\r\n" : "";
  message.insert(message.end(), tail.begin(), tail.end());
  client.send(base::as_text(message));
}

class Wiping : public testing::TestWithParam<std::tuple<Client::Kind, std::size_t, Framing>> {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer's heap is too large to search";
#endif
  }
};

TEST_P(Wiping, LeavesNothingOfABodyWhenItsConnectionIsIdle) {
  const auto [kind, copies, framing] = GetParam();
  ToyServer toy({}, true);
  const auto& addresses = toy.server->addresses();
  Client client(kind == Client::Kind::kTls ? *addresses.https : *addresses.http, kind);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
  ASSERT_EQ(count_markers(), 0);

  send_markers(client, "/hold", copies, framing);
  toy.handler.wait_until_entered(2);
  // The control: the marker is found while the handler has it.
  EXPECT_GE(count_markers(), static_cast<int>(copies));
  toy.handler.release();
  EXPECT_EQ(status_of(client.read_answer()), 200);
  EXPECT_TRUE(eventually([] { return count_markers() == 0; })) << count_markers();
  EXPECT_EQ(toy.server->connections(), 1U);
}

TEST_P(Wiping, LeavesNothingOfABodyThatNeverBecameARequest) {
  const auto [kind, copies, framing] = GetParam();
  Limits limits;
  limits.body_bytes = 50;
  ToyServer toy(limits, true);
  const auto& addresses = toy.server->addresses();
  Client client(kind == Client::Kind::kTls ? *addresses.https : *addresses.http, kind);
  send_markers(client, "/", std::max<std::size_t>(copies, 2), framing);
  EXPECT_EQ(status_of(client.read_answer()), 413);
  EXPECT_TRUE(eventually([] { return count_markers() == 0; })) << count_markers();
}

INSTANTIATE_TEST_SUITE_P(Bodies, Wiping,
                         testing::Combine(testing::Values(Client::Kind::kPlain, Client::Kind::kTls),
                                          testing::Values<std::size_t>(1, 20'000),
                                          testing::Values(Framing::kLength, Framing::kChunked)));

TEST(WipingControl, FindsACopyThatIsLeftBehind) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's heap is too large to search";
#endif
  ASSERT_EQ(count_markers(), 0);
  {
    base::WipedBuffer wiped;
    append_marker(wiped);
    const std::string copy(base::as_text(wiped));
    EXPECT_GE(count_markers(), 2);
    base::wipe(const_cast<char*>(copy.data()), copy.size());
  }
  EXPECT_EQ(count_markers(), 0);
}

}  // namespace
}  // namespace livecert::net::test

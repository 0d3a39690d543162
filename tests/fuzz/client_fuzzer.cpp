#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/check.h"
#include "client/client.h"

namespace {

using namespace livecert;

// Sends the given bytes to every client that connects and sends something, and hangs up.
class Puppet {
 public:
  Puppet() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    LIVECERT_CHECK(::bind(listener_, generic, length) == 0 && ::listen(listener_, 8) == 0);
    LIVECERT_CHECK(::getsockname(listener_, generic, &length) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    std::thread([this] { run(); }).detach();  // until the process ends
  }

  [[nodiscard]] const std::string& url() const { return url_; }

  void prepare(std::string_view answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
  }

 private:
  void run() {
    std::array<char, 16384> request{};
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      // If the rest of the request were not read, the connection would be reset and the answer lost.
      static_cast<void>(::recv(connection, request.data(), request.size(), 0));
      // Otherwise the ports that connections leave behind would be used up.
      const linger at_once{1, 0};
      {
        const std::lock_guard lock(mutex_);
        static_cast<void>(::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL));
      }
      ::shutdown(connection, SHUT_WR);
      while (::recv(connection, request.data(), request.size(), 0) > 0) {
      }
      ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      ::close(connection);
    }
  }

  int listener_;
  std::string url_;
  std::mutex mutex_;
  std::string answer_;
};

bool is_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos;
}

}  // namespace

// A server's answer to a call of the client, byte for byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Puppet* const puppet = new Puppet;
  static const auto* const clock = new base::SystemClock;
  const std::string_view answer = base::as_text({data, size});
  puppet->prepare(answer);
  client::Options options;
  options.total_timeout = std::chrono::milliseconds(2000);
  client::Client client({puppet->url(), ""}, {"AKLT1", base::SecretBytes::copy_of("a secret"), std::nullopt}, *clock,
                        options);
  const auto response = client.call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  if (!response) {
    LIVECERT_CHECK(response.error().code == base::ErrorCode::kUpstreamFailure && is_line(response.error().message));
    return 0;
  }
  LIVECERT_CHECK(response->status >= 100 && response->status <= 999);
  LIVECERT_CHECK(std::get<std::string>(response->body).size() <= size);
  for (const http::Header& header : response->headers.fields()) {
    LIVECERT_CHECK(!header.name.empty() && is_line(header.name) && is_line(header.value));
    LIVECERT_CHECK(header.name.find(':') == std::string::npos);
  }
  return 0;
}

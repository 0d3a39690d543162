#include "benchmarks/load/connection.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "client/endpoint.h"

namespace livecert::bench {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
// JSON holds no bare line breaks, so this ends a chunked answer and nothing else.
constexpr std::string_view kLastChunk = "\r\n0\r\n\r\n";

base::Error failure(const std::string& what) {
  return {base::ErrorCode::kUpstreamFailure, what};
}

}  // namespace

base::Result<Connection> Connection::open(const std::string& host, const std::string& port, Reach reach) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return failure("unknown host: " + host);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  if (reach == Reach::kLoopback && !client::is_loopback(*found->ai_addr)) {
    return client::plain_http_refused("http://" + host + ":" + port);
  }
  base::OwnedDescriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() || ::connect(socket.get(), found->ai_addr, found->ai_addrlen) != 0) {
    return failure("cannot connect to " + host + ":" + port + ": " + std::strerror(errno));
  }
  const int on = 1;
  static_cast<void>(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  return Connection(std::move(socket));
}

void Connection::send(std::string_view request, base::SteadyTime now) {
  unsent_ = request;
  answer_.clear();
  sent_at_ = now;
  busy_ = true;
}

base::Result<bool> Connection::advance() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (sent < 0) return failure(std::string("sending failed: ") + std::strerror(errno));
    unsent_.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
  for (;;) {
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (received <= 0) return failure("the server closed the connection");
    answer_.append(buffer.data(), static_cast<std::size_t>(received));
    if (!is_complete()) continue;
    busy_ = false;
    return true;
  }
}

bool Connection::is_complete() const {
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t head_end = answer_.find(kHeadEnd);
  if (head_end == std::string::npos) return false;
  const std::string_view head = std::string_view(answer_).substr(0, head_end);
  const std::size_t at = head.find(kLength);
  if (at == std::string_view::npos) return answer_.ends_with(kLastChunk);
  std::size_t length = 0;
  const std::string_view digits = head.substr(at + kLength.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return answer_.size() >= head_end + kHeadEnd.size() + length;
}

bool Connection::is_success(std::string_view result) const {
  return answer_.starts_with("HTTP/1.1 200 ") && answer_.find(result) != std::string::npos &&
         answer_.find("\"Error\":{") == std::string::npos;
}

std::string Connection::excerpt() const {
  constexpr std::size_t kShown = 400;
  const std::size_t body = answer_.find(kHeadEnd);
  return answer_.substr(0, answer_.find('\r')) + " " +
         (body == std::string::npos ? "" : answer_.substr(body + kHeadEnd.size(), kShown));
}

}  // namespace livecert::bench

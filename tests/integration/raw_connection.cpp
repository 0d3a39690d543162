#include "integration/raw_connection.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"

namespace livecert::test {
namespace {

constexpr timeval kPatience{20, 0};

}  // namespace

RawConnection::RawConnection(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  LIVECERT_CHECK(::inet_pton(AF_INET, address.substr(0, colon).c_str(), &endpoint.sin_addr) == 1);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  LIVECERT_CHECK(socket_ >= 0);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&endpoint), sizeof endpoint) == 0) return;
  ::close(socket_);
  socket_ = -1;
}

RawConnection::~RawConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the next read tells
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawConnection::receive() {
  std::array<char, 65536> piece{};
  const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  input_.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

std::string RawConnection::take(std::size_t size) {
  while (input_.size() < size) {
    if (!receive()) return {};
  }
  std::string taken = input_.substr(0, size);
  input_.erase(0, size);
  return taken;
}

std::string RawConnection::take_until(std::string_view end) {
  std::size_t at = input_.find(end);
  for (; at == std::string::npos; at = input_.find(end)) {
    if (!receive()) return {};
  }
  return take(at + end.size());
}

std::string RawConnection::take_chunks() {
  std::string body;
  while (true) {
    const std::string line = take_until("\r\n");
    const std::size_t size = line.empty() ? 0 : std::stoul(line, nullptr, 16);
    body += take(size);
    if (take_until("\r\n").empty() || size == 0) return body;
  }
}

RawAnswer RawConnection::read_answer() {
  RawAnswer answer;
  const std::string head = take_until("\r\n\r\n");
  if (!head.starts_with("HTTP/1.1 ")) return answer;
  for (std::size_t begin = head.find("\r\n") + 2; begin + 2 < head.size(); begin = head.find("\r\n", begin) + 2) {
    const std::size_t colon = head.find(": ", begin);
    answer.headers.add(head.substr(begin, colon - begin), head.substr(colon + 2, head.find("\r\n", begin) - colon - 2));
  }
  answer.status = std::stoi(head.substr(9, 3));
  if (answer.headers.find("Transfer-Encoding")) {
    answer.body = take_chunks();
  } else if (const auto length = answer.headers.find("Content-Length")) {
    answer.body = take(std::stoul(std::string(*length)));
  }
  return answer;
}

bool RawConnection::is_closed() {
  if (!input_.empty()) return false;
  char byte = 0;
  return ::recv(socket_, &byte, 1, 0) == 0;
}

}  // namespace livecert::test

#include "edge/proof/tcp_connection.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>

namespace livecert::edge {
namespace {

using std::chrono::milliseconds;

constexpr Transfer kLate{.end = Transfer::End::kLate};

Transfer broken(int error) {
  return {.end = Transfer::End::kBroken, .error = error};
}

// The result has the family AF_UNSPEC when the host is not a numeric address.
sockaddr_storage to_socket_address(const Address& address) {
  sockaddr_storage storage{};
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
  } else if (::inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
  }
  return storage;
}

}  // namespace

TcpConnection::TcpConnection(const Address& address, base::SteadyTime deadline, const StopSignal* stop)
    : address_(to_socket_address(address)),
      deadline_(deadline),
      stop_(stop),
      socket_(::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (!socket_.is_open()) send_error_ = errno;
}

Transfer TcpConnection::wait_for(short events) const {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) return kLate;
    std::array<pollfd, 2> watched{{{socket_.get(), events, 0}, {descriptor_of(stop_), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    if (watched[1].revents != 0) return kLate;
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return broken(errno);
  }
}

Transfer TcpConnection::connect() {
  if (!socket_.is_open()) return broken(send_error_);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address_);
  const socklen_t size = address_.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (::connect(socket_.get(), generic, size) == 0) return {};
  if (errno != EINPROGRESS) return broken(errno);
  if (const Transfer waited = wait_for(POLLOUT); waited.end != Transfer::End::kDone) return waited;
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  return error == 0 ? Transfer{} : broken(error);
}

void TcpConnection::send(base::ByteView bytes) {
  while (!bytes.empty() && send_error_ == 0) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (wait_for(POLLOUT).end != Transfer::End::kDone) return;
    } else if (errno != EINTR) {
      send_error_ = errno;
    }
  }
}

Transfer TcpConnection::receive(std::span<std::uint8_t> buffer) {
  while (true) {
    // Waits before each piece, so that the deadline also holds for a side that never stops sending.
    if (const Transfer waited = wait_for(POLLIN); waited.end != Transfer::End::kDone) return waited;
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received > 0) return {.size = static_cast<std::size_t>(received)};
    // The system reports a reset only once; if send() got the report, the reset looks like an orderly end here.
    if (received == 0) return send_error_ == 0 ? Transfer{.end = Transfer::End::kClosed} : broken(send_error_);
    if (errno != EAGAIN && errno != EINTR) return broken(errno);
  }
}

}  // namespace livecert::edge

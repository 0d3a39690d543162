#include "edge/loopback_server.h"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace livecert::edge {
namespace {

// Whether the socket is ready; false when the order to stop came.
bool wait_for(int socket, short events, int stop) {
  std::array<pollfd, 2> watched{{{socket, events, 0}, {stop, POLLIN, 0}}};
  return ::poll(watched.data(), watched.size(), -1) > 0 && watched[1].revents == 0;
}

}  // namespace

int listen_at(Address& address, int backlog) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v4.sin_family = AF_INET;
  ::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr);
  ::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr);
  auto* const generic = is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
  socklen_t length = is_v6 ? sizeof v6 : sizeof v4;
  const int listener = ::socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  LIVECERT_CHECK(::bind(listener, generic, length) == 0 && ::listen(listener, backlog) == 0);
  LIVECERT_CHECK(::getsockname(listener, generic, &length) == 0);
  address.port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
  return listener;
}

base::Bytes LoopbackServer::Connection::receive() const {
  if (!wait_for(socket_, POLLIN, stop_)) return {};
  base::Bytes piece(16384);
  const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
  piece.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return piece;
}

bool LoopbackServer::Connection::send(base::ByteView bytes) const {
  while (!bytes.empty()) {
    if (!wait_for(socket_, POLLOUT, stop_)) return false;
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN) return false;
    if (size > 0) bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return true;
}

void LoopbackServer::Connection::wait_for_end() const {
  while (!receive().empty()) continue;
}

void LoopbackServer::Connection::reset_at_close() const {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

LoopbackServer::LoopbackServer(Treatment treatment, const std::string& host)
    : treatment_(std::move(treatment)),
      address_{host, 0},
      listener_(listen_at(address_, 64)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

LoopbackServer::~LoopbackServer() {
  LIVECERT_CHECK(::eventfd_write(stop_, 1) == 0);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void LoopbackServer::run() {
  // Blocked only in this thread, because the tests check that the code under test raises none.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (wait_for(listener_, POLLIN, stop_)) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++count_;
    treatment_(Connection(socket, stop_));
    ::close(socket);
  }
}

}  // namespace livecert::edge

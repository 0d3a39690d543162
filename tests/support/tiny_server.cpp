#include "support/tiny_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace livecert::test {
namespace {

// Whether there is something to read; false when the order to stop came.
bool wait_readable(int socket, int stop) {
  std::array<pollfd, 2> watched{{{socket, POLLIN, 0}, {stop, POLLIN, 0}}};
  return ::poll(watched.data(), watched.size(), -1) > 0 && watched[1].revents == 0;
}

// Takes one whole request from the front of the received text; nullopt until it is complete.
std::optional<http::Request> take_request(std::string& received) {
  const std::size_t head_end = received.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  http::Request request;
  std::size_t line_begin = 0;
  while (line_begin < head_end) {
    const std::size_t line_end = received.find("\r\n", line_begin);
    const std::string line = received.substr(line_begin, line_end - line_begin);
    if (line_begin == 0) {
      request.method = line.substr(0, line.find(' '));
      request.target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
    } else {
      request.headers.add(line.substr(0, line.find(':')), line.substr(std::min(line.find(':') + 2, line.size())));
    }
    line_begin = line_end + 2;
  }
  const std::size_t size = std::stoul(std::string(request.headers.find("Content-Length").value_or("0")));
  if (received.size() < head_end + 4 + size) return std::nullopt;
  const auto body = received.begin() + static_cast<std::ptrdiff_t>(head_end + 4);
  request.body.assign(body, body + static_cast<std::ptrdiff_t>(size));
  received.erase(0, head_end + 4 + size);
  return request;
}

}  // namespace

TinyServer::TinyServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  LIVECERT_CHECK(::bind(listener_, generic, length) == 0 && ::listen(listener_, 8) == 0);
  LIVECERT_CHECK(::getsockname(listener_, generic, &length) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TinyServer::~TinyServer() {
  LIVECERT_CHECK(::eventfd_write(stop_, 1) == 0);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

std::string TinyServer::authority() const {
  return "127.0.0.1:" + std::to_string(port_);
}
std::string TinyServer::url() const {
  return "http://" + authority();
}

std::vector<http::Request> TinyServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t TinyServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void TinyServer::run() {
  while (wait_readable(listener_, stop_)) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    {
      const std::lock_guard lock(mutex_);
      ++connections_;
    }
    serve(connection);
    ::close(connection);
  }
}

void TinyServer::serve(int connection) {
  std::string received;
  std::array<char, 4096> piece{};
  while (wait_readable(connection, stop_)) {
    const ssize_t count = ::recv(connection, piece.data(), piece.size(), 0);
    if (count <= 0) return;
    received.append(piece.data(), static_cast<std::size_t>(count));
    while (auto request = take_request(received)) {
      const std::string answer = answer_(*request);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*std::move(request));
      }
      if (answer.empty()) return;
      if (::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    }
  }
}

std::string make_answer(const std::string& status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" +
         body;
}

}  // namespace livecert::test

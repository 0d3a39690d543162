#include "store/postgres/relay.h"

#include <array>
#include <cstring>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"

namespace livecert::store::testing {
namespace {

constexpr int kLook = 20;  // milliseconds
// The statement with its end, since READ COMMITTED has the word too.
constexpr std::string_view kCommit{"COMMIT\0", 7};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  LIVECERT_CHECK(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* as_any(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Passes on what can be read; false at the end.
bool pass(int from, int to, std::string& seen) {
  std::array<char, 65536> bytes{};
  const ssize_t size = ::recv(from, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  seen.assign(bytes.data(), static_cast<std::size_t>(size));
  return to < 0 || ::send(to, bytes.data(), seen.size(), MSG_NOSIGNAL) == size;
}

}  // namespace

Relay::Relay(std::string server_socket) : server_socket_(std::move(server_socket)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un own = address_of(directory_.path() / ".s.PGSQL.5432");
  LIVECERT_CHECK(listener_ >= 0 && ::bind(listener_, as_any(own), sizeof own) == 0 && ::listen(listener_, 64) == 0);
  accepting_ = std::thread([this] { accept_all(); });
}

Relay::~Relay() {
  stopped_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
  ::close(listener_);
}

void Relay::refuse(bool all) {
  refuses_ = all;
}

std::string Relay::through(const std::string& address) const {
  std::string changed = address;
  const std::string server = std::filesystem::path(server_socket_).parent_path();
  changed.replace(changed.find(server), server.size(), directory_.path().string());
  return changed;
}

void Relay::accept_all() {
  while (!stopped_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kLook) != 1) continue;
    const int client = ::accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    connections_.emplace_back([this, client] { serve(client); });
  }
}

void Relay::serve(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un there = address_of(server_socket_);
  bool goes_on = !refuses_ && ::connect(server, as_any(there), sizeof there) == 0;
  bool swallows = false;  // what the server answers
  std::string seen;
  while (goes_on && !stopped_ && !refuses_) {
    std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), kLook) <= 0) continue;
    if (both[0].revents != 0) {
      std::array<char, 65536> bytes{};
      const ssize_t size = ::recv(client, bytes.data(), bytes.size(), MSG_PEEK);
      const bool commits =
          size > 0 && std::string_view(bytes.data(), static_cast<std::size_t>(size)).find(kCommit) != std::string::npos;
      const Fault fault = commits ? fault_.load() : Fault::kNone;
      if (commits) fault_ = Fault::kNone;
      if (fault == Fault::kBeforeCommit) break;
      swallows = swallows || fault == Fault::kAfterCommit;
      goes_on = pass(client, server, seen);
    } else if (swallows) {
      // The server has answered, and so it has committed.
      static_cast<void>(pass(server, -1, seen));
      break;
    } else {
      goes_on = pass(server, client, seen);
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace livecert::store::testing

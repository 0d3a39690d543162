#include "edge/haproxy_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/check.h"
#include "base/owned_descriptor.h"

namespace livecert::edge {
namespace {

using Clock = std::chrono::steady_clock;

// Room for the names of more than a hundred thousand certificates.
constexpr std::size_t kLongestAnswer = 32U << 20U;
constexpr std::size_t kFirstPiece = 4096;

std::chrono::milliseconds time_left(Clock::time_point end) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()), std::chrono::milliseconds(0));
}

// One conversation; every Error names the socket.
class Conversation {
 public:
  Conversation(const std::filesystem::path& path, std::chrono::milliseconds deadline)
      : path_(path),
        deadline_(deadline),
        end_(Clock::now() + deadline),
        socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

  [[nodiscard]] base::Result<void> connect() const;
  [[nodiscard]] base::Result<void> send(base::ByteView bytes) const;
  [[nodiscard]] base::Result<base::WipedBuffer> receive() const;

 private:
  [[nodiscard]] base::Error failed(const std::string& what) const;
  [[nodiscard]] base::Error failed_by_system(const std::string& what) const;
  [[nodiscard]] base::Error silent() const;
  [[nodiscard]] base::Result<void> wait_for(short events) const;

  const std::filesystem::path& path_;
  std::chrono::milliseconds deadline_;
  Clock::time_point end_;
  base::OwnedDescriptor socket_;
};

base::Error Conversation::failed(const std::string& what) const {
  return {base::ErrorCode::kUpstreamFailure, "HAProxy's runtime API at " + path_.string() + " " + what};
}

base::Error Conversation::failed_by_system(const std::string& what) const {
  return failed(what + ": " + std::strerror(errno));
}

base::Error Conversation::silent() const {
  return failed("did not answer within " + std::to_string(deadline_.count()) + " ms");
}

base::Result<void> Conversation::connect() const {
  if (!socket_.is_open()) return failed_by_system("could not be called");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = path_.native();
  if (path.size() >= sizeof address.sun_path) return failed("has a path too long for a socket");
  std::ranges::copy(path, std::begin(address.sun_path));
  // The only way to limit how long a full queue of connections is waited for.
  const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(deadline_);
  const timeval limit{wait.count() / 1'000'000, wait.count() % 1'000'000};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  if (errno == EAGAIN || errno == EINPROGRESS) return silent();
  return failed_by_system("cannot be reached; is HAProxy running, with this `stats socket` open to livecert?");
}

base::Result<void> Conversation::wait_for(short events) const {
  pollfd watched{socket_.get(), events, 0};
  while (true) {
    const int ready = ::poll(&watched, 1, static_cast<int>(time_left(end_).count()));
    if (ready > 0) return {};
    if (ready == 0) return silent();
    if (errno != EINTR) return failed_by_system("could not be waited for");
  }
}

base::Result<void> Conversation::send(base::ByteView bytes) const {
  while (!bytes.empty()) {
    TRY(wait_for(POLLOUT));
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno != EINTR && errno != EAGAIN) {
      return failed_by_system("hung up on a command");
    }
  }
  return {};
}

// HAProxy ends every answer, be it empty, with an empty line, and then the connection. What ends otherwise was cut off.
base::Result<base::WipedBuffer> Conversation::receive() const {
  base::WipedBuffer answer;
  std::size_t size = 0;
  while (true) {
    TRY(wait_for(POLLIN));
    if (answer.size() == size) answer.resize(std::max(kFirstPiece, 2 * size));
    const ssize_t count = ::recv(socket_.get(), answer.data() + size, answer.size() - size, MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return failed_by_system("broke off");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
    if (size > kLongestAnswer) return failed("does not come to an end of its answer");
  }
  answer.resize(size);
  if (answer.empty()) return failed("hung up without an answer");
  const std::string_view text = base::as_text(answer);
  if (text != "\n" && !text.ends_with("\n\n")) return failed("broke off in the middle of an answer");
  return answer;
}

}  // namespace

HaproxySocket::HaproxySocket(std::filesystem::path path, std::chrono::milliseconds deadline)
    : path_(std::move(path)), deadline_(deadline) {}

base::Result<base::WipedBuffer> HaproxySocket::ask(base::ByteView command) const {
  LIVECERT_CHECK(!command.empty() && command.back() == '\n');
  const Conversation conversation(path_, deadline_);
  TRY(conversation.connect());
  TRY(conversation.send(command));
  return conversation.receive();
}

base::Result<base::WipedBuffer> HaproxySocket::ask(std::string_view command) const {
  return ask(base::as_bytes(command));
}

}  // namespace livecert::edge

#include "edge/drivers/haproxy_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/owned_descriptor.h"

namespace livecert::edge {
namespace {

using Clock = std::chrono::steady_clock;

// Room for the names of more than a hundred thousand certificates.
constexpr std::size_t kLongestAnswer = 32U << 20U;
constexpr std::size_t kFirstPiece = 4096;
constexpr std::chrono::milliseconds kConnectAgain(10);
constexpr std::chrono::milliseconds kSocketGrace(1000);
constexpr std::string_view kCannotBeReached =
    "cannot be reached; is HAProxy running, with this `stats socket` open to livecert?";

std::chrono::milliseconds time_left(Clock::time_point end) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()), std::chrono::milliseconds(0));
}

// The socket to connect to, and the owner of its folder.
struct Way {
  base::OwnedDescriptor socket;  // the file, which only names it
  uid_t folder_owner;
};

// One conversation; every Error names the socket.
class Conversation {
 public:
  Conversation(std::string path, std::chrono::milliseconds deadline, const StopSignal* stop)
      : path_(std::move(path)),
        deadline_(deadline),
        stop_(stop),
        end_(Clock::now() + deadline),
        socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}

  [[nodiscard]] base::Result<void> connect(const Place& folder, const std::string& name);
  [[nodiscard]] base::Result<void> send(base::ByteView bytes);
  [[nodiscard]] base::Result<base::WipedBuffer> receive();

 private:
  [[nodiscard]] base::Error failed(const std::string& what) const;
  [[nodiscard]] base::Error failed_by_system(const std::string& what) const;
  [[nodiscard]] base::Error silent() const;
  [[nodiscard]] base::Result<Way> find(const Place& folder, const std::string& name) const;
  [[nodiscard]] base::Result<void> check_peer(const Way& way) const;
  [[nodiscard]] base::Result<void> pause();
  [[nodiscard]] base::Result<void> wait_for(short events);
  void heed_stop();

  const std::string path_;
  std::chrono::milliseconds deadline_;
  const StopSignal* stop_;  // null: there is none, or it was raised already
  bool is_stopping_ = false;
  Clock::time_point end_;
  base::OwnedDescriptor socket_;
};

base::Error Conversation::failed(const std::string& what) const {
  return {base::ErrorCode::kUpstreamFailure, "HAProxy's runtime API at " + path_ + " " + what};
}

base::Error Conversation::failed_by_system(const std::string& what) const {
  return failed(what + ": " + std::strerror(errno));
}

base::Error Conversation::silent() const {
  if (is_stopping_) return failed("was not waited for any longer, because livecert stops");
  return failed("did not answer within " + std::to_string(deadline_.count()) + " ms");
}

// The socket's folder may belong to HAProxy's user, who gets the keys anyway.
base::Result<Way> Conversation::find(const Place& folder, const std::string& name) const {
  const auto station = open_on_the_way(folder);
  if (!station) return failed("cannot be reached: " + station.error().message);
  base::OwnedDescriptor file(::openat(station->descriptor.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return failed_by_system(std::string(kCannotBeReached));
  if (S_ISLNK(status.st_mode)) {
    return failed("is a symbolic link, which livecert does not follow; name the socket itself");
  }
  if (!S_ISSOCK(status.st_mode)) return failed("is no socket");
  return Way{std::move(file), station->status.st_uid};
}

base::Result<void> Conversation::check_peer(const Way& way) const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return failed_by_system("does not say whose it is");
  }
  if (peer.uid == 0 || peer.uid == ::geteuid() || peer.uid == way.folder_owner) return {};
  return failed("is served by user " + user_name(peer.uid) +
                ", who is neither root nor the owner of the socket's folder; " +
                "give the folder to the user that runs HAProxy, and let nobody else write in it");
}

base::Result<void> Conversation::connect(const Place& folder, const std::string& name) {
  if (!socket_.is_open()) return failed_by_system("could not be called");
  heed_stop();
  if (Clock::now() >= end_) return silent();
  TRY_ASSIGN(const Way way, find(folder, name));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Names the very file that was checked; connect() takes no descriptor.
  const std::string alias = "/proc/self/fd/" + std::to_string(way.socket.get());
  std::ranges::copy(alias, std::begin(address.sun_path));
  while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    // The queue of connections is full, and nothing tells when it has room again.
    if (errno != EAGAIN && errno != EINTR) return failed_by_system(std::string(kCannotBeReached));
    TRY(pause());
  }
  return check_peer(way);
}

// When livecert stops, HAProxy gets a moment to finish.
void Conversation::heed_stop() {
  const auto raised_at = stop_ == nullptr ? std::nullopt : stop_->raised_at();
  if (!raised_at) return;
  is_stopping_ = true;
  stop_ = nullptr;
  end_ = std::min(end_, *raised_at + kSocketGrace);
}

base::Result<void> Conversation::pause() {
  heed_stop();
  if (Clock::now() >= end_) return silent();
  pollfd watched{descriptor_of(stop_), POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(std::min(time_left(end_), kConnectAgain).count()));
  return {};
}

base::Result<void> Conversation::wait_for(short events) {
  while (true) {
    heed_stop();
    if (Clock::now() >= end_) return silent();
    std::array<pollfd, 2> watched{{{socket_.get(), events, 0}, {descriptor_of(stop_), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(time_left(end_).count()));
    if (ready > 0 && watched[0].revents != 0) return {};
    if (ready < 0 && errno != EINTR) return failed_by_system("could not be waited for");
  }
}

base::Result<void> Conversation::send(base::ByteView bytes) {
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

// HAProxy ends every answer, even an empty one, with an empty line, and then the connection. An answer that ends
// otherwise was cut off.
base::Result<base::WipedBuffer> Conversation::receive() {
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

HaproxySocket::HaproxySocket(Place folder, std::string name, std::chrono::milliseconds deadline, const StopSignal* stop)
    : folder_(std::move(folder)), name_(std::move(name)), deadline_(deadline), stop_(stop) {}

HaproxySocket::HaproxySocket(const std::filesystem::path& path, std::chrono::milliseconds deadline)
    : HaproxySocket({path.parent_path()}, path.filename(), deadline) {}

base::Result<base::WipedBuffer> HaproxySocket::ask(base::ByteView command) const {
  LIVECERT_CHECK(!command.empty() && command.back() == '\n');
  Conversation conversation((folder_.full() / name_).string(), deadline_, stop_);
  TRY(conversation.connect(folder_, name_));
  TRY(conversation.send(command));
  return conversation.receive();
}

base::Result<base::WipedBuffer> HaproxySocket::ask(std::string_view command) const {
  return ask(base::as_bytes(command));
}

}  // namespace livecert::edge

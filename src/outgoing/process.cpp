#include "outgoing/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/blocking.h"
#include "base/check.h"
#include "base/thread_name.h"
#include "outgoing/answer_requests.h"
#include "outgoing/frame.h"

namespace livecert::outgoing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A start that lasted so long begins with the shortest pause again.
constexpr auto kLastingStart = std::chrono::seconds(60);

Failure no_answer_in_time() {
  return {base::ErrorCode::kDeadlineExceeded, "no answer in time"};
}

// What posix_spawn() gets beside the words.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    LIVECERT_CHECK(::posix_spawn_file_actions_init(&actions_) == 0 && ::posix_spawnattr_init(&attributes_) == 0);
    // Standard error stays, for what a crash has to say.
    ::posix_spawn_file_actions_adddup2(&actions_, socket, kSocket);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kSocket + 1);
    // Who asks this process to stop may ask all of its processes, and calls that are under way shall still end.
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM}) {
      ::sigaddset(&blocked, signal);
    }
    ::posix_spawnattr_setsigmask(&attributes_, &blocked);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

// A call whose answer is awaited.
struct Process::Waiting {
  Waiting(Request made, steady_clock::time_point until) : request(std::move(made)), due(until) {}

  Request request;
  steady_clock::time_point due;
  base::WipedBuffer bytes = {};  // until they are sent
  bool is_given_up = false;      // nobody waits any more, but the answer must still come
  std::optional<Reply> reply = std::nullopt;
  std::condition_variable is_answered = {};
};

// The process and what is under way between it and us. Ended and waited for with this object.
class Process::Child {
 public:
  // nullopt with errno set when it cannot be started.
  static std::unique_ptr<Child> start(const std::string& program) {
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return nullptr;
    base::OwnedDescriptor ours(sockets[0]);
    const base::OwnedDescriptor theirs(sockets[1]);
    const SpawnPlan plan(theirs.get());
    std::string name = "livecert";
    std::string command = kCommand;
    const std::array<char*, 3> words{name.data(), command.data(), nullptr};
    const std::array<char*, 1> environment{nullptr};
    pid_t id = -1;
    errno = ::posix_spawn(&id, program.c_str(), plan.actions(), plan.attributes(), words.data(), environment.data());
    if (errno != 0) return nullptr;
    return std::make_unique<Child>(id, std::move(ours));
  }

  Child(pid_t id, base::OwnedDescriptor socket) : id_(id), socket_(std::move(socket)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { static_cast<void>(end()); }

  // Returns how it ended: by itself, or now.
  std::string end() {
    if (id_ < 0) return "";
    int status = 0;
    ::kill(id_, SIGKILL);
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    if (WIFEXITED(status)) return "status " + std::to_string(WEXITSTATUS(status));
    return "signal " + std::to_string(WTERMSIG(status));
  }

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] int socket() const { return socket_.get(); }

  FrameReader reader;
  base::WipedBuffer sending;  // the frame that is being sent
  std::size_t sent = 0;       // of it

 private:
  pid_t id_;
  base::OwnedDescriptor socket_;
};

Process::Process(Options options) : options_(std::move(options)), woken_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  LIVECERT_CHECK(woken_.is_open());
  thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return was_started_; });
}

Process::~Process() {
  stop();
  thread_.join();
}

void Process::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  wake();
}

base::Result<Answer> Process::call(const Call& call) {
  Reply reply = exchange(call);
  if (auto* failure = std::get_if<Failure>(&reply)) {
    return base::Error{failure->code, host_of(call.url) + ": " + failure->reason};
  }
  return std::move(std::get<Answer>(reply));
}

base::Result<Answer> Process::mail(const Mail& mail) {
  Reply reply = exchange(mail);
  if (auto* failure = std::get_if<Failure>(&reply)) {
    return base::Error{failure->code, host_of(mail.url) + ": " + failure->reason};
  }
  return std::move(std::get<Answer>(reply));
}

base::Result<Fetched> Process::fetch(const Fetch& fetch) {
  Reply reply = exchange(fetch);
  if (auto* failure = std::get_if<Failure>(&reply)) return fetch_error(failure->code, fetch.url, failure->reason);
  return std::move(std::get<Fetched>(reply));
}

Sender Process::sender() {
  return {[this](const Call& one) { return call(one); }, [this](const Mail& one) { return mail(one); }};
}

FetchOnce Process::fetcher() {
  return [this](const Fetch& one) { return fetch(one); };
}

std::optional<pid_t> Process::id() const {
  const std::scoped_lock lock(mutex_);
  return id_;
}

Reply Process::exchange(const Request& request) {
  const base::Blocking waits;
  const auto due = steady_clock::now() + timeout_of(request);
  const auto waiting = std::make_shared<Waiting>(request, due);

  std::unique_lock lock(mutex_);
  const auto has_room = [this] { return stopping_ || waiting_.size() < static_cast<std::size_t>(kCallsAtOnce); };
  if (!changed_.wait_until(lock, due, has_room)) return no_answer_in_time();
  if (stopping_) return Failure{base::ErrorCode::kUpstreamFailure, "the service is stopping"};
  const std::uint64_t id = next_id_++;
  const auto frame = to_frame(id, Ordered{request, due});
  if (!frame) return Failure{base::ErrorCode::kUpstreamFailure, "the request is too large to be sent"};
  waiting->bytes = to_bytes(*frame);
  waiting_.emplace(id, waiting);
  queued_.push_back(id);
  wake();
  if (waiting->is_answered.wait_until(lock, due, [&] { return waiting->reply.has_value(); })) {
    return *std::move(waiting->reply);
  }
  waiting->is_given_up = true;
  if (std::erase(queued_, id) > 0) {  // it was never sent
    waiting_.erase(id);
    changed_.notify_all();
  }
  return no_answer_in_time();
}

void Process::wake() const {
  ::eventfd_write(woken_.get(), 1);
}

void Process::run() {
  base::name_this_thread("outgoing calls");
  milliseconds pause = options_.shortest_pause;
  for (;;) {
    const auto begin = steady_clock::now();
    const auto child = Child::start(options_.program);
    const std::string fault = child ? "" : std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
    {
      const std::scoped_lock lock(mutex_);
      if (child) id_ = child->id();
      was_started_ = true;
    }
    changed_.notify_all();
    std::string why = child ? serve(*child) : fault;
    const std::string end = child ? child->end() : "";
    {
      const std::scoped_lock lock(mutex_);
      id_.reset();
      if (stopping_) break;
    }
    fail_all_sent("the process for outgoing calls ended before the answer came");
    std::string line = "the process for outgoing calls ";
    line.append(child ? why : "cannot be started: " + why);
    if (child) line.append(" (").append(end).append("): it is started again");
    options_.report(line);
    if (steady_clock::now() - begin >= kLastingStart) pause = options_.shortest_pause;
    if (!pause_before_start(pause)) break;
    pause = std::min(pause * 2, options_.longest_pause);
  }
  fail_all_sent("the service is stopping");
}

// False when it is time to stop.
bool Process::pause_before_start(milliseconds pause) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, pause, [this] { return stopping_; });
}

// Fails the calls that were sent, and once it is stopping also those that were not.
void Process::fail_all_sent(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) queued_.clear();
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    if (std::ranges::find(queued_, entry->first) != queued_.end()) {
      ++entry;
      continue;
    }
    entry->second->reply = Failure{base::ErrorCode::kUpstreamFailure, why};
    entry->second->is_answered.notify_all();
    entry = waiting_.erase(entry);
  }
  changed_.notify_all();
}

// Returns why the process has to be started again, or that it is time to stop.
std::string Process::serve(Child& child) {
  for (;;) {
    std::array<pollfd, 2> events{{{child.socket(), POLLIN, 0}, {woken_.get(), POLLIN, 0}}};
    if (!child.sending.empty()) events[0].events |= POLLOUT;
    const int count = ::poll(events.data(), events.size(), milliseconds_to_overdue());
    if (count < 0 && errno != EINTR) return "cannot be watched";
    eventfd_t ignored = 0;
    ::eventfd_read(woken_.get(), &ignored);
    if (std::string fault = receive(child); !fault.empty()) return fault;
    if (std::string fault = send_queued(child); !fault.empty()) return fault;
    const std::scoped_lock lock(mutex_);
    if (stopping_) return "is stopped";
    const auto now = steady_clock::now();
    const bool hangs = std::ranges::any_of(waiting_, [&](const auto& entry) {
      return entry.second->is_given_up && now > entry.second->due + options_.grace;
    });
    if (hangs) return "does not answer";
  }
}

// Until an answer is so long overdue that the process hangs; -1 if none is awaited.
int Process::milliseconds_to_overdue() const {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) return -1;
  auto first = steady_clock::time_point::max();
  for (const auto& [id, waiting] : waiting_) first = std::min(first, waiting->due);
  const auto left = std::chrono::ceil<milliseconds>(first + options_.grace - steady_clock::now());
  constexpr milliseconds kLongest{60'000};
  return static_cast<int>(std::clamp(left, milliseconds(1), kLongest).count());
}

std::string Process::send_queued(Child& child) {
  for (;;) {
    if (child.sending.empty()) {
      const std::scoped_lock lock(mutex_);
      if (queued_.empty()) return "";
      child.sending = std::move(waiting_.at(queued_.front())->bytes);
      child.sent = 0;
      queued_.pop_front();
    }
    const base::ByteView rest = base::ByteView(child.sending).subspan(child.sent);
    const ssize_t size = ::send(child.socket(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return "";
    if (size < 0) return "ended";
    child.sent += static_cast<std::size_t>(size);
    if (child.sent == child.sending.size()) child.sending = base::WipedBuffer();
  }
}

std::string Process::receive(Child& child) {
  constexpr std::size_t kPiece = 65536;
  base::WipedBuffer piece;
  for (;;) {
    piece.resize(kPiece);
    const ssize_t size = ::recv(child.socket(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return "";
    if (size <= 0) return "ended";
    std::vector<Frame> frames;
    if (!child.reader.take({piece.data(), static_cast<std::size_t>(size)}, frames)) return "sent what is no answer";
    if (std::string fault = take_replies(frames); !fault.empty()) return fault;
  }
}

std::string Process::take_replies(const std::vector<Frame>& frames) {
  const std::scoped_lock lock(mutex_);
  for (const Frame& frame : frames) {
    auto reply = parse_reply(frame);
    const auto found = waiting_.find(frame.id);
    const bool was_sent = found != waiting_.end() && found->second->bytes.empty();
    if (!reply || !was_sent || !fits(*reply, found->second->request)) return "sent what is no answer";
    found->second->reply = std::move(reply);
    found->second->is_answered.notify_all();
    waiting_.erase(found);
  }
  if (!frames.empty()) changed_.notify_all();
  return "";
}

}  // namespace livecert::outgoing

#include "app/log_queue.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include "base/owned_descriptor.h"
#include "base/thread_name.h"

namespace livecert::app {
namespace {

constexpr std::chrono::milliseconds kLastWait{200};
constexpr int kFirstOwnDescriptor = 3;

// Signals are only for threads that can end at once.
std::thread start_without_signals(std::function<void()> work) {
  sigset_t all;
  sigset_t former;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &former);
  std::thread thread(std::move(work));
  ::pthread_sigmask(SIG_SETMASK, &former, nullptr);
  return thread;
}

std::uint64_t count_lines(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

// Outlives the queue when its thread hangs in a write.
struct LogQueue::State {
  State(int duplicate, Options wanted) : options(std::move(wanted)), descriptor(duplicate) {
    waiting.reserve(options.bytes);
    batch.reserve(options.bytes);
  }

  const Options options;
  const base::OwnedDescriptor descriptor;

  std::mutex mutex;
  std::condition_variable wake;    // wakes the thread
  std::condition_variable passed;  // the thread has done something
  std::string waiting;
  std::uint64_t dropped = 0;  // lines that came after the waiting ones
  std::uint64_t pushed = 0;   // lines, with the dropped ones
  std::uint64_t done = 0;     // those that were written or given up
  std::atomic<std::uint64_t> ever_dropped = 0;
  bool is_idle = false;  // the thread waits for a line
  bool in_a_hurry = false;
  bool ending = false;
  bool ended = false;

  // Only the thread uses these.
  std::string batch;
  std::uint64_t lost = 0;       // lines that could not be written, before the batch
  bool is_within_line = false;  // the last write ended in the middle of a line

  [[nodiscard]] bool is_ending() {
    const std::lock_guard lock(mutex);
    return ending;
  }
  // Returns the part that could not be written.
  [[nodiscard]] std::string_view write(std::string_view text);
  [[nodiscard]] bool write_notice(std::uint64_t count);
  // Writes the batch and the notices before and after it. Counts in `lost` the lines that could not be written.
  void deliver(std::uint64_t dropped_after);
};

std::string_view LogQueue::State::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor.get(), text.data(), text.size());
    if (count > 0) {
      is_within_line = text[static_cast<std::size_t>(count) - 1] != '\n';
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EAGAIN) {  // another process that shares it made it non-blocking
      pollfd event{descriptor.get(), POLLOUT, 0};
      if (::poll(&event, 1, static_cast<int>(kLastWait.count())) == 0 && is_ending()) break;
    } else if (count == 0 || errno != EINTR) {
      break;
    }
  }
  return text;
}

bool LogQueue::State::write_notice(std::uint64_t count) {
  if (count == 0) return true;
  const std::string line = options.tell_dropped(count);
  return write(is_within_line ? "\n" + line : line).empty();
}

void LogQueue::State::deliver(std::uint64_t dropped_after) {
  std::string_view rest = batch;
  if (write_notice(lost)) {
    lost = 0;
    rest = write(batch);
  }
  lost += count_lines(rest);
  ever_dropped += count_lines(rest);
  if (lost > 0 || !write_notice(dropped_after)) lost += dropped_after;
}

std::string shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80U) --bytes;
  return std::string(text.substr(0, bytes)) + "… (" + std::to_string(text.size() - bytes) + " more bytes)";
}

LogQueue::LogQueue(int descriptor, Options options)
    : state_(std::make_shared<State>(::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstOwnDescriptor), std::move(options))),
      thread_(start_without_signals([state = state_] { run(*state); })) {}

LogQueue::~LogQueue() {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->wake.notify_one();
  const bool ended = state_->passed.wait_for(lock, kLastWait, [this] { return state_->ended; });
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void LogQueue::push(std::string_view line, Rank rank) {
  std::string shorter;
  if (line.size() > state_->options.line_bytes) {
    shorter = shortened(line.substr(0, line.size() - 1), state_->options.line_bytes) + "\n";
    line = shorter;
  }
  const std::size_t room = state_->options.bytes;
  bool sleeps = false;
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->pushed;
    const bool is_important = rank == Rank::kImportant;
    const bool fits = state_->waiting.size() + line.size() <= (is_important ? room : room - room / 4);
    // After a dropped line, a shorter one that fits would hide where the gap is.
    if (fits && (is_important || state_->dropped == 0)) {
      state_->waiting.append(line);
    } else {
      ++state_->dropped;
      ++state_->ever_dropped;
    }
    sleeps = std::exchange(state_->is_idle, false);
  }
  if (sleeps) state_->wake.notify_one();
}

std::uint64_t LogQueue::dropped() const {
  return state_->ever_dropped;
}

bool LogQueue::flush(std::chrono::milliseconds at_most) {
  std::unique_lock lock(state_->mutex);
  const std::uint64_t wanted = state_->pushed;
  state_->in_a_hurry = true;
  state_->wake.notify_one();
  return state_->passed.wait_for(lock, at_most, [&] { return state_->done >= wanted; });
}

void LogQueue::run(State& state) {
  base::name_this_thread("log");
  std::unique_lock lock(state.mutex);
  for (bool is_last = false; !is_last;) {
    const auto has_work = [&] { return !state.waiting.empty() || state.dropped > 0 || state.lost > 0; };
    state.is_idle = true;
    state.wake.wait(lock, [&] { return state.ending || has_work(); });
    state.is_idle = false;
    is_last = state.ending;
    state.batch.swap(state.waiting);
    const std::uint64_t dropped = std::exchange(state.dropped, 0);
    const std::uint64_t taken = state.pushed;
    lock.unlock();
    state.deliver(dropped);
    state.batch.clear();
    lock.lock();
    state.done = taken;
    state.ended = is_last;
    state.passed.notify_all();
    const auto pause = state.lost == 0 ? state.options.pause : state.options.retry_pause;
    state.wake.wait_for(lock, pause, [&] { return state.ending || state.in_a_hurry; });
    state.in_a_hurry = false;
  }
}

}  // namespace livecert::app

#include "app/stop_signals.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/log.h"
#include "base/check.h"
#include "base/thread_name.h"

namespace livecert::app {
namespace {

enum class Effect : std::uint8_t { kStop, kReload, kNone };
struct Row {
  int signal;
  const char* name;
  Effect effect;
};
constexpr std::array kSignals{
    Row{SIGTERM, "SIGTERM", Effect::kStop}, Row{SIGINT, "SIGINT", Effect::kStop},
    Row{SIGQUIT, "SIGQUIT", Effect::kStop}, Row{SIGHUP, "SIGHUP", Effect::kReload},
    Row{SIGUSR1, "SIGUSR1", Effect::kNone}, Row{SIGUSR2, "SIGUSR2", Effect::kNone},
    Row{SIGALRM, "SIGALRM", Effect::kNone},
};

// How long the last line may take.
constexpr std::chrono::milliseconds kLastLineTime{100};

// Blocks these signals for this thread and those that it starts; they can be read from the descriptor instead.
int take_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const Row& row : kSignals) ::sigaddset(&set, row.signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const int descriptor = ::signalfd(-1, &set, SFD_CLOEXEC);
  LIVECERT_CHECK(descriptor >= 0);
  return descriptor;
}

// Ends the process as if the service had no handler for the signal.
void end_by(int signal) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  std::signal(signal, SIG_DFL);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(signal);
}

[[noreturn]] void give_up() {
  log_error("stopping takes too long: the process ends without waiting. What was acknowledged is on disk");
  flush_log(kLastLineTime);
  ::_exit(EXIT_FAILURE);
}

}  // namespace

StopSignals::StopSignals(std::chrono::milliseconds time_to_stop)
    : time_to_stop_(time_to_stop), signals_(take_signals()), end_(::eventfd(0, EFD_CLOEXEC)) {
  LIVECERT_CHECK(end_.is_open());
  thread_ = std::thread([this] { run(); });
}

StopSignals::~StopSignals() {
  ::eventfd_write(end_.get(), 1);
  thread_.join();
}

StopSignals::Asked StopSignals::wait() {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [this] { return is_asked_ || is_reload_asked_; });
  is_reload_asked_ = false;
  return is_asked_ ? Asked::kStop : Asked::kReload;
}

void StopSignals::run() {
  base::name_this_thread("signals");
  for (;;) {
    std::array<pollfd, 2> events{{{signals_.get(), POLLIN, 0}, {end_.get(), POLLIN, 0}}};
    const int count = ::poll(events.data(), events.size(), milliseconds_left());
    if (events[1].revents != 0) return;
    if (count == 0) give_up();
    signalfd_siginfo info{};
    if (events[0].revents == 0 || ::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
    handle(static_cast<int>(info.ssi_signo), info.ssi_pid);
  }
}

int StopSignals::milliseconds_left() const {
  if (!deadline_) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds(0)).count());
}

void StopSignals::handle(int signal, std::uint32_t sender) {
  const auto* const row = std::ranges::find(kSignals, signal, &Row::signal);
  const std::string what = row->name + (sender == 0 ? std::string() : " from process " + std::to_string(sender));
  if (row->effect == Effect::kNone) {
    log_warning(what + " has no effect: SIGHUP reads the configuration again, SIGTERM stops the service");
    return;
  }
  if (row->effect == Effect::kReload) {
    if (deadline_) return;
    log_info("reading the configuration again at " + what);
    {
      const std::lock_guard lock(mutex_);
      is_reload_asked_ = true;
    }
    asked_.notify_all();
    return;
  }
  if (!seen_.insert(signal).second) return end_by(signal);
  if (deadline_) return;
  deadline_ = std::chrono::steady_clock::now() + time_to_stop_;
  log_info("stopping at " + what + ": accepted requests are answered first");
  {
    const std::lock_guard lock(mutex_);
    is_asked_ = true;
  }
  asked_.notify_all();
}

}  // namespace livecert::app

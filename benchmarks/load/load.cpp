#include "benchmarks/load/load.h"

#include <array>
#include <ctime>
#include <optional>
#include <sys/epoll.h>
#include <utility>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "benchmarks/load/connection.h"

namespace livecert::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::duration<double> processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

class Load {
 public:
  Load(const LoadOptions& options, const Workload& workload)
      : options_(options), workload_(workload), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    LIVECERT_CHECK(epoll_.is_open());
  }

  base::Result<LoadResult> run(const std::function<void(std::size_t)>& progress) {
    TRY(connect());
    const auto processor_before = processor_time();
    const auto begin = Clock::now();
    const auto end = begin + options_.duration;
    for (std::size_t i = 0; i < connections_.size(); ++i) begin_next(i);
    auto report_at = begin + std::chrono::seconds(1);
    while (busy_ > 0) {
      wait();
      const auto now = Clock::now();
      stopping_ = now >= end;
      if (now >= report_at) {
        progress(result_.latencies.size());
        report_at += std::chrono::seconds(1);
      }
    }
    result_.elapsed = Clock::now() - begin;
    result_.processor = processor_time() - processor_before;
    return std::move(result_);
  }

 private:
  base::Result<void> connect() {
    for (std::size_t i = 0; i < options_.connections; ++i) {
      TRY_ASSIGN(Connection connection, Connection::open(options_.host, options_.port, options_.reach));
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.u64 = i;
      LIVECERT_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.descriptor(), &event) == 0);
      connections_.push_back(std::move(connection));
    }
    return {};
  }

  void begin_next(std::size_t index) {
    if (stopping_) return;
    if (next_ == workload_.requests.size()) {
      if (!workload_.repeats) {
        result_.used_up = true;
        return;
      }
      next_ = 0;
    }
    connections_[index].send(workload_.requests[next_++], Clock::now());
    ++busy_;
    go_on(index);
  }

  void wait() {
    std::array<epoll_event, 256> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i) {
      const std::size_t index = events.at(static_cast<std::size_t>(i)).data.u64;
      if (connections_[index].is_busy()) go_on(index);
    }
  }

  void go_on(std::size_t index) {
    Connection& connection = connections_[index];
    const auto done = connection.advance();
    if (done && !*done) return;
    --busy_;
    if (!done) {
      note_error(done.error().message);
      return;  // this connection is not used again
    }
    if (connection.is_success(workload_.success)) {
      const auto latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.sent_at());
      result_.latencies.push_back(static_cast<std::uint32_t>(latency.count()));
    } else {
      note_error("an answer that is no success: " + connection.excerpt());
    }
    begin_next(index);
  }

  void note_error(std::string message) {
    if (result_.errors++ == 0) result_.first_error = std::move(message);
  }

  const LoadOptions& options_;
  const Workload& workload_;
  base::OwnedDescriptor epoll_;
  std::vector<Connection> connections_;
  std::size_t next_ = 0;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  LoadResult result_;
};

}  // namespace

base::Result<LoadResult> run_load(const LoadOptions& options, const Workload& workload,
                                  const std::function<void(std::size_t)>& progress) {
  return Load(options, workload).run(progress);
}

}  // namespace livecert::bench

#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "edge/definition.h"
#include "edge/delivery/failure_log.h"
#include "edge/delivery/plan.h"
#include "edge/delivery/status.h"
#include "edge/delivery/worker.h"
#include "edge/source.h"

namespace livecert::edge {

// One event, as one line for the log: what, where and why.
struct Line {
  bool is_warning = false;
  std::string text;
  bool is_error = false;
};

// Keeps edges serving what their source orders: one thread follows the source, one works for each edge, and one sends
// receipts back. Callable from every thread.
class Fleet {
 public:
  struct Member {
    Definition definition;
    std::unique_ptr<Worker> worker;
  };
  struct Options {
    PlanOptions plan;
    std::function<void(const Line&)> log;  // from every thread of the fleet, as the next one
    // An edge shows a version this long after it was ordered; or took it, when it cannot be asked. May be empty.
    std::function<void(const Definition& edge, std::chrono::microseconds took)> delivered = {};
    // How often the source learns until when unchanged receipts were seen (Source::keep_seen). It also learns it at the
    // end.
    std::chrono::milliseconds seen_interval{60'000};
  };

  // Returns at once. A thread of the fleet reads the source, and tries again until it succeeds. `source` and `clock`
  // must outlive the fleet.
  Fleet(std::vector<Member> members, Source& source, const base::Clock& clock, Options options);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  // Sends the last receipts. The next fleet continues unfinished work.
  ~Fleet();

  // Returns at once. Steps under way end within a second or two, and no new ones begin.
  void stop();

  [[nodiscard]] std::vector<EdgeStatus> status() const;
  // Takes back everything at the edge, and waits at most `patience`; afterwards the edge gets nothing more. Returns how
  // many domains are left; nullopt if there is no such edge.
  [[nodiscard]] std::optional<std::size_t> retire(const std::string& edge, std::chrono::milliseconds patience);
  // Looks soon at what each edge shows for the domain (Plan::look_again). Returns at once.
  void look_again(const std::string& domain);
  // The versions that the edges show and that end before the time (Plan::served).
  [[nodiscard]] std::vector<Served> served(base::Time ends_before) const;
  // The receipts of a domain at each edge, as they are known now (Plan::receipts).
  [[nodiscard]] std::vector<domain::Receipt> receipts(const std::string& domain) const;

 private:
  void follow();
  [[nodiscard]] base::Result<std::int64_t> begin();
  [[nodiscard]] base::Result<std::int64_t> take_changes(std::int64_t after);
  void work(std::size_t edge);
  [[nodiscard]] std::vector<Task> next_tasks(std::size_t edge, std::size_t most, base::SteadyTime until);
  void inspect(std::size_t edge);
  void watch(std::size_t edge);
  void finish(const std::vector<Task>& tasks, const std::vector<Finished>& finished, base::SteadyTime begun);
  // `lanes_done`: no further receipts come.
  void keep_receipts(const std::stop_token& lanes_done);
  void await_receipts();
  [[nodiscard]] std::vector<domain::EdgeSeen> seen_since_last() const;
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] bool is_stopping() const { return stop_.stop_requested(); }
  [[nodiscard]] std::string name_of(std::size_t edge) const { return definitions_.at(edge).name; }
  void log(const Event& event);
  void log_other_failures();

  const std::vector<Definition> definitions_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Source& source_;
  const base::Clock& clock_;
  const Options options_;

  mutable std::mutex mutex_;
  std::stop_source stop_;                // for the follower and the lanes
  std::condition_variable_any changed_;  // the plan changed, or it is time to stop
  Plan plan_;
  std::vector<domain::Receipt> receipts_;  // to be kept
  bool keeping_ = false;                   // receipts are on their way to the source
  std::vector<domain::EdgeSeen> seen_;     // that the source keeps; one for each edge that has one
  std::condition_variable_any receipts_came_;
  std::condition_variable_any receipts_kept_;

  std::mutex failures_mutex_;
  FailureLog failures_;

  // Threads end in the reverse order: the keeper lasts until no lane can give it another receipt.
  std::jthread keeper_;
  std::vector<std::jthread> lanes_;
  std::jthread follower_;
};

}  // namespace livecert::edge

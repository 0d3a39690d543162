#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
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

  // Another set of edges takes two steps, one after the other from one thread. An edge whose definition stays goes on
  // working meanwhile: it is not looked at again, and its pauses go on.
  //
  // First, ends the work at every edge whose definition is not among these, and waits for its steps under way, for a
  // second or two. Their files stay. Returns the definitions that work goes on at.
  [[nodiscard]] std::vector<Definition> keep_only(std::span<const Definition> staying);
  // Then, continues with these edges in this order. A member without a worker is one that stayed.
  void arrange(std::vector<Member> members);

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
  // One edge, with its thread.
  struct Seat {
    Seat(Member member, std::size_t number)
        : definition(std::move(member.definition)), worker(std::move(member.worker)), edge(number) {}

    const Definition definition;
    const std::unique_ptr<Worker> worker;
    const std::size_t edge;   // in the plan
    std::stop_source stop;    // for the edge's thread
    bool is_begun = false;    // the plan knows its receipts and orders; for the follower alone
    bool is_retired = false;  // it gets nothing more
    bool is_over = false;     // its thread has ended, and the plan has removed it
    std::jthread thread;      // the last member, since it uses the others
  };
  using SharedSeat = std::shared_ptr<Seat>;

  struct Known {
    SharedSeat seat;
    std::vector<domain::Receipt> receipts;
  };

  [[nodiscard]] SharedSeat add_seat(Member member);
  void follow();
  // Takes the orders that changed after the position, or all. Returns the next position.
  [[nodiscard]] base::Result<std::int64_t> go_on(std::optional<std::int64_t> position);
  [[nodiscard]] base::Result<std::vector<Known>> read_receipts();
  void begin(const std::vector<Known>& known, const std::vector<Order>& orders);
  [[nodiscard]] base::Result<std::int64_t> take_changes(std::int64_t after);
  void work(Seat& seat);
  [[nodiscard]] std::vector<Task> next_tasks(const Seat& seat, std::size_t most, base::SteadyTime until);
  void inspect(Seat& seat);
  void watch(Seat& seat);
  void finish(const Seat& seat, const std::vector<Task>& tasks, const std::vector<Finished>& finished,
              base::SteadyTime begun);
  // `lanes_done`: no further receipts come.
  void keep_receipts(const std::stop_token& lanes_done);
  // Waits until the receipts that came before are kept.
  void await_receipts(const std::stop_token& stop);
  [[nodiscard]] std::vector<domain::EdgeSeen> seen_since_last() const;
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] bool is_stopping() const { return stop_.stop_requested(); }
  [[nodiscard]] std::vector<SharedSeat> seats() const;
  // nullptr: there is none, or it is over. With the lock held.
  [[nodiscard]] SharedSeat find_seat(const std::string& edge) const;
  void add_receipts(std::vector<domain::Receipt> receipts);
  void log(const Seat& seat, const Event& event);
  void log_other_failures();

  Source& source_;
  const base::Clock& clock_;
  const Options options_;

  mutable std::mutex mutex_;
  std::stop_source stop_;                // for the follower
  std::condition_variable_any changed_;  // the plan changed, or it is time to stop
  Plan plan_;
  std::vector<SharedSeat> seats_;          // in the order of the edges
  std::vector<domain::Receipt> receipts_;  // to be kept
  std::uint64_t receipts_added_ = 0;       // ever
  std::uint64_t receipts_done_ = 0;        // of those, the first ones that were kept
  std::vector<domain::EdgeSeen> seen_;     // that the source keeps; one for each edge that has one
  std::condition_variable_any receipts_came_;
  std::condition_variable_any receipts_kept_;

  std::mutex failures_mutex_;
  FailureLog failures_;

  std::jthread keeper_;  // lasts until no edge's thread can give it another receipt
  std::jthread follower_;
};

}  // namespace livecert::edge

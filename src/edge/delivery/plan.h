#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/receipt.h"
#include "edge/definition.h"
#include "edge/delivery/status.h"
#include "edge/delivery/task.h"
#include "edge/order.h"

namespace livecert::edge {

// An end that the log reports.
struct Event {
  enum class Kind : std::uint8_t { kProved, kFailed, kPutBack, kWithdrawn, kEdgeLost, kEdgeBack };
  Kind kind = Kind::kProved;
  std::size_t edge = 0;
  std::string domain = {};  // empty: the edge as a whole
  base::CertId version = {};
  std::string reason = {};
  std::chrono::microseconds took{0};  // for kProved: since the order
};

struct News {
  std::vector<Event> events;
  std::vector<domain::Receipt> receipts;  // to be kept
};

struct PlanOptions {
  // A new version goes to the first edge first, and a version that fails is replaced by the one proved before. If
  // false, it goes to all edges at once, and each tries again by itself.
  bool put_back = true;
  std::chrono::milliseconds proof_interval{30'000};  // between two checks of what is served
};

// Which edge does what for which domain, and when: the rules of delivery without threads, files or sockets. The order
// of the edges is the order in which a new version meets them. Used under one lock.
//
// 1. A version that no edge has shown yet goes to one edge only: the first that takes the domain, can be proved and is
//    reachable. The others follow once it shows the version.
// 2. A version that an edge refuses, or does not show within the time its definition allows, is held back: every edge
//    that has it gets the version that it proved before. The version is tried again, with growing pauses, where it
//    failed.
// 3. An edge that cannot be written or reached delays only itself, and holds no version back. The others wait for a
// slow
//    edge for a limited time.
// 4. Every edge is checked again and again; an edge that does not serve as ordered gets the delivery again.
class Plan {
 public:
  struct Edge {
    std::string name;
    Selection selection;
    bool is_provable = true;
    std::chrono::milliseconds settle{2000};
  };
  Plan(std::vector<Edge> edges, PlanOptions options);

  // Takes what an earlier run knew about an edge. Call it before begin().
  void remember(std::size_t edge, const std::vector<domain::Receipt>& receipts, base::SteadyTime now);
  // Takes all orders, and withdraws what was remembered and is not among them.
  void begin(const std::vector<Order>& orders, base::Time now, base::SteadyTime steady_now);
  // Changes the order of one domain; nullopt: serve nothing.
  void set(const std::string& domain, const std::optional<Order>& order, base::Time now, base::SteadyTime steady_now);

  // At most `limit` tasks of one edge that are due. Only a few when none is urgent, so that a new order does not wait
  // long. Each must be finished before its domain is handed out again.
  [[nodiscard]] std::vector<Task> take(std::size_t edge, std::size_t limit, base::SteadyTime now);
  // When take() may have something again; nullopt: not before another call changes something.
  [[nodiscard]] std::optional<base::SteadyTime> due(std::size_t edge) const;
  [[nodiscard]] News finish(const Task& task, const Finished& finished, base::Time now, base::SteadyTime steady_now);

  [[nodiscard]] EdgeCounts counts(std::size_t edge) const;

 private:
  struct Served {
    base::ChainId chain;
    base::CertId version;
    base::Time not_after = {};  // when it is known
    bool operator==(const Served& other) const { return version == other.version; }
  };
  static constexpr std::size_t kRemembered = 2;
  enum class Phase : std::uint8_t { kCheck, kDeliver, kWaitForOthers, kProve, kServed, kHeld, kWithdraw };

  // One domain at one edge.
  struct Slot {
    Phase phase = Phase::kCheck;
    Served target;  // the version that it should serve: the order's, or one that is put back
    domain::Receipt receipt;
    bool is_row_kept = false;     // a receipt of this edge and domain is kept
    bool is_taken = false;        // handed out
    bool is_unfit = false;        // the edge cannot serve the target
    bool is_shown_whole = false;  // the target is shown, and the TLS versions were checked too
    std::uint64_t generation = 0;
    std::vector<Served> proved;  // the last kRemembered different ones, the last first
    std::optional<base::SteadyTime> settle_until;
    std::chrono::milliseconds pause{0};
    int failures = 0;
    int hangs = 0;            // times in a row that it alone got no answer
    bool is_news = false;     // ordered or put back, and not served yet: goes before routine checks
    bool is_routine = false;  // the queue it is in, or will be in when it is no longer taken
    base::SteadyTime due;
  };

  struct Rejection {
    std::size_t edge = 0;  // where it failed
    base::SteadyTime retry_at;
    bool is_retried = false;
    int times = 0;
    domain::Receipt receipt;  // of that edge
  };

  // One domain at all edges.
  struct Wanted {
    std::optional<Order> order;
    base::CertId checked;                // its bundle works
    std::set<base::CertId> shown;        // the order's version and former ones, if an edge has shown them
    std::optional<Rejection> rejection;  // of the order's version
    base::SteadyTime ordered_at;
  };

  struct Lane {
    Edge edge;
    std::map<std::string, Slot> slots;
    // By time. Slots with news go before routine checks.
    std::set<std::pair<base::SteadyTime, std::string>> urgent;
    std::set<std::pair<base::SteadyTime, std::string>> routine;
    struct Outage {
      std::optional<base::SteadyTime> until;  // set during an outage
      std::chrono::milliseconds pause{0};
      std::string reason;
      std::string domain;      // the domain whose check began it
      bool is_shared = false;  // other domains got no answer either
    };
    Outage unwritable;
    Outage unreachable;
    std::optional<base::Time> proved_at;
    std::optional<base::SteadyTime> rechecked_at;
    std::map<std::string, std::vector<domain::Receipt>> remembered;  // until begin()
  };
  struct Moment {
    base::Time now;
    base::SteadyTime steady;
  };

  [[nodiscard]] static Served ordered(const Wanted& wanted);
  [[nodiscard]] bool wants(const Lane& lane, const Wanted& wanted) const;
  [[nodiscard]] bool is_rejected(const Wanted& wanted) const;
  [[nodiscard]] std::optional<Served> target_of(const Slot& slot, const Wanted& wanted, base::Time now) const;
  [[nodiscard]] std::size_t first_edge(const std::string& domain, const Wanted& wanted) const;
  [[nodiscard]] bool may_deliver(std::size_t edge, const Slot& slot, const std::string& domain,
                                 base::SteadyTime now) const;

  // What made a slot's target change.
  enum class Cause : std::uint8_t { kStart, kOrder, kPutBack };
  void retarget(std::size_t edge, const std::string& domain, Cause cause, const Moment& moment);
  void retarget_everywhere(const std::string& domain, Cause cause, const Moment& moment);
  void recall(Lane& lane, const std::string& domain, Slot& slot);
  void release(std::size_t edge, const std::string& domain, base::SteadyTime now);
  void retry_rejected(base::SteadyTime now);
  void enter(Lane& lane, const std::string& domain, Slot& slot, Phase phase, base::SteadyTime due);
  void queue(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime due, bool is_routine);
  void unqueue(Lane& lane, const std::string& domain, const Slot& slot);
  void forget_domain(const std::string& domain);
  [[nodiscard]] static std::size_t routine_limit(const std::vector<Task>& tasks, std::size_t limit);
  // nullopt: not now; it has been queued for later.
  [[nodiscard]] std::optional<Task> try_take(std::size_t edge, const std::string& domain, base::SteadyTime now);
  [[nodiscard]] std::optional<base::SteadyTime> postponed_until(const Lane& lane, const Slot& slot) const;
  [[nodiscard]] Task make_task(std::size_t edge, const std::string& domain, const Slot& slot) const;

  // Everything that an ending touches.
  struct Place {
    std::size_t edge;
    Lane& lane;
    const std::string& domain;
    Slot& slot;
    const Moment& moment;
    News& news;
  };
  void end_step(const Place& place, const Task& task, const Finished& finished);
  void succeed(const Place& place, const Task& task);
  void begin_receipt(const Place& place);
  void accept_version(const Place& place);
  void retry_withdrawal(const Place& place, const std::string& reason);
  void show_wrong_tls(const Place& place, const std::string& reason);
  void settle(const Place& place, const std::string& reason);
  void reject(const Place& place, const std::string& reason);
  void retry_alone(const Place& place, const std::string& reason);
  void hold(const Place& place, const std::string& reason);
  void note_outages(const Place& place, const Task& task, const Finished& finished);
  void lose(const Place& place, Lane::Outage& outage, const std::string& reason);
  [[nodiscard]] bool regain(const Place& place, Lane::Outage& outage);
  void suspect(const Place& place, bool is_new);
  [[nodiscard]] base::SteadyTime ask_again_at(const Place& place) const;
  void recheck_all(Lane& lane, base::SteadyTime now);
  void fail(const Place& place, const std::string& reason);
  void follow(const std::string& domain, base::SteadyTime now);

  PlanOptions options_;
  std::vector<Lane> lanes_;
  std::map<std::string, Wanted> wanted_;
  std::set<std::pair<base::SteadyTime, std::string>> retries_;  // of rejected versions
};

// Whether the edge serves the version of the receipt: proved, or, for an edge without `listen`, acknowledged.
[[nodiscard]] bool is_good(const Plan::Edge& edge, const domain::Receipt& receipt);

}  // namespace livecert::edge

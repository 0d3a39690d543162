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
#include "edge/delivery/due_queue.h"
#include "edge/delivery/outage.h"
#include "edge/delivery/plan_options.h"
#include "edge/delivery/slot.h"
#include "edge/delivery/status.h"
#include "edge/delivery/task.h"
#include "edge/order.h"

namespace livecert::edge {

// An event that the log reports.
struct Event {
  enum class Kind : std::uint8_t { kProved, kFailed, kPutBack, kWithdrawn, kEdgeLost, kEdgeBack, kEnded };
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

// A fault that a test plants, to show that its invariants find it.
enum class Mutation : std::uint8_t {
  kNone,
  kPutBackEverywhere,   // a verdict at one edge puts the former version back at the others
  kDriftDelivers,       // an edge that no longer shows the order counts as delivering
  kAnyCanary,           // an edge that never showed the domain may be the canary
  kFormerMayHaveEnded,  // a former version is put back though it has ended
  kVerdictWithoutLook,  // an edge is held as soon as the former version is placed again
  kLossIsForgotten,     // a verdict is made although the edge was lost in between
  kNoTrialWithinEdge,   // all domains of an edge get an untried version at once
  kHoldsForOne,         // one edge's verdict holds a version back everywhere
  kTrustsLostMemory,    // an edge whose receipts are lost counts as a witness
  kUntilIsForgotten,    // a receipt goes on claiming a version when another one was seen
  kDoubtIsForgotten,    // a receipt says that nothing has changed, and something may have
  kSeenForAll,          // what was seen of one domain is told of all domains of the edge
  kStartPutsBack,       // a start goes back to the former version before it goes on with a delivery
};

// Decides which edge does what for which domain, and when: the rules of delivery without threads, files or sockets.
// Used under one lock. edge/delivery/rules.h has the table for one domain at one edge. Between edges:
//
// 1. A *witness* is an edge that showed a version of the domain in this epoch. When another version is ordered, it goes
//    first to one witness, the *canary*: the first of the list that can be proved, reached and written. When there is
//    no witness, all edges get it at once, and each fails alone.
// 2. An edge that is not a witness gets the order at once. No other edge waits for it, and its results do not count for
//    others.
// 3. The other witnesses get the version once an edge shows it, or when the canary has had twice its settle time
//    without a failure.
// 4. After a verdict at one edge the next witness is the canary. The version is held back from the rest only while two
//    edges, or all witnesses, refuse it and no edge shows it.
// 5. Within one edge, of all domains that wait for a version that the edge has not shown yet, one goes first. If it
//    fails there, the next one goes. The version is held back from the rest while two of them refuse it.
class Plan {
 public:
  struct Edge {
    std::string name;
    Selection selection;
    bool is_provable = true;
    std::chrono::milliseconds settle{2000};
    std::string epoch = {};  // from edge::epoch_of(); receipts of another epoch do not count
  };
  Plan(std::vector<Edge> edges, PlanOptions options, Mutation mutation = Mutation::kNone);

  // Adds an edge and returns its number, which nobody has. It is not in the list of arrange() yet.
  [[nodiscard]] std::size_t add(Edge edge);
  // Forgets an edge; its files and its receipts stay. None of its tasks may be unfinished.
  void remove(std::size_t edge, base::SteadyTime now);
  // The edges that there are, in the order of the operator's list.
  void arrange(std::vector<std::size_t> order);

  // Takes all orders, before any edge begins.
  void take_orders(const std::vector<Order>& orders, base::SteadyTime now);
  // Begins with an edge: takes what an earlier run knew about it, and withdraws what is known and not ordered. Returns
  // receipts to be kept: an edge shows one version of a domain, so those that were seen before another one claim too
  // much. A crash may leave such receipts.
  [[nodiscard]] std::vector<domain::Receipt> begin(std::size_t edge, const std::vector<domain::Receipt>& receipts,
                                                   base::Time now, base::SteadyTime steady_now);
  // Changes the order of one domain; nullopt: serve nothing.
  void set(const std::string& domain, const std::optional<Order>& order, base::Time now, base::SteadyTime steady_now);

  // At most `limit` tasks of one edge that are due, in the order of Turn, and the accounts by turns. Only a few of them
  // look at the server, so that a new order does not wait long. Retries come alone. Each task must be finished before
  // its domain is handed out again.
  [[nodiscard]] std::vector<Task> take(std::size_t edge, std::size_t limit, base::Time now,
                                       base::SteadyTime steady_now);
  // The time at which take() may have tasks again; nullopt: not before another call changes something.
  [[nodiscard]] std::optional<base::SteadyTime> due(std::size_t edge) const;
  [[nodiscard]] News finish(const Task& task, const Finished& finished, base::Time now, base::SteadyTime steady_now);
  // Retries took the edge's thread from `begun` until now. The next ones come so much later that they take a tenth of
  // its time.
  void note_retries(std::size_t edge, base::SteadyTime begun, base::SteadyTime now);

  // What Worker::watch() noticed.
  void note_sighting(std::size_t edge, const Sighting& sighting, base::Time now, base::SteadyTime steady_now);
  // Somebody wants to know what the edges show for the domain now: they are looked at as soon as other work allows,
  // also where a failed one would wait longer. A second call before that changes nothing.
  void look_again(const std::string& domain, base::SteadyTime now);

  // What Worker::inspect() found; the events are to be logged.
  [[nodiscard]] std::vector<Event> note_inspection(std::size_t edge, const std::string& trouble);
  // Takes back everything at the edge, and gives it nothing more. Returns how many domains are left.
  std::size_t retire(std::size_t edge, base::SteadyTime now);

  [[nodiscard]] EdgeCounts counts(std::size_t edge) const;
  // The receipts as they are known now, the ordered version's first. They may say more than the kept ones: last_seen,
  // and that it is unknown what a lost edge shows. Empty: the edge has nothing to do with the domain.
  [[nodiscard]] std::vector<domain::Receipt> receipts(std::size_t edge, const std::string& domain) const;
  // Until when all versions that the edge shows were seen, if the receipts that were given out before are kept.
  // nullopt: it shows none, or is lost.
  [[nodiscard]] std::optional<domain::EdgeSeen> seen(std::size_t edge) const;
  // The versions that the edge shows and that end before the time, of all its domains.
  [[nodiscard]] std::vector<Served> served(std::size_t edge, base::Time ends_before) const;

 private:
  // One domain at all edges.
  struct Wanted {
    std::optional<Order> order;
    base::CertId checked;  // its bundle works
    base::CertId broken;   // its bundle does not work
    base::SteadyTime ordered_at;
  };

  // What the domains of one edge know about one version.
  struct Tried {
    std::size_t good = 0;           // domains that show it
    std::size_t trying = 0;         // domains in kDelivering or kPuttingBack because of it
    std::size_t refused = 0;        // domains in kHeld because of it
    std::set<std::string> waiters;  // domains that wait for the outcome
  };

  struct Lane {
    Edge edge;
    bool is_begun = false;
    std::map<std::string, Slot> slots;
    std::map<base::CertId, Tried> tried;
    DueQueue queue;
    Outage unwritable;
    Outage unreachable;
    std::string trouble;      // that an inspection found
    bool is_retired = false;  // it is to be deleted, and nothing may stay
    int losses = 0;
    std::optional<base::Time> lost_at;
    std::optional<base::Time> proved_at;
    std::optional<base::SteadyTime> rechecked_at;
    base::SteadyTime retries_at;                // no retry is due before
    std::vector<domain::TlsSwitches> kept_tls;  // that the server was seen to keep for some domain
    bool is_watched = false;
    bool is_server_known = false;
    bool must_sample = false;              // something was found changed, shortly after everything was to be looked at
    std::optional<base::Time> watched_at;  // the last time at which it was not lost
    std::map<std::string, std::vector<domain::Receipt>> remembered;  // until begin()
  };
  struct Moment {
    base::Time now;
    base::SteadyTime steady;
  };
  // The tasks that take() gives out together.
  struct Batch {
    std::size_t most = 0;
    std::size_t most_looks = 0;
    std::vector<Task> tasks = {};
    std::size_t looks = 0;
    std::set<base::CertId> versions = {};  // that are to be placed
    bool is_closed = false;

    [[nodiscard]] bool is_full() const;
  };
  // Whether the ordered version may replace the former one now.
  struct Leave {
    bool may_go = false;
    std::optional<base::SteadyTime> again = {};  // when to ask again; nullopt: when something happens
    bool is_for_edge = false;                    // another domain at this edge tries it
    std::string held = {};                       // why it is held back; empty: it only waits
  };
  // Everything that a happening may change.
  struct Place {
    std::size_t edge;
    Lane& lane;
    const std::string& domain;
    Slot& slot;
    const Moment& moment;
    News& news;
  };

  [[nodiscard]] bool wants(const Lane& lane, const Wanted& wanted) const;
  [[nodiscard]] bool is_valid(const domain::Receipt& receipt, base::Time now) const;
  [[nodiscard]] static bool has_ended(const Order& order, base::Time now);
  [[nodiscard]] static domain::Receipt whole(const Lane& lane, domain::Receipt receipt);
  [[nodiscard]] static int losses_now(const Lane& lane);
  // Adds what is known without a look: nobody has touched what was seen.
  static void note_unchanged(const Lane& lane, const Slot& slot, domain::Receipt& receipt);
  static void note_unchanged(const Lane& lane, Slot& slot);
  [[nodiscard]] bool can_put_back(const Slot& slot, base::Time now) const;
  [[nodiscard]] const domain::Receipt& target_of(const Slot& slot) const;

  // plan.cpp: orders.
  [[nodiscard]] std::vector<domain::Receipt> remember(Lane& lane, const std::vector<domain::Receipt>& receipts,
                                                      base::SteadyTime now);
  void start(std::size_t edge, const std::string& domain, const Moment& moment);
  void recall(Lane& lane, const Wanted& wanted, Slot& slot, const Moment& moment);
  [[nodiscard]] static bool is_later_seen(const Lane& lane, const domain::Receipt& receipt,
                                          const Rare<domain::Receipt>& other);
  void reorder(std::size_t edge, const std::string& domain, bool is_changed, const Moment& moment);
  void take_order(Lane& lane, const std::string& domain, Slot& slot, const Moment& moment);
  void release(std::size_t edge, const std::string& domain, base::SteadyTime now);
  void forget_domain(const std::string& domain);

  // plan.cpp: tasks.
  void take_of(std::size_t edge, Turn turn, const Moment& moment, Batch& batch);
  // nullopt: not now; it has been queued for later.
  [[nodiscard]] std::optional<Task> try_take(std::size_t edge, const std::string& domain, const Moment& moment);
  void drop_ended_former(Lane& lane, const std::string& domain, Slot& slot, const Moment& moment);
  [[nodiscard]] bool leave_if_allowed(std::size_t edge, const std::string& domain, Slot& slot, const Moment& moment);
  [[nodiscard]] static std::optional<base::SteadyTime> postponed_until(const Lane& lane, const Slot& slot);
  [[nodiscard]] Task make_task(std::size_t edge, const std::string& domain, const Slot& slot) const;
  static void unqueue(Lane& lane, const std::string& domain, const Slot& slot);
  static void give_to(Lane& lane, const std::string& domain, Slot& slot, base::AccountId account);
  [[nodiscard]] static Turn turn_of(const Slot& slot);
  void enter(Lane& lane, const std::string& domain, Slot& slot, Step step, base::SteadyTime due);
  void queue(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime due, bool is_routine);
  void change_phase(Lane& lane, const std::string& domain, Slot& slot, Phase phase, base::SteadyTime now);
  void count(Lane& lane, const Slot& slot, bool is_added, base::SteadyTime now);
  void follow(const std::string& domain, base::SteadyTime now);
  void follow_all(Lane& lane, base::SteadyTime now);
  void follow_lane(Lane& lane, Tried& tried, base::SteadyTime now);

  // between_edges.cpp: the rules between edges and within one.
  [[nodiscard]] Leave may_leave(std::size_t edge, const std::string& domain, const Slot& slot, const Moment& moment);
  [[nodiscard]] std::optional<Leave> wait_within_edge(Lane& lane, const std::string& domain, const Slot& slot);
  [[nodiscard]] Leave wait_between_edges(std::size_t edge, const std::string& domain, const Moment& moment) const;
  [[nodiscard]] bool can_be_canary(const Lane& lane, const Slot& slot) const;

  // plan_endings.cpp: the consequences of the way in which a task ended.
  void end_step(const Place& place, const Task& task, const Finished& finished);
  void end_withdrawal(const Place& place, const Finished& finished);
  void end_look(const Place& place, const Task& task, const Finished& finished);
  void end_broken(const Place& place, const Finished& finished);
  // `was_good`: as is_good() said of the receipt before this step.
  void show_ordered(const Place& place, const Task& task, const Finished& finished, bool was_good);
  void show_former(const Place& place);
  void lose_former(const Place& place);
  void settle(const Place& place, const Finished& finished);
  void fail_placement(const Place& place, const std::string& reason);
  void give_up(const Place& place, const std::string& reason);
  void happen(const Place& place, Happening happening);
  void act(const Place& place, Act act);
  void stay(const Place& place);
  void pause(const Place& place, Step step, std::chrono::milliseconds time);
  void see(const Place& place, const std::optional<base::CertId>& version);
  void fail(const Place& place, const std::string& reason);
  void keep(const Place& place, const domain::Receipt& receipt);
  void note_sound(base::CertId version);
  static void note_tls(Lane& lane, const Task& task);
  [[nodiscard]] base::SteadyTime check_after(const Place& place, const domain::Receipt& shown) const;
  void tell_end(const Place& place, const domain::Receipt& shown);
  void note_outages(const Place& place, const Task& task, const Finished& finished);
  void suspect_domain(const Place& place, bool is_new);
  [[nodiscard]] base::SteadyTime ask_again_at(const Place& place) const;
  void recheck_all(Lane& lane, base::SteadyTime now);
  void sample(Lane& lane, base::SteadyTime now);
  void doubt(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime look_at);
  [[nodiscard]] std::chrono::milliseconds time_to_next_look(const Lane& lane, const domain::Receipt& receipt,
                                                            base::SteadyTime now) const;
  void put_back_elsewhere(const Place& place);

  PlanOptions options_;
  Mutation mutation_;
  std::vector<Lane> lanes_;           // by the edges' numbers
  std::vector<std::size_t> order_;    // of the list
  std::vector<std::size_t> removed_;  // numbers that are free
  std::map<std::string, Wanted> wanted_;
  std::set<base::CertId> sound_;  // versions whose bundle was found to work lately
};

// Whether the edge serves the version of the receipt: proved, or, for an edge without `listen`, acknowledged.
[[nodiscard]] bool is_good(const Plan::Edge& edge, const domain::Receipt& receipt);

}  // namespace livecert::edge

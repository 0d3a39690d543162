#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "base/ids.h"
#include "base/later.h"
#include "base/result.h"
#include "base/time.h"
#include "store/command.h"
#include "store/snapshot.h"

// The persistence port: livecert's requirements of a store, as laws that every adapter keeps and that the contract
// suite (tests/store) checks.
//
// 1. A command is applied wholly or not at all, together with its audit row and its change row. Receipts have neither,
//    because they record what an edge showed, and no caller asked for them.
// 2. kDone or kConverged is answered only when the state that it reports would survive a power cut.
// 3. Commands take effect one after another, in some order; a read that begins after the answer sees its effect.
// 4. Every decision is made inside the transaction, on the state at that moment.
// 5. A command whose deadline passed before it started is not started (kDeadlineExceeded).
// 6. The answer is kUnknown only when the adapter cannot find out; every other answer is certain.
// 7. An upload converges on the chain of the same account and project whose current version has held equal content the
//    longest. Of many concurrent equal uploads one makes the chain and the others converge on it. Updates never
//    converge: they may make two chains equal.
// 8. Account and project names are compared byte for byte.
// 9. A domain has one owner among all accounts and uses at most one chain; a chain that is bound is never removed, and
//    its current version always covers the domains that are bound to it.
// 10. When a bind moves the last domain of a chain to a chain that was made later, the later chain supersedes the
//     former one, until a domain is bound to the former one again or it gets a new version.
// 11. A command that changes the version or the options that a domain should be served with resets the domain's
//     receipts of that version, because they are about an earlier order.
// 12. When a command changes what a topic's reads return, the topic's generation has grown before the command is
//     answered. So a caller that asks for the generation first, and then reads, may use the result for as long as the
//     generation stays the same.
// 13. kDone and kConverged are answered only when the state that they report is where the next start of the store will
//     look for it.
// 14. The ids of a chain's versions grow in the order of their commits: a version whose id is not larger than the ids
//     of all versions that the chain has is refused (kOvertaken).
// All functions may be called from every thread.
namespace livecert::store {

// Groups of reads that callers may cache: find_credential() and find_account_key(); find_issuers().
enum class Topic : std::uint8_t { kAccess, kIssuers };

// Whether a store can keep new data.
struct Health {
  enum class State : std::uint8_t {
    kSound,
    kFull,        // there is no free space; writes resume by themselves when there is
    kFailing,     // writes fail for another reason; `why` says what helps
    kHanging,     // the store has waited for the disk for two seconds
    kUnreadable,  // a part of the stored data cannot be read
    kAway,        // a database that others run does not answer, or must not be used; `why` says which
    kMoved,       // the content is in another store, or is being moved there; `why` says which
    kGone,        // the files are no longer the opened ones, so a new write would never be read
  };
  State state = State::kSound;
  std::string why = {};  // for the operator; empty when it is sound
};

// Who may get a lease.
enum class Reach : std::uint8_t {
  kAnywhere,     // this process, when no other one has it
  kThisMachine,  // the same, but once a process got it, only processes on its machine
  kNobody,       // the question alone
};

// Work of which one process at a time does its share, such as the delivery to an edge.
struct Lease {
  bool is_ours = true;
  std::string machine = {};                   // of the process that has it; empty: nobody, or only one process exists
  std::optional<base::Time> away_since = {};  // that process has not been heard of since
};

// A call that needs a turn: at most `allowance` calls of one account and action begin in any second, at all processes.
struct AskedTurn {
  base::AccountId account;
  std::string action;
  std::size_t allowance = 0;
  std::chrono::microseconds longest{};  // a turn that comes later is not wanted
};
struct SharedTurn {
  bool granted = false;
  std::chrono::microseconds wait{};  // until the turn; if it is not granted: until one could have come
  std::int64_t at = 0;               // the turn, in microseconds by the clock of the store
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Returns the outcome of a command. The command is submitted when the Later is started, after all commands that were
  // submitted before. The outcome comes on a thread of the store, which other commands wait for. The store answers
  // every command, and all of them before it ends.
  [[nodiscard]] virtual base::Later<Outcome> submit(Context context, Command command) = 0;

  // The state now; waits for a free connection. Errors: those of Snapshot.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Snapshot>> read() = 0;
  // One read of a snapshot that ends with it: ask(&Snapshot::find_chain, id).
  template <typename Answer, typename... Parameters>
  [[nodiscard]] base::Result<Answer> ask(base::Result<Answer> (Snapshot::*question)(Parameters...),
                                         std::type_identity_t<Parameters>... arguments) {
    TRY_ASSIGN(const auto snapshot, this->read());
    return (snapshot.get()->*question)(arguments...);
  }

  // Does not block. The value has no meaning for another process or after a restart.
  [[nodiscard]] virtual std::uint64_t generation(Topic topic) = 0;

  // Waits until there is a change after the position, at most `wait`; returns whether there is one. Any commit wakes
  // it. It must have returned before the store is destroyed. Error: kStoreFailure.
  [[nodiscard]] virtual base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) = 0;

  // The condition now; costs a check of a few files' names and a read of a few pages. While it is not sound, the store
  // itself checks at least every second whether that has ended.
  [[nodiscard]] virtual Health health() = 0;

  // Asks for the lease of that name, which this process then keeps until it ends or gives it up. Of all processes that
  // use the store one has it at a time; when that one is gone, another one gets it 15 s later. A lease of kAnywhere is
  // also lost when this process does not reach the store for 14 s; one of kThisMachine only when another process got
  // it. The first call for a name waits for the store, at most two seconds; later calls do not block. A store that one
  // process uses leases everything to it.
  [[nodiscard]] virtual Lease lease(const std::string& /*name*/, Reach /*reach*/) { return {}; }
  virtual void give_up(const std::string& /*name*/) {}

  // A turn among the calls of all processes. Waits at most 50 ms. nullopt: no other process uses the store, or the
  // store does not answer, so that the caller has to do with what it knows itself.
  [[nodiscard]] virtual std::optional<SharedTurn> take_turn(const AskedTurn& /*asked*/) { return std::nullopt; }
};

}  // namespace livecert::store

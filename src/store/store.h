#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "base/later.h"
#include "base/result.h"
#include "store/command.h"
#include "store/snapshot.h"

// The persistence port: what livecert asks of a store, stated as laws that every adapter keeps and that the contract
// suite (tests/store) checks.
//
// 1. A command is applied wholly or not at all, together with its audit row and its change row. Receipts have
//    neither: they are what an edge showed, and nobody's order.
// 2. kDone or kConverged is answered only when the state it reports would survive a power cut.
// 3. Commands take effect one after another, in some order; a read that begins after the answer sees its effect.
// 4. Every decision is made inside the transaction, on the state at that moment.
// 5. A command whose deadline passed before it was begun is not begun (kDeadlineExceeded).
// 6. kUnknown is answered only when the adapter cannot find out; everything else is certain.
// 7. An upload converges on the chain of the same account and project whose current version has held equal content the
//    longest; of many concurrent equal uploads one makes the chain and the others converge on it. Updates never do:
//    they may make two chains equal.
// 8. Account and project names are compared byte for byte; domain names arrive in lower case.
// 9. A domain has one owner among all accounts and uses at most one chain; a chain that is bound is never removed, and
//    its current version always covers what is bound to it.
// 10. When a bind takes the last domain of a chain away in favour of one that was made later, the former is superseded
//    by the latter, until a domain is bound to it again or it gets a new version.
// 11. A command that changes with what a domain is to be served begins its receipts of that version anew: they told of
//    an earlier order.
// 12. A topic's generation has grown by the time a command is answered, whenever one of its reads would answer
// otherwise than before: what was read at a generation, which was asked for first, holds for as long as that is the
// generation.
// 13. kDone and kConverged are answered only when what they report is where whoever opens the store next will look for
//     it.
// 14. The versions of a chain are in the order in which they were committed: one whose id is not larger than those of
//     all versions that the chain has is refused (kOvertaken).
// All functions may be called from every thread.
namespace livecert::store {

// What others keep of their reads: find_credential() and find_account_key(), find_issuers().
enum class Topic : std::uint8_t { kAccess, kIssuers };

// Whether a store can keep what it is given.
struct Health {
  enum class State : std::uint8_t {
    kSound,
    kFull,        // there is no room for more; writes begin again by themselves when there is
    kFailing,     // writes fail for another reason; they are tried again
    kHanging,     // the disk has not finished for two seconds what the store waits for
    kUnreadable,  // some of what is stored cannot be read
    kGone,        // what was opened is not what others would find now: nothing that is written would ever be read
  };
  State state = State::kSound;
  std::string why = {};  // for the operator; empty when it is sound
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // What becomes of a command, which is handed over when that is started, after all that were handed over before. The
  // outcome comes from a thread of the store's, which other commands wait for. The store answers every command, and all
  // of them before it ends.
  [[nodiscard]] virtual base::Later<Outcome> submit(Context context, Command command) = 0;

  // The state now, waiting for a free connection. Errors: those of Snapshot.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Snapshot>> read() = 0;
  // One read of a snapshot that ends with it: ask(&Snapshot::find_chain, id).
  template <typename Answer, typename... Parameters>
  [[nodiscard]] base::Result<Answer> ask(base::Result<Answer> (Snapshot::*question)(Parameters...),
                                         std::type_identity_t<Parameters>... arguments) {
    TRY_ASSIGN(const auto snapshot, this->read());
    return (snapshot.get()->*question)(arguments...);
  }

  // Does not block. It means nothing to another process, or after a restart.
  [[nodiscard]] virtual std::uint64_t generation(Topic topic) = 0;

  // Blocks until there is a change after the position, at most `wait`; whether there is one. Others' commits wake it.
  // Whoever waits must have returned before the store is destroyed. Error: kStoreFailure.
  [[nodiscard]] virtual base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) = 0;

  // As of now, at the price of looking at a few files' names and reading a few pages of them. While it is not sound,
  // the store finds out by itself, at least every second, whether it is again.
  [[nodiscard]] virtual Health health() = 0;
};

}  // namespace livecert::store

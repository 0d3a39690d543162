#include "store/postgres/engine.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "store/postgres/head.h"
#include "store/postgres/schema.h"
#include "store/sql/queries.h"

namespace livecert::store::postgres {
namespace {

constexpr std::chrono::seconds kSettling(4);

base::Error number_lost(const Node& node) {
  return {base::ErrorCode::kStoreFailure, "the store failed",
          "another process has the number " + std::to_string(node.number) +
              " of this node, because its lease ended: start this process again"};
}

}  // namespace

base::Result<void> PostgresEngine::begin() {
  for (int left = kRetries;; --left) {
    auto begun = begin_once();
    if (begun) return begun;
    end_transaction();
    if (begun.error().code == base::ErrorCode::kConflict && left > 0) continue;
    memory_.note_write(&begun.error());
    return begun;
  }
}

// The number of the transaction is written into the node's row before anything else, so that this row tells later
// whether it was committed.
base::Result<void> PostgresEngine::begin_once() {
  TRY(database_.ensure_open());
  database_.forget_writes();
  ++group_;
  TRY(database_.post_text("BEGIN ISOLATION LEVEL READ COMMITTED"));
  TRY_ASSIGN(head_, read_head(database_, Lock::kHeld));
  if (unsettled_) tell_what_became();
  TRY_ASSIGN(const bool is_ours, database_.change("UPDATE nodes SET last_group = ? WHERE id = ? AND epoch = ?", group_,
                                                  node_.number, node_.epoch));
  if (!is_ours) return number_lost_here();
  database_.forget_writes();
  rows_.begin_after(head_.position);
  return {};
}

// A step of an upgrade takes their numbers from the nodes that must not write any more, and whoever moves the store
// takes them from all.
base::Error PostgresEngine::number_lost_here() {
  const auto moved = sql::find_why_moved(database_);
  if (moved && *moved) return {base::ErrorCode::kStoreFailure, "the store was moved", **moved};
  const auto head = read_head(database_, Lock::kNone);
  const auto readable = head ? check_readable(head->oldest_reader) : base::Result<void>();
  if (readable) return number_lost(node_);
  return {base::ErrorCode::kStoreFailure, "the store failed", readable.error().message};
}

Ending PostgresEngine::commit() {
  Ending ending = commit_transaction();
  if (ending.kind == Ending::Kind::kUncertain) memory_.forget();
  memory_.note_write(ending.kind == Ending::Kind::kCommitted ? nullptr : &ending.why);
  return ending;
}

Ending PostgresEngine::commit_transaction() {
  if (database_.written_tables().empty()) {
    end_transaction();
    return {};
  }
  Head head{rows_.next_position() - 1, head_.access, head_.issuers};
  for (const std::string_view table :
       {"accounts", "access_keys", "access_key_projects", "access_key_domains", "policies", "policy_attachments"}) {
    if (has_written(table)) head.access = head_.access + 1;
  }
  if (has_written("issuer_certificates")) ++head.issuers;
  bool warned = false;
  auto sent = database_.run("UPDATE head SET position = ?, access = ?, issuers = ? WHERE id = 1", head.position,
                            head.access, head.issuers);
  auto committed = sent ? database_.execute("COMMIT", &warned) : base::Result<std::string>(sent.error());
  if (!committed && !database_.is_open()) {
    Ending ending = settle(committed.error());
    if (ending.kind != Ending::Kind::kCommitted) return ending;
  } else if (!committed || *committed != "COMMIT") {
    end_transaction();
    return {Ending::Kind::kFailed, committed ? base::Error{base::ErrorCode::kStoreFailure, "the store failed",
                                                           "COMMIT was answered by " + *committed}
                                             : committed.error()};
  } else if (warned) {
    // https://www.postgresql.org/docs/15/warm-standby.html#SYNCHRONOUS-REPLICATION: committed here, and perhaps nowhere
    // else.
    return {Ending::Kind::kUncertain,
            {base::ErrorCode::kStoreFailure, "the store failed", "the wait for the synchronous standby was cancelled"}};
  }
  memory_.commit(head);
  if (head.position > head_.position) signal_.move_to(head.position);
  return {};
}

bool PostgresEngine::has_written(std::string_view table) const {
  return std::ranges::find(database_.written_tables(), table) != database_.written_tables().end();
}

void PostgresEngine::roll_back(const base::Error& why) {
  end_transaction();
  memory_.note_write(&why);
}

void PostgresEngine::end_transaction() {
  // A connection that fails here is opened again by the next transaction.
  if (database_.is_open() && !database_.execute("ROLLBACK")) database_.close();
}

// The COMMIT was sent after all other statements were answered, or never: so either the old transaction holds the lock
// of `head`, which this one waits for, or it has ended.
Ending PostgresEngine::settle(base::Error error) {
  const auto deadline = std::chrono::steady_clock::now() + kSettling;
  for (;;) {
    const auto known = was_committed();
    // What is visible here need not be on the standby yet: a commit of our own waits for it.
    const bool is_safe = known && *known && commit_after();
    end_transaction();
    if (known && !*known) return Ending{Ending::Kind::kFailed, std::move(error)};
    if (is_safe) return Ending{};
    if (std::chrono::steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  unsettled_ = group_;
  return {Ending::Kind::kUncertain, std::move(error)};
}

// Within the transaction that was_committed() has begun.
bool PostgresEngine::commit_after() {
  bool warned = false;
  const auto written =
      database_.run("UPDATE nodes SET last_group = last_group WHERE id = ? AND epoch = ?", node_.number, node_.epoch);
  if (!written) return false;
  const auto committed = database_.execute("COMMIT", &warned);
  return committed && *committed == "COMMIT" && !warned;
}

base::Result<bool> PostgresEngine::was_committed() {
  TRY(database_.ensure_open());
  TRY(database_.post_text("BEGIN ISOLATION LEVEL READ COMMITTED"));
  TRY(read_head(database_, Lock::kHeld));
  TRY_ASSIGN(sql::Query query,
             database_.query("SELECT last_group FROM nodes WHERE id = ? AND epoch = ?", node_.number, node_.epoch));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return number_lost(node_);
  return query.integer(0) == group_;
}

// Called with `head` locked.
void PostgresEngine::tell_what_became() {
  auto query = database_.query("SELECT last_group FROM nodes WHERE id = ? AND epoch = ?", node_.number, node_.epoch);
  if (!query) return;
  const auto found = query->next();
  if (!found || !*found) return;
  const bool committed = query->integer(0) == *unsettled_;
  if (report_) {
    report_(std::string("the transaction whose outcome was unknown ") +
            (committed ? "was committed" : "was not committed, and never will be"));
  }
  unsettled_.reset();
}

}  // namespace livecert::store::postgres

#include "store/postgres/leases.h"

#include <utility>
#include <vector>

#include "base/blocking.h"
#include "store/postgres/schema.h"

namespace livecert::store::postgres {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMicros = 1'000'000;
constexpr seconds kBetweenRenewals(5);
constexpr seconds kBetweenClaims(1);
constexpr seconds kOwnFor(kLeaseSeconds - 1);
constexpr seconds kFirstAnswer(2);
constexpr seconds kBetweenCleanings(5);

const std::string& now() {
  static const std::string text = kDatabaseTime;
  return text;
}

}  // namespace

Lease Leases::show(const Entry& entry) const {
  if (!entry.epoch || entry.reach == Reach::kNobody) return entry.others;
  const bool is_ours = entry.reach == Reach::kThisMachine || std::chrono::steady_clock::now() < entry.until;
  return {is_ours, identity_.machine, {}};
}

Lease Leases::ask(const std::string& name, Reach reach, const std::function<void()>& wake) {
  std::unique_lock lock(mutex_);
  const auto [found, is_new] = entries_.try_emplace(name);
  Entry& entry = found->second;
  // What this process has is not given up by a question.
  const bool is_changed = is_new || entry.is_given_up || (reach != Reach::kNobody && entry.reach != reach);
  if (is_changed) {
    entry.reach = reach;
    entry.is_known = false;
    entry.is_given_up = false;
    entry.next = {};
    entry.others = {false, {}, {}};
  }
  if (!entry.is_known) {
    lock.unlock();
    wake();
    const base::Blocking waiting;
    lock.lock();
    known_.wait_for(lock, kFirstAnswer, [&] {
      const auto now = entries_.find(name);
      return now == entries_.end() || now->second.is_known;
    });
  }
  const auto now = entries_.find(name);
  return now != entries_.end() ? show(now->second) : Lease{false, {}, {}};
}

void Leases::give_up(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  found->second.is_given_up = true;
  found->second.next = {};
}

std::optional<std::int64_t> Leases::epoch_of(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  return found != entries_.end() ? found->second.had : std::nullopt;
}

bool Leases::is_awaited() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    if (!entry.is_known) return true;
  }
  return false;
}

base::Result<void> Leases::beat(Connection& database) {
  const Time begun = std::chrono::steady_clock::now();
  std::vector<std::pair<std::string, Entry>> due;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : entries_) {
      if (entry.next <= begun) due.emplace_back(name, entry);
    }
  }
  for (auto& [name, entry] : due) {
    const bool is_over = entry.is_given_up;
    if (is_over) {
      // Waited for: ensure_open() takes a connection with a statement that nobody waited for as broken.
      TRY(database.change("DELETE FROM leases WHERE name = ? AND holder = ?", name, identity_.holder));
    } else {
      TRY(look(database, name, entry));
    }
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end()) continue;
    // Somebody may have given it up, or asked for more, meanwhile.
    if (found->second.is_given_up != is_over || found->second.reach != entry.reach) continue;
    if (is_over) {
      entries_.erase(found);
    } else {
      found->second = entry;
      found->second.is_known = true;
    }
    known_.notify_all();
  }
  if (begun - cleaned_ < kBetweenCleanings) return {};
  cleaned_ = begun;
  // Of edges that were deleted while their node was away, and of work that nobody does any more.
  static const std::string statement =
      "DELETE FROM leases WHERE until < " + now() +
      " AND NOT EXISTS (SELECT 1 FROM edges WHERE 'edge:' || edges.name = leases.name)";
  TRY(database.change(statement));
  return {};
}

base::Result<void> Leases::look(Connection& database, const std::string& name, Entry& entry) const {
  const Time asked = std::chrono::steady_clock::now();
  if (entry.epoch) {
    TRY_ASSIGN(const bool is_ours, renew(database, name, entry));
    if (!is_ours) entry.epoch.reset();
  }
  if (!entry.epoch && entry.reach != Reach::kNobody) {
    TRY_ASSIGN(entry.epoch, claim(database, name, entry.reach));
  }
  if (entry.epoch) {
    entry.had = entry.epoch;
    entry.until = asked + kOwnFor;
    entry.next = asked + kBetweenRenewals;
    return {};
  }
  TRY_ASSIGN(entry.others, read(database, name));
  entry.next = asked + kBetweenClaims;
  return {};
}

base::Result<bool> Leases::renew(Connection& database, const std::string& name, const Entry& entry) const {
  static const std::string statement =
      "UPDATE leases SET until = " + now() + " + ? WHERE name = ? AND holder = ? AND epoch = ?";
  return database.change(statement, kLeaseSeconds * kMicros, name, identity_.holder, *entry.epoch);
}

base::Result<std::optional<std::int64_t>> Leases::claim(Connection& database, const std::string& name,
                                                        Reach reach) const {
  static const std::string statement =
      "INSERT INTO leases (name, machine, holder, node, epoch, until) VALUES (?, ?, ?, ?, 1, " + now() +
      " + ?) ON CONFLICT (name) DO UPDATE SET machine = excluded.machine, holder = excluded.holder,"
      " node = excluded.node, epoch = leases.epoch + 1, until = excluded.until"
      " WHERE leases.holder = excluded.holder OR (leases.until < " +
      now() + " AND (? = 1 OR leases.machine = excluded.machine)) RETURNING epoch";
  const std::int64_t is_for_all = reach == Reach::kAnywhere ? 1 : 0;
  TRY_ASSIGN(sql::Query query, database.query(statement, name, identity_.machine, identity_.holder, node_.number,
                                              kLeaseSeconds * kMicros, is_for_all));
  TRY_ASSIGN(const bool is_ours, query.next());
  return is_ours ? std::optional(query.integer(0)) : std::nullopt;
}

base::Result<Lease> Leases::read(Connection& database, const std::string& name) const {
  static const std::string statement = "SELECT machine, until, " + now() + " FROM leases WHERE name = ?";
  TRY_ASSIGN(sql::Query query, database.query(statement, name));
  TRY_ASSIGN(const bool found, query.next());
  Lease lease{false, {}, {}};
  if (!found) return lease;
  lease.machine = query.text(0);
  // The time of the last renewal. A lease that was given back has none.
  const bool is_over = query.integer(1) < query.integer(2);
  if (is_over) lease.away_since = base::from_unix_micros(query.integer(1) - kLeaseSeconds * kMicros);
  return lease;
}

// The end becomes now, and not earlier, because it tells when the holder was last heard of.
base::Result<void> Leases::release(Connection& database) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    if (!entry.epoch) continue;
    TRY(database.change("UPDATE leases SET until = " + now() + " - 1 WHERE name = ? AND holder = ? AND epoch = ?", name,
                        identity_.holder, *entry.epoch));
  }
  return {};
}

}  // namespace livecert::store::postgres

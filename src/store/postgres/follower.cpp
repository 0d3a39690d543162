#include "store/postgres/follower.h"

#include <string>
#include <utility>

#include "base/thread_name.h"
#include "store/postgres/head.h"
#include "store/postgres/schema.h"

namespace livecert::store::postgres {
namespace {

constexpr std::chrono::seconds kBetweenExtensions(5);

}  // namespace

Follower::Follower(Connection& database, ChangeSignal& signal, Memory& memory, Leases& leases, Node node,
                   std::chrono::milliseconds interval, OnOutdated on_outdated)
    : database_(database),
      signal_(signal),
      memory_(memory),
      leases_(leases),
      node_(node),
      interval_(interval),
      on_outdated_(std::move(on_outdated)),
      extended_(std::chrono::steady_clock::now()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Follower::run(const std::stop_token& stop) {
  base::name_this_thread("store follower");
  while (!stop.stop_requested()) {
    const auto looked = look();
    memory_.note_poll(looked ? nullptr : &looked.error());
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, interval_, [&] { return looked && leases_.is_awaited(); });
  }
}

void Follower::wake() {
  // The follower must not be between its question and its wait.
  { const std::lock_guard lock(mutex_); }
  stopped_.notify_all();
}

base::Result<void> Follower::look() {
  TRY(database_.ensure_open());
  const auto asked = std::chrono::steady_clock::now();
  const std::int64_t seen = memory_.seen_position();
  TRY_ASSIGN(const Head head, read_head(database_, Lock::kNone));
  TRY(check_not_older(head, seen));
  TRY(check_format(head));
  memory_.hear(head, asked);
  signal_.move_to(head.position);
  TRY_ASSIGN(const bool has_others, has_company(database_, node_));
  memory_.note_company(has_others);
  // What others hold for a moment says nothing against the database.
  auto kept = leases_.beat(database_);
  if (!kept && kept.error().code != base::ErrorCode::kConflict) return kept;
  if (asked - extended_ < kBetweenExtensions) return {};
  TRY(extend());
  extended_ = asked;
  return {};
}

base::Result<void> Follower::check_format(const Head& head) {
  auto readable = check_readable(head.oldest_reader);
  if (readable) return readable;
  if (const auto call = std::exchange(on_outdated_, {})) call(readable.error().message);
  return readable;
}

base::Result<void> Follower::extend() {
  TRY_ASSIGN(const bool is_ours, renew(database_, node_));
  if (is_ours) {
    memory_.note_write(nullptr);
    return {};
  }
  return base::Error{base::ErrorCode::kStoreFailure, "the store failed",
                     "another process has the number " + std::to_string(node_.number) + " of this node"};
}

}  // namespace livecert::store::postgres

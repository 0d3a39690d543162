#include "store/postgres/memory.h"

#include "store/postgres/connection.h"

namespace livecert::store::postgres {
namespace {

// How long what was read may be used without news from the database.
constexpr std::chrono::seconds kTrusted(2);

void raise(std::atomic<std::int64_t>& value, std::int64_t to) {
  std::int64_t now = value.load();
  while (now < to && !value.compare_exchange_weak(now, to)) {
  }
}

std::string reason_of(const base::Error& error) {
  return error.code == base::ErrorCode::kConfiguration ? error.message : error.detail;
}

}  // namespace

Memory::Memory(const Head& head)
    : position_(head.position),
      seen_{std::atomic(head.access), std::atomic(head.issuers)},
      heard_(std::chrono::steady_clock::now()) {}

std::uint64_t Memory::generation(Topic topic) {
  if (std::chrono::steady_clock::now() - heard_.load() > kTrusted) ++forgotten_;
  return forgotten_.load() + static_cast<std::uint64_t>(seen_[static_cast<std::size_t>(topic)].load());
}

void Memory::see(const Head& head) {
  raise(seen_[static_cast<std::size_t>(Topic::kAccess)], head.access);
  raise(seen_[static_cast<std::size_t>(Topic::kIssuers)], head.issuers);
  raise(position_, head.position);
}

void Memory::hear(const Head& head, std::chrono::steady_clock::time_point asked) {
  see(head);
  heard_ = asked;
}

void Memory::commit(const Head& head) {
  see(head);
}

void Memory::forget() {
  ++forgotten_;
}

base::Result<void> check_not_older(const Head& head, std::int64_t seen) {
  if (head.position >= seen) return {};
  const std::string sentence = "this database has forgotten commits: it ends at position " +
                               std::to_string(head.position) + ", and position " + std::to_string(seen) +
                               " was seen; it may be an old primary. It is not used";
  return base::Error{base::ErrorCode::kConfiguration, sentence, sentence};
}

void Memory::note_poll(const base::Error* failure) {
  const std::lock_guard lock(mutex_);
  poll_failure_ = failure != nullptr ? std::optional(*failure) : std::nullopt;
}

std::optional<base::Error> Memory::poll_failure() const {
  const std::lock_guard lock(mutex_);
  return poll_failure_;
}

void Memory::note_write(const base::Error* failure) {
  // What others hold for a while is no fault of the database.
  if (failure != nullptr && failure->code == base::ErrorCode::kConflict) return;
  const std::lock_guard lock(mutex_);
  write_failure_ = failure != nullptr ? std::optional(*failure) : std::nullopt;
  // A read that follows an answered write must not wait for the next look.
  if (failure == nullptr) poll_failure_.reset();
}

Health Memory::health() const {
  constexpr std::string_view kDiskFull = "53100";
  const std::lock_guard lock(mutex_);
  if (poll_failure_) return {Health::State::kAway, "the database: " + reason_of(*poll_failure_)};
  if (!write_failure_) return {};
  if (sqlstate(*write_failure_) == kDiskFull) return {Health::State::kFull, "the database's disk is full"};
  return {Health::State::kAway, "the database: " + reason_of(*write_failure_)};
}

}  // namespace livecert::store::postgres

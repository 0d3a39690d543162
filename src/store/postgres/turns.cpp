#include "store/postgres/turns.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "base/blocking.h"
#include "base/thread_name.h"
#include "store/postgres/schema.h"

namespace livecert::store::postgres {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::milliseconds kLongestQuestion(50);
constexpr std::chrono::minutes kBetweenTurnCleanings(1);
constexpr std::int64_t kWindow = 1'000'000;  // microseconds
constexpr std::size_t kBytes = sizeof(std::int64_t);

// The times of the last turns, ascending, as the table holds them: eight bytes each, the highest first.
std::deque<std::int64_t> to_times(base::ByteView bytes) {
  std::deque<std::int64_t> times;
  for (std::size_t at = 0; at + kBytes <= bytes.size(); at += kBytes) {
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < kBytes; ++i) time = time << 8U | bytes[at + i];
    times.push_back(static_cast<std::int64_t>(time));
  }
  return times;
}

base::Bytes to_bytes(const std::deque<std::int64_t>& times) {
  base::Bytes bytes;
  bytes.reserve(times.size() * kBytes);
  for (const std::int64_t time : times) {
    for (std::size_t i = kBytes; i-- > 0;) {
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(time) >> (8 * i)));
    }
  }
  return bytes;
}

auto key_of(const AskedTurn& asked) {
  return std::tie(asked.account, asked.action);
}

// The oldest of the last `allowance` turns decides: a second that holds both it and the new one would hold too many.
SharedTurn next_turn(std::deque<std::int64_t>& times, const AskedTurn& asked, std::int64_t now) {
  const std::int64_t at =
      times.size() < asked.allowance ? now : std::max(now, times[times.size() - asked.allowance] + kWindow);
  const microseconds wait(at - now);
  if (wait > asked.longest) return {false, wait, at};
  times.push_back(at);
  return {true, wait, at};
}

}  // namespace

Turns::Turns(Connection& database)
    : database_(database),
      cleaned_(std::chrono::steady_clock::now()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::optional<SharedTurn> Turns::take(const AskedTurn& asked) {
  const auto request = std::make_shared<Request>(Request{asked, false, std::nullopt});
  const base::Blocking waiting;
  std::unique_lock lock(mutex_);
  waiting_.push_back(request);
  asked_.notify_one();
  answered_.wait_for(lock, kLongestQuestion, [&] { return request->is_answered; });
  return request->is_answered ? request->turn : std::nullopt;
}

void Turns::run(const std::stop_token& stop) {
  base::name_this_thread("store turns");
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (!asked_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
    Requests requests = std::exchange(waiting_, {});
    lock.unlock();
    // In one order at all nodes, so that none waits for another one that waits for it.
    std::ranges::stable_sort(requests,
                             [](const auto& a, const auto& b) { return key_of(a->asked) < key_of(b->asked); });
    const auto decided = decide(requests);
    if (!decided && database_.is_open() && !database_.execute("ROLLBACK")) database_.close();
    lock.lock();
    for (const auto& request : requests) {
      // What a transaction that failed decided is not written down.
      if (!decided) request->turn.reset();
      request->is_answered = true;
    }
    answered_.notify_all();
  }
}

base::Result<void> Turns::decide(const Requests& requests) {
  TRY(database_.ensure_open());
  TRY(clean());
  TRY(database_.post_text("BEGIN ISOLATION LEVEL READ COMMITTED"));
  for (std::size_t begin = 0; begin < requests.size();) {
    const AskedTurn& key = requests[begin]->asked;
    std::size_t end = begin;
    while (end < requests.size() && key_of(requests[end]->asked) == key_of(key)) ++end;
    TRY(decide_one(key, requests, begin, end));
    begin = end;
  }
  TRY(database_.execute("COMMIT"));
  return {};
}

base::Result<void> Turns::decide_one(const AskedTurn& key, const Requests& requests, std::size_t begin,
                                     std::size_t end) {
  static const std::string read_times = "SELECT times FROM turns WHERE account = ? AND action = ? FOR UPDATE";
  static const std::string read_now = "SELECT " + std::string(kDatabaseTime);
  std::deque<std::int64_t> times;
  for (bool is_there = false; !is_there;) {
    TRY_ASSIGN(sql::Query query, database_.query(read_times, key.account.number(), key.action));
    TRY_ASSIGN(is_there, query.next());
    if (is_there) {
      times = to_times(query.view(0));
    } else {
      TRY(database_.run("INSERT INTO turns (account, action, last, times) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING",
                        key.account.number(), key.action, base::ByteView()));
    }
  }
  // After the wait for the row.
  TRY_ASSIGN(const std::int64_t now, database_.read_integer(read_now));
  while (!times.empty() && times.front() + kWindow <= now) times.pop_front();
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = begin; i < end; ++i) requests[i]->turn = next_turn(times, requests[i]->asked, now);
  }
  return database_.run("UPDATE turns SET last = ?, times = ? WHERE account = ? AND action = ?",
                       times.empty() ? now : times.back(), to_bytes(times), key.account.number(), key.action);
}

base::Result<void> Turns::clean() {
  const auto now = std::chrono::steady_clock::now();
  if (now - cleaned_ < kBetweenTurnCleanings) return {};
  cleaned_ = now;
  return database_.run("DELETE FROM turns WHERE last < " + std::string(kDatabaseTime) + " - 60000000");
}

}  // namespace livecert::store::postgres

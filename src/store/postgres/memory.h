#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace livecert::store::postgres {

// The row `head` of the database.
struct Head {
  std::int64_t position = 0;  // the last one in the log
  std::int64_t access = 0;    // how often the rows of each topic changed
  std::int64_t issuers = 0;
  // The oldest format whose releases may use the tables; only of a row that was read without its lock.
  std::int64_t oldest_reader = 0;
};

// What this process knows of the database. Callable from every thread.
class Memory {
 public:
  explicit Memory(const Head& head);

  // The generations of law 12. While nothing is heard from the database, other nodes may change what callers keep, so
  // that a generation grows at every call then.
  [[nodiscard]] std::uint64_t generation(Topic topic);
  // The database answered a question that was sent at that time.
  void hear(const Head& head, std::chrono::steady_clock::time_point asked);
  // A commit of this process; its generations count before it is answered.
  void commit(const Head& head);
  // Nobody may use what was read before.
  void forget();

  // The largest position that this process has seen. Take it before the row is read that it is compared with: other
  // threads commit meanwhile.
  [[nodiscard]] std::int64_t seen_position() const { return position_.load(); }

  // Whether other nodes have numbers that they renew.
  void note_company(bool is_there) { has_company_ = is_there; }
  [[nodiscard]] bool has_company() const { return has_company_.load(); }

  void note_poll(const base::Error* failure);
  // Why the last look for others' commits failed.
  [[nodiscard]] std::optional<base::Error> poll_failure() const;
  void note_write(const base::Error* failure);
  [[nodiscard]] Health health() const;

 private:
  static constexpr std::size_t kTopics = 2;
  void see(const Head& head);

  std::atomic<std::int64_t> position_;
  std::array<std::atomic<std::int64_t>, kTopics> seen_;
  std::atomic<std::uint64_t> forgotten_ = 0;
  std::atomic<bool> has_company_ = false;
  std::atomic<std::chrono::steady_clock::time_point> heard_;

  mutable std::mutex mutex_;
  std::optional<base::Error> poll_failure_;
  std::optional<base::Error> write_failure_;
};

// Error: a position was seen that this database does not have, so it is an old copy.
[[nodiscard]] base::Result<void> check_not_older(const Head& head, std::int64_t seen);

}  // namespace livecert::store::postgres

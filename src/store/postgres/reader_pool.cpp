#include "store/postgres/reader_pool.h"

#include <algorithm>
#include <chrono>

#include "base/blocking.h"
#include "base/given_up.h"

namespace livecert::store::postgres {

// The reads of one transaction. The state is that of the first read.
class ReaderPool::PostgresSnapshot final : public sql::SqlSnapshot {
 public:
  PostgresSnapshot(ReaderPool& pool, std::unique_ptr<Connection> connection)
      : SqlSnapshot(*connection), pool_(pool), connection_(std::move(connection)) {}
  ~PostgresSnapshot() override {
    if (connection_->is_open() && !connection_->execute("ROLLBACK")) connection_->close();
    pool_.give_back(std::move(connection_));
  }

 private:
  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
};

ReaderPool::ReaderPool(int connections, const Make& make, WhyAway why_away) : why_away_(std::move(why_away)) {
  for (int i = 0; i < std::max(connections, 1); ++i) free_.push_back(make());
}

base::Result<std::unique_ptr<Snapshot>> ReaderPool::begin() {
  TRY_ASSIGN(auto connection, take());
  base::Result<void> begun;
  if (base::is_given_up()) begun = base::given_up_error();
  if (begun && !connection->is_open()) {
    if (auto why = why_away_()) begun = *std::move(why);
  }
  if (begun) begun = connection->ensure_open();
  // Sent with the first read.
  if (begun) begun = connection->post_text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (begun) return std::unique_ptr<Snapshot>(new PostgresSnapshot(*this, std::move(connection)));
  give_back(std::move(connection));
  return begun.error();
}

base::Result<std::unique_ptr<Connection>> ReaderPool::take() {
  constexpr std::chrono::milliseconds kGlance(50);  // between two looks whether the answer is still needed
  std::unique_lock lock(mutex_);
  while (free_.empty()) {
    const base::Blocking waiting;
    returned_.wait_for(lock, kGlance, [&] { return !free_.empty(); });
    if (base::is_given_up()) return base::given_up_error();
  }
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace livecert::store::postgres

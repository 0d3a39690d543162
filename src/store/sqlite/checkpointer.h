#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "store/sqlite/database.h"
#include "store/sqlite/log_limits.h"

namespace livecert::store::sqlite {

// Keeps the write-ahead log small without delaying commits. A helper thread copies the log into the database while
// commits go on. It never catches up with a busy writer. So once little is left, the writer copies that between two
// transactions, and the log begins again from its start.
class Checkpointer {
 public:
  // Called with the reason of the first failure after a success. Nothing is lost: the log keeps its content, and other
  // attempts follow.
  using Report = std::function<void(const std::string& why)>;
  // Called once, when the disk failed to synchronise a copy: no more copies will be made, and nothing may be committed.
  // Nothing is lost then either.
  using Stop = std::function<void(const std::string& why)>;

  // Only the helper thread uses `helper`. `writer` is the connection whose commits fill the log; it must outlive this.
  // Both were opened by checkpointing_vfs(), for a database with pages of `page_size` bytes. `report` may be empty. The
  // helper or the writer's thread calls `report` and `stop`. `sync_failed` outlives the connections (share_failure).
  Checkpointer(std::unique_ptr<Connection> helper, Connection& writer, std::int64_t page_size, LogLimits limits,
               std::atomic<bool>& sync_failed, Report report, Stop stop);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // Only the writer's thread calls these, outside a transaction.
  void after_commit();
  // False: a reader was in the way, or the helper is copying. Call it again later, even without a commit.
  bool when_idle();

 private:
  // One cycle of the log, from one restart to the next; counted from 1.
  using LogCycle = unsigned;

  // For the writer: a commit has left the log with this many pages.
  void note_commit(int pages);
  void begin_cycle();
  // For the writer: copies the rest and restarts the log. False: a reader was in the way. Call it with copying_ held.
  bool finish();

  void run(const std::stop_token& stop);
  void come_near(LogCycle cycle, const std::stop_token& stop);
  // Both for the helper, with SQLite's codes: copy until little is left; synchronise the copied pages.
  [[nodiscard]] int copy(const std::stop_token& stop);
  [[nodiscard]] int synchronise();
  void report(int code);

  std::atomic<bool> helper_paced_ = true;  // outlives the connection that reads it
  std::unique_ptr<Connection> helper_;
  Connection& writer_;
  // In pages, SQLite's unit for the size of the log:
  const int helper_begins_at_;
  const int writer_finishes_at_;
  const int near_enough_;
  const std::atomic<bool>& sync_failed_;
  const Report report_;
  const Stop stop_;
  std::atomic<bool> reported_ = false;
  std::atomic<bool> stopped_ = false;
  std::mutex copying_;  // held by the thread that copies: SQLite allows only one
  // The writer sets these:
  std::atomic<int> log_pages_ = 0;
  std::atomic<LogCycle> cycle_ = 1;
  // The helper sets these: the cycle in which it has left little to copy, and the one in which it failed.
  std::atomic<LogCycle> near_ = 0;
  std::atomic<LogCycle> failed_ = 0;
  // Only the writer uses these:
  bool asked_ = false;       // the helper was woken in this cycle
  int idle_not_before_ = 0;  // after the disk failed: every attempt copies the whole log, so not in every pause
  int not_before_ = 0;       // after a reader was in the way or the helper failed, the size of the log to try again at

  std::mutex mutex_;
  std::condition_variable_any wake_;
  LogCycle wanted_ = 0;
  std::jthread thread_;
};

}  // namespace livecert::store::sqlite

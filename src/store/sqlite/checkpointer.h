#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "store/sqlite/database.h"
#include "store/sqlite/log_limits.h"

namespace livecert::store::sqlite {

// Keeps the write-ahead log small without holding up commits. A thread of its own copies what the log holds into the
// database while commits go on; it never catches up with a busy writer, so once it has come near, the writer copies the
// little that is left between two transactions, and the log begins again from its start.
class Checkpointer {
 public:
  // Why a checkpoint failed, once until one is done: the log keeps what it holds, and other attempts follow.
  using Report = std::function<void(const std::string& why)>;

  // `helper` is for the thread alone, `writer` the connection whose commits fill the log; it must outlive this. Both
  // were opened by checkpointing_vfs(), for a database with pages of `page_size` bytes. `report` is called on the
  // thread or the writer's, and may be empty.
  Checkpointer(std::unique_ptr<Connection> helper, Connection& writer, std::int64_t page_size, LogLimits limits,
               Report report);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // The following are the writer's, outside a transaction.
  void after_commit();
  // False: a reader was in the way, or the helper is copying; worth asking again later, without a commit.
  bool when_idle();

 private:
  // From one beginning of the log to the next; counted from 1.
  using Filling = unsigned;

  // The writer's: a commit has left the log with so many pages.
  void note_commit(int pages);
  void begin_filling();
  // The writer's: copies what is left and begins the log anew. False: a reader was in the way. copying_ is held.
  bool finish();

  void run();
  void come_near(Filling filling);
  // Both the helper's, with SQLite's codes: copies until little is left; has the disk take what was copied.
  [[nodiscard]] int copy();
  [[nodiscard]] int synchronise();
  void report(int code);

  std::atomic<bool> helper_paced_ = true;  // outlives the connection that looks at it
  std::unique_ptr<Connection> helper_;
  Connection& writer_;
  // In pages, as SQLite tells the size of the log:
  const int helper_begins_at_;
  const int writer_finishes_at_;
  const int near_enough_;
  const Report report_;
  std::atomic<bool> reported_ = false;
  std::mutex copying_;  // held by whoever copies: SQLite lets only one
  // Set by the writer:
  std::atomic<int> log_pages_ = 0;
  std::atomic<Filling> filling_ = 1;
  // Set by the helper: the filling of which it has left little to do, and the one that it failed with.
  std::atomic<Filling> near_ = 0;
  std::atomic<Filling> failed_ = 0;
  // The writer's:
  bool asked_ = false;       // the helper was woken in this filling
  int idle_not_before_ = 0;  // after the disk failed: every attempt copies the whole log, so not in every pause
  int not_before_ = 0;       // after a reader was in the way or the helper failed, the size of the log to try again at

  std::mutex mutex_;
  std::condition_variable wake_;
  Filling wanted_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace livecert::store::sqlite

#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/database.h"
#include "store/sqlite/log_limits.h"

namespace livecert::store::sqlite {

// Keeps the write-ahead log small without holding up commits. A thread of its own copies what the log holds into the
// database while commits go on; it never catches up with a busy writer, so once it has come near, the writer copies the
// little that is left between two transactions, and the log begins again from its start.
class Checkpointer {
 public:
  // `helper` is for the thread alone and was opened by copy_pacing_vfs(), `writer` the connection whose commits fill
  // the log; it must outlive this.
  Checkpointer(std::unique_ptr<Connection> helper, Connection& writer, LogLimits limits);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // The following are the writer's, outside a transaction.
  void after_commit();
  // False: a reader was in the way; worth asking again later.
  bool when_idle();

 private:
  void run();
  void come_near();
  // Both the helper's: copies until little is left; has the disk take what was copied. False: SQLite refused.
  [[nodiscard]] bool copy();
  [[nodiscard]] bool synchronise();
  // Copies what is left and begins the log anew, unless a reader still needs it.
  void finish();

  std::unique_ptr<Connection> helper_;
  Connection& writer_;
  const LogLimits limits_;
  std::atomic<int> log_pages_ = 0;  // set by the writer
  std::atomic<bool> near_ = false;  // the helper has left little to do
  std::mutex copying_;              // held by whoever copies: SQLite lets only one
  // The writer's:
  bool asked_ = false;  // the helper was woken since the log began
  int not_before_ = 0;  // after a reader was in the way, the size of the log to try again at

  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace livecert::store::sqlite

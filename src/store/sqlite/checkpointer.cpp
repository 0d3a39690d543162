#include "store/sqlite/checkpointer.h"

#include <utility>

#include "base/thread_name.h"

namespace livecert::store::sqlite {
namespace {

// Each pass leaves what came during it, a fraction of what it copied.
constexpr int kPasses = 8;
constexpr int kNear = 64;  // pages: about a millisecond of copying

// How long the writer may wait for readers that still use the log.
constexpr int kReaderPatienceMilliseconds = 20;
constexpr int kBusyTimeoutMilliseconds = 1000;

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<Connection> helper, Connection& writer, LogLimits limits)
    : helper_(std::move(helper)), writer_(writer), limits_(limits) {
  sqlite3_wal_hook(
      writer_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::after_commit() {
  if (log_pages_ < limits_.helper_begins_at || log_pages_ < not_before_) return;
  if (near_ || log_pages_ >= limits_.writer_finishes_at) return finish();
  // Once for each filling of the log: a second round would only make the writer wait for it.
  if (std::exchange(asked_, true)) return;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
}

bool Checkpointer::when_idle() {
  if (log_pages_ > 0) finish();
  return log_pages_ == 0;
}

void Checkpointer::finish() {
  const std::lock_guard lock(copying_);
  sqlite3_busy_timeout(writer_.handle(), kReaderPatienceMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(writer_.handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(writer_.handle(), kBusyTimeoutMilliseconds);
  near_ = false;
  asked_ = false;
  // A failed checkpoint loses nothing: the log keeps what it holds, and the next attempt reports to nobody either.
  not_before_ = code == SQLITE_OK ? 0 : log_pages_ + limits_.helper_begins_at / 4;
  if (code == SQLITE_OK) log_pages_ = 0;
}

void Checkpointer::run() {
  base::name_this_thread("checkpointer");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return wanted_ || stopping_; });
      if (stopping_) return;
      wanted_ = false;
    }
    come_near();
  }
}

// SQLite synchronises the database only when the whole log has been copied, so the writer, which copies the last of it,
// would have to wait until the disk took all that was copied here: the helper has it taken while it copies
// (copy_pacing_vfs), and here the rest.
void Checkpointer::come_near() {
  const std::lock_guard lock(copying_);
  near_ = copy() && synchronise();
}

bool Checkpointer::copy() {
  for (int pass = 0; pass < kPasses; ++pass) {
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(helper_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &copied);
    if (code != SQLITE_OK) return false;
    // Counted from where the log ends by now.
    if (log_pages_ - copied <= kNear) break;
  }
  return true;
}

bool Checkpointer::synchronise() {
  sqlite3_file* file = nullptr;
  const int code =
      sqlite3_file_control(helper_->handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return false;
  return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

}  // namespace livecert::store::sqlite

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
  watch(*helper_, &helper_watch_);
  watch(writer_, &writer_watch_);
  helper_watch_.paced = true;
  sqlite3_wal_hook(
      writer_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->note_commit(pages);
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  helper_watch_.paced = false;
  wake_.notify_one();
  thread_.join();
  sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
  watch(writer_, nullptr);
  if (!is_sound()) sqlite3_db_config(writer_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

// SQLite begins the log anew by itself when a commit finds all of it copied.
void Checkpointer::note_commit(int pages) {
  if (pages < log_pages_) begin_filling();
  log_pages_ = pages;
}

void Checkpointer::begin_filling() {
  ++filling_;
  asked_ = false;
  not_before_ = 0;
  helper_watch_.paced = true;
}

void Checkpointer::after_commit() {
  if (!is_sound()) return;
  if (failed_.exchange(0) == filling_) {
    asked_ = false;
    not_before_ = log_pages_ + limits_.helper_begins_at / 4;
  }
  if (log_pages_ < limits_.helper_begins_at || log_pages_ < not_before_) return;
  // A disk that cannot take the pieces as fast as commits come: in one go it can.
  if (log_pages_ >= (limits_.helper_begins_at + limits_.writer_finishes_at) / 2) helper_watch_.paced = false;
  if (near_ == filling_ || log_pages_ >= limits_.writer_finishes_at) {
    const std::lock_guard lock(copying_);
    return finish();
  }
  // Once for each filling of the log: a second round would only make the writer wait for it.
  if (std::exchange(asked_, true)) return;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = filling_;
  }
  wake_.notify_one();
}

bool Checkpointer::when_idle() {
  if (log_pages_ == 0 || !is_sound()) return true;
  // Who comes now should not find the writer waiting for the helper.
  const std::unique_lock lock(copying_, std::try_to_lock);
  if (!lock) return false;
  finish();
  return log_pages_ == 0;
}

void Checkpointer::finish() {
  sqlite3_busy_timeout(writer_.handle(), kReaderPatienceMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(writer_.handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(writer_.handle(), kBusyTimeoutMilliseconds);
  if (code == SQLITE_OK) {
    log_pages_ = 0;
    return begin_filling();
  }
  // The log keeps what it holds, and the next attempt reports to nobody either; but see is_sound().
  near_ = 0;
  asked_ = false;
  not_before_ = log_pages_ + limits_.helper_begins_at / 4;
}

void Checkpointer::run() {
  base::name_this_thread("checkpointer");
  for (;;) {
    Filling filling = 0;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return wanted_ != 0 || stopping_; });
      if (stopping_) return;
      filling = std::exchange(wanted_, 0);
    }
    come_near(filling);
  }
}

// SQLite synchronises the database only when the whole log has been copied, so the writer, which copies the last of it,
// would have to wait until the disk took all that was copied here: the helper has it taken while it copies (paced), and
// here the rest.
void Checkpointer::come_near(Filling filling) {
  const std::lock_guard lock(copying_);
  // Copied meanwhile by the writer. A pass that begins when all is copied, while a commit begins the log anew, would
  // also be how SQLite before 3.51.3 can lose pages (https://www.sqlite.org/wal.html#walresetbug).
  if (filling != filling_ || !is_sound()) return;
  const bool near = copy() && synchronise();
  (near ? near_ : failed_) = filling;
}

bool Checkpointer::copy() {
  for (int pass = 0; pass < kPasses; ++pass) {
    if (stopping_) return false;
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

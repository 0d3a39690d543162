#include "store/sqlite/checkpointer.h"

#include <utility>

#include "base/thread_name.h"
#include "store/sqlite/database_file.h"

namespace livecert::store::sqlite {
namespace {

// Each pass leaves the pages that were committed during it, a fraction of those that it copied.
constexpr int kPasses = 8;
constexpr std::int64_t kNear = 256LL << 10;  // bytes: about a millisecond of copying

// How long the writer may wait for readers that still use the log.
constexpr int kReaderPatienceMilliseconds = 20;
constexpr int kPatienceMilliseconds = 1000;

int to_pages(std::int64_t bytes, std::int64_t page_size) {
  return static_cast<int>(bytes / page_size);
}

std::string words_of(int code) {
  return "SQLite " + std::to_string(code) + " (" + sqlite3_errstr(code) + ")";
}

bool is_busy(int code) {
  return (code & 0xff) == SQLITE_BUSY;
}

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<Connection> helper, Connection& writer, std::int64_t page_size,
                           LogLimits limits, std::atomic<bool>& sync_failed, Report report, Stop stop)
    : helper_(std::move(helper)),
      writer_(writer),
      helper_begins_at_(to_pages(limits.helper_begins_at, page_size)),
      writer_finishes_at_(to_pages(limits.writer_finishes_at, page_size)),
      near_enough_(to_pages(kNear, page_size)),
      sync_failed_(sync_failed),
      report_(std::move(report)),
      stop_(std::move(stop)) {
  pace(*helper_, &helper_paced_);
  share_failure(*helper_, &sync_failed);
  share_failure(writer_, &sync_failed);
  sqlite3_wal_hook(
      writer_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->note_commit(pages);
        return SQLITE_OK;
      },
      this);
  thread_ = std::jthread([this](const std::stop_token& token) { run(token); });
}

Checkpointer::~Checkpointer() {
  helper_paced_ = false;
  thread_.request_stop();
  thread_.join();
  sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
}

// SQLite restarts the log by itself when a commit finds all of it copied.
void Checkpointer::note_commit(int pages) {
  if (pages < log_pages_) begin_cycle();
  log_pages_ = pages;
}

void Checkpointer::begin_cycle() {
  ++cycle_;
  asked_ = false;
  not_before_ = 0;
  helper_paced_ = true;
}

void Checkpointer::after_commit() {
  if (sync_failed_) return;
  if (failed_.exchange(0) == cycle_) {
    asked_ = false;
    not_before_ = log_pages_ + helper_begins_at_ / 4;
  }
  if (log_pages_ < helper_begins_at_ || log_pages_ < not_before_) return;
  // The disk cannot take the pieces as fast as commits come, but it can take everything in one go.
  if (log_pages_ >= (helper_begins_at_ + writer_finishes_at_) / 2) helper_paced_ = false;
  if (near_ == cycle_ || log_pages_ >= writer_finishes_at_) {
    const std::lock_guard lock(copying_);
    finish();
    return;
  }
  // Only once for each cycle of the log, because a second round would only make the writer wait for it.
  if (std::exchange(asked_, true)) return;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = cycle_;
  }
  wake_.notify_one();
}

bool Checkpointer::when_idle() {
  if (sync_failed_ || log_pages_ == 0 || log_pages_ < idle_not_before_) return true;
  // A new command should not find the writer waiting for the helper.
  const std::unique_lock lock(copying_, std::try_to_lock);
  if (!lock) return false;
  return finish();
}

bool Checkpointer::finish() {
  sqlite3_busy_timeout(writer_.handle(), kReaderPatienceMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(writer_.handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(writer_.handle(), kPatienceMilliseconds);
  if (code == SQLITE_OK) {
    log_pages_ = 0;
    begin_cycle();
    idle_not_before_ = 0;
    reported_ = false;
    return true;
  }
  report(code);
  // Everything may have been copied while a reader prevented the restart. A commit may then restart the log by itself,
  // and the helper must not be copying at that moment (see come_near()).
  begin_cycle();
  not_before_ = log_pages_ + helper_begins_at_ / 4;
  if (is_busy(code)) return false;
  idle_not_before_ = not_before_;
  return true;
}

void Checkpointer::run(const std::stop_token& stop) {
  base::name_this_thread("checkpointer");
  for (;;) {
    LogCycle cycle = 0;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return wanted_ != 0; }) || stop.stop_requested()) return;
      cycle = std::exchange(wanted_, 0);
    }
    come_near(cycle, stop);
  }
}

// SQLite synchronises the database only when the whole log has been copied. The writer copies the last pages, so it
// would have to wait until the disk has taken all that was copied here. Therefore the helper synchronises while it
// copies (paced), and the rest at the end.
void Checkpointer::come_near(LogCycle cycle, const std::stop_token& stop) {
  const std::lock_guard lock(copying_);
  // The writer has copied the log meanwhile. Also, SQLite before 3.51.3 can lose pages in a pass that begins when
  // everything is copied, while a commit restarts the log (https://www.sqlite.org/wal.html#walresetbug).
  if (cycle != cycle_) return;
  int code = copy(stop);
  if (code == SQLITE_OK) code = synchronise();
  if (code != SQLITE_OK) report(code);
  (code == SQLITE_OK ? near_ : failed_) = cycle;
}

int Checkpointer::copy(const std::stop_token& stop) {
  for (int pass = 0; pass < kPasses; ++pass) {
    if (stop.stop_requested()) return SQLITE_INTERRUPT;
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(helper_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &copied);
    if (code != SQLITE_OK) return code;
    // Compares with the size of the log at this moment.
    if (log_pages_ - copied <= near_enough_) break;
  }
  return SQLITE_OK;
}

int Checkpointer::synchronise() {
  sqlite3_file* file = nullptr;
  const int code =
      sqlite3_file_control(helper_->handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (code != SQLITE_OK) return code;
  return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

// Only the code can be told: the connection's last message may be about something else.
void Checkpointer::report(int code) {
  if (sync_failed_) {
    if (!stopped_.exchange(true)) stop_(words_of(code));
    return;
  }
  // Busy: a tool copies, or a commit has just changed the log's index.
  if (!report_ || code == SQLITE_INTERRUPT || is_busy(code) || reported_.exchange(true)) return;
  report_(words_of(code) + " while copying the write-ahead log into the database");
}

}  // namespace livecert::store::sqlite

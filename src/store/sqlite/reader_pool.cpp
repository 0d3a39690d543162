#include "store/sqlite/reader_pool.h"

#include <algorithm>

#include "base/blocking.h"

namespace livecert::store::sqlite {
namespace {

// Each connection keeps 8 MiB of pages.
constexpr const char* kSettings = "PRAGMA query_only = ON; PRAGMA cache_size = -8192";

}  // namespace

base::Result<std::unique_ptr<ReaderPool>> ReaderPool::open(const std::filesystem::path& file, const std::string& vfs,
                                                           int connections) {
  auto pool = std::make_unique<ReaderPool>();
  for (int i = 0; i < std::max(connections, 1); ++i) {
    TRY_ASSIGN(auto connection, Connection::open(file, Connection::Mode::kReadOnly, vfs));
    TRY(connection->execute(kSettings));
    // Opens the log too, while it is known which file that is.
    TRY(connection->read_integer("SELECT count(*) FROM sqlite_schema"));
    pool->free_.push_back(std::move(connection));
  }
  return pool;
}

void ReaderPool::report_to(const std::function<void(const base::Error&)>& failed) {
  for (const auto& connection : free_) connection->report_to(failed);
}

std::unique_ptr<Connection> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  if (free_.empty()) {
    const base::Blocking waiting;
    returned_.wait(lock, [&] { return !free_.empty(); });
  }
  // Takes the connection that was used last, because its pages are the freshest.
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

}  // namespace livecert::store::sqlite

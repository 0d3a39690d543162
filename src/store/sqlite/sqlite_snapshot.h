#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "store/sql/sql_snapshot.h"
#include "store/sqlite/database.h"
#include "store/sqlite/reader_pool.h"

namespace livecert::store::sqlite {

// The reads of one transaction on a connection of the pool. All are short statements, so that no reader delays the
// reset of the write-ahead log for long.
class SqliteSnapshot final : public sql::SqlSnapshot {
 public:
  // The pool must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<Snapshot>> begin(ReaderPool& pool);
  ~SqliteSnapshot() override;

 private:
  explicit SqliteSnapshot(ReaderPool::Lease lease) : SqlSnapshot(lease.connection()), lease_(std::move(lease)) {}

  ReaderPool::Lease lease_;
};

}  // namespace livecert::store::sqlite

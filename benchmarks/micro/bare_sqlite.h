#pragma once

#include <cstdint>
#include <memory>

#include "benchmarks/micro/fixture.h"
#include "store/sqlite/database.h"

namespace livecert::benchmarks {

// SQLite alone, as durable as the store: the rows of new chains are inserted in the store's schema, many in one
// transaction. It decides nothing, reads nothing first and lets SQLite checkpoint by itself.
class BareSqlite {
 public:
  explicit BareSqlite(Fixture& fixture);
  // One transaction; the rows are on the disk when it returns.
  void put(std::size_t count);

 private:
  void insert(const store::PutVersion& command, std::uint64_t number);

  std::vector<store::PutVersion> commands_;
  store::Context context_;
  std::unique_ptr<store::sqlite::Connection> database_;
  std::uint64_t next_ = 1;
};

}  // namespace livecert::benchmarks

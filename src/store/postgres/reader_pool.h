#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/postgres/connection.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::postgres {

// A fixed number of connections for reads, which open when they are used first; each serves one thread at a time.
// Callable from every thread.
class ReaderPool {
 public:
  using Make = std::function<std::unique_ptr<Connection>()>;
  ReaderPool(int connections, const Make& make);

  // Waits for a free connection, and begins a transaction in it.
  [[nodiscard]] base::Result<std::unique_ptr<Snapshot>> begin();

 private:
  class PostgresSnapshot;
  [[nodiscard]] std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace livecert::store::postgres

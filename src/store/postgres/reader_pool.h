#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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
  // Says why a new connection is not worth the wait; nullopt: nothing is known against one.
  using WhyAway = std::function<std::optional<base::Error>()>;
  ReaderPool(int connections, const Make& make, WhyAway why_away);

  // Waits for a free connection, and begins a transaction in it. While the database does not answer, it fails at once:
  // a read that waited for each attempt to connect would keep the reads behind it waiting.
  [[nodiscard]] base::Result<std::unique_ptr<Snapshot>> begin();

 private:
  class PostgresSnapshot;
  [[nodiscard]] base::Result<std::unique_ptr<Connection>> take();
  void give_back(std::unique_ptr<Connection> connection);

  const WhyAway why_away_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace livecert::store::postgres

#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// A fixed number of read-only connections; each serves one thread at a time. Callable from every thread.
class ReaderPool {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<ReaderPool>> open(const std::filesystem::path& file,
                                                                      const std::string& vfs, int connections);

  // `failed` is called for every failure on these connections, on the thread that reads. Call this before the first
  // lease.
  void report_to(const std::function<void(const base::Error&)>& failed);

  // Holds a connection until it is destroyed.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    [[nodiscard]] Connection& connection() const { return *connection_; }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Connection> connection_;
  };
  // Waits for a free one.
  [[nodiscard]] Lease lend() { return {*this, take()}; }

 private:
  [[nodiscard]] std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace livecert::store::sqlite

#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/given_up.h"
#include "base/result.h"
#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// A fixed number of read-only connections, lent to one thread at a time. Callable from every thread.
class ReaderPool {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<ReaderPool>> open(const std::filesystem::path& file,
                                                                      const std::string& vfs, int connections);

  // `failed` is told of each read that fails, on its thread. Before the first one.
  void report_to(std::function<void(const base::Error&)> failed) { failed_ = std::move(failed); }

  // Runs `read` on a free connection, waiting for one. Error: kDeadlineExceeded when what this thread works on is given
  // up (base/given_up.h), before the read or in its midst.
  template <typename Read>
  auto run(const Read& read) -> decltype(read(std::declval<Connection&>())) {
    const Lease lease(*this);
    if (base::is_given_up()) return base::given_up_error();
    auto result = read(lease.connection());
    if (!result && failed_) failed_(result.error());
    return result;
  }

 private:
  class Lease {
   public:
    explicit Lease(ReaderPool& pool) : pool_(pool), connection_(pool.take()) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(connection_)); }
    [[nodiscard]] Connection& connection() const { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  [[nodiscard]] std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::function<void(const base::Error&)> failed_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace livecert::store::sqlite

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/postgres/connection.h"
#include "store/store.h"

namespace livecert::store::postgres {

// The turns of calls that several processes share (Store::take_turn), in a table whose loss costs nothing. A thread
// asks the database for all calls that wait, on a connection of its own, in one transaction.
class Turns {
 public:
  // The connection must outlive this.
  explicit Turns(Connection& database);
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  ~Turns() = default;

  // Waits at most 50 ms; nullopt: the database did not answer.
  [[nodiscard]] std::optional<SharedTurn> take(const AskedTurn& asked);

 private:
  struct Request {
    AskedTurn asked;
    bool is_answered = false;
    std::optional<SharedTurn> turn;
  };
  using Requests = std::vector<std::shared_ptr<Request>>;

  void run(const std::stop_token& stop);
  [[nodiscard]] base::Result<void> decide(const Requests& requests);
  [[nodiscard]] base::Result<void> decide_one(const AskedTurn& key, const Requests& requests, std::size_t begin,
                                              std::size_t end);
  [[nodiscard]] base::Result<void> clean();

  Connection& database_;
  std::chrono::steady_clock::time_point cleaned_;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::condition_variable answered_;
  Requests waiting_;
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace livecert::store::postgres

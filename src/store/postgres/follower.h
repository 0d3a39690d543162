#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "store/change_signal.h"
#include "store/postgres/connection.h"
#include "store/postgres/memory.h"
#include "store/postgres/nodes.h"

namespace livecert::store::postgres {

// Asks the database, on a connection and a thread of its own, whether other processes committed, and extends the lease
// of the node's number.
class Follower {
 public:
  // Everything passed in must outlive this.
  Follower(Connection& database, ChangeSignal& signal, Memory& memory, Node node, std::chrono::milliseconds interval);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower() = default;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] base::Result<void> look();
  [[nodiscard]] base::Result<void> extend();

  Connection& database_;
  ChangeSignal& signal_;
  Memory& memory_;
  const Node node_;
  const std::chrono::milliseconds interval_;
  std::chrono::steady_clock::time_point extended_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace livecert::store::postgres

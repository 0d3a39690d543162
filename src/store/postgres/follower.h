#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "store/change_signal.h"
#include "store/postgres/connection.h"
#include "store/postgres/leases.h"
#include "store/postgres/memory.h"
#include "store/postgres/nodes.h"

namespace livecert::store::postgres {

// Asks the database, on a connection and a thread of its own, whether other processes committed, and extends the leases
// of the node's number and of its work.
class Follower {
 public:
  // Called once, on the thread of the follower, with a sentence.
  using OnOutdated = std::function<void(const std::string&)>;
  // Everything passed in must outlive this. `on_outdated`: a newer release upgraded the tables, so that this one must
  // not use them any more.
  Follower(Connection& database, ChangeSignal& signal, Memory& memory, Leases& leases, Node node,
           std::chrono::milliseconds interval, OnOutdated on_outdated);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower() = default;

  // Looks at once; callable from every thread.
  void wake();

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] base::Result<void> look();
  [[nodiscard]] base::Result<void> extend();
  [[nodiscard]] base::Result<void> check_format(const Head& head);

  Connection& database_;
  ChangeSignal& signal_;
  Memory& memory_;
  Leases& leases_;
  const Node node_;
  const std::chrono::milliseconds interval_;
  OnOutdated on_outdated_;  // empty after its call
  std::chrono::steady_clock::time_point extended_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace livecert::store::postgres

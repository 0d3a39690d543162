#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "net/body_budget.h"
#include "net/principal.h"
#include "net/worker_pool.h"

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// One principal's part of a server: the line of its waiting requests, and the memory of its bodies.
struct Share {
  explicit Share(const Principal& whose) : principal(whose), bodies(whose.kind == Principal::Kind::kAccount) {}
  const Principal principal;
  WorkerPool::Line line;
  BodyBudget::Holder bodies;
};

// The shares of all principals that are connected or have work under way. Callable from every thread.
class Shares {
 public:
  Shares() = default;
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;

  // Returns the same share for as long as it is held. This must outlive it.
  [[nodiscard]] std::shared_ptr<Share> of(const Principal& principal);

 private:
  void forget(Share* share);

  std::mutex mutex_;
  std::map<Principal, std::weak_ptr<Share>> shares_;
};

}  // namespace livecert::net

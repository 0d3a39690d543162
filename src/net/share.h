#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "net/body_budget.h"
#include "net/principal.h"
#include "net/worker_pool.h"

// Includes Asio: for the source files of this folder only.
namespace livecert::net {

// What one principal has of a server: a line in which its requests wait, and the memory of its bodies.
struct Share {
  explicit Share(const Principal& whose) : principal(whose), bodies(whose.kind == Principal::Kind::kAccount) {}
  const Principal principal;
  WorkerPool::Line line;
  BodyBudget::Holder bodies;
};

// The shares of all who are connected or have something under way. Callable from every thread.
class Shares {
 public:
  Shares() = default;
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;

  // The same one for as long as anybody holds it. This must outlive it.
  [[nodiscard]] std::shared_ptr<Share> of(const Principal& principal);

 private:
  void forget(Share* share);

  std::mutex mutex_;
  std::map<Principal, std::weak_ptr<Share>> shares_;
};

}  // namespace livecert::net

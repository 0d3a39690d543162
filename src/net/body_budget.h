#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace livecert::net {

// The memory that all request bodies together may take. Usable from every thread.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : left_(bytes) {}
  [[nodiscard]] bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { left_ += bytes; }
  [[nodiscard]] std::size_t left() const { return left_; }

 private:
  std::atomic<std::size_t> left_;
};

// One body's share of the budget, given back when it goes.
class BodyLease {
 public:
  explicit BodyLease(BodyBudget& budget) : budget_(&budget) {}
  BodyLease(BodyLease&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyLease& operator=(BodyLease&&) = delete;
  BodyLease(const BodyLease&) = delete;
  BodyLease& operator=(const BodyLease&) = delete;
  ~BodyLease() { release(); }

  // False when the budget does not have that much; the share stays as it was.
  [[nodiscard]] bool extend_to(std::size_t bytes);
  void release() { budget_->give_back(std::exchange(bytes_, 0)); }

 private:
  BodyBudget* budget_;
  std::size_t bytes_ = 0;
};

}  // namespace livecert::net

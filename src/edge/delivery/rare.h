#pragma once

#include <memory>
#include <utility>

namespace livecert::edge {

// A value that most owners do not have: an std::optional that takes the room of a pointer while there is none. A copy
// has a value of its own.
template <class Value>
class Rare {
 public:
  Rare() = default;
  Rare(Value value) : value_(std::make_unique<Value>(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<Value>(*other.value_) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) {
    if (this != &other) *this = Rare(other);
    return *this;
  }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] Value& operator*() { return *value_; }
  [[nodiscard]] const Value& operator*() const { return *value_; }
  [[nodiscard]] Value* operator->() { return value_.get(); }
  [[nodiscard]] const Value* operator->() const { return value_.get(); }
  void reset() { value_.reset(); }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace livecert::edge

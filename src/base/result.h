#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace livecert::base {

// A value or an Error; named after std::expected, which C++20 lacks. Reading the side that is not there aborts.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // NOLINTBEGIN(google-explicit-constructor): a function returns its value or its error directly.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] const T& value() const& { return LIVECERT_CHECK(has_value()), *std::get_if<0>(&state_); }
  [[nodiscard]] T& value() & { return LIVECERT_CHECK(has_value()), *std::get_if<0>(&state_); }
  [[nodiscard]] T&& value() && { return LIVECERT_CHECK(has_value()), std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  [[nodiscard]] const Error& error() const& { return LIVECERT_CHECK(!has_value()), *std::get_if<1>(&state_); }
  [[nodiscard]] Error&& error() && { return LIVECERT_CHECK(!has_value()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): as above.
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const { LIVECERT_CHECK(has_value()); }

  [[nodiscard]] const Error& error() const& { return LIVECERT_CHECK(!has_value()), *error_; }
  [[nodiscard]] Error&& error() && { return LIVECERT_CHECK(!has_value()), *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace livecert::base

#define LIVECERT_CONCAT_INNER(a, b) a##b
#define LIVECERT_CONCAT(a, b) LIVECERT_CONCAT_INNER(a, b)

// TRY(expression): returns its Error from the calling function, or goes on.
#define TRY(expression)                                            \
  do {                                                             \
    if (auto try_result = (expression); !try_result.has_value()) { \
      return std::move(try_result).error();                        \
    }                                                              \
  } while (false)

// TRY_ASSIGN(auto name, expression): as TRY, and binds the value.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_INNER(LIVECERT_CONCAT(try_result_, __LINE__), declaration, expression)
#define TRY_ASSIGN_INNER(result, declaration, expression) \
  auto result = (expression);                             \
  if (!result.has_value()) {                              \
    return std::move(result).error();                     \
  }                                                       \
  declaration = std::move(result).value()

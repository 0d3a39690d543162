#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace livecert::store {

// While a store is moved to another engine, and at its source afterwards, the setting of this name says so. Whoever
// opens a store or begins to write looks for it first.
inline constexpr std::string_view kMoveSetting = "move";

struct MoveMark {
  enum class State : std::uint8_t {
    kComing,   // the content of `other` is being copied into this store
    kStopped,  // this store takes no writes, because the last of it is being copied to `other`
    kGone,     // the content is in `other`, and this store takes no more writes
  };
  State state = State::kComing;
  std::string other;  // the store at the other end: a directory, or the address of a database without a password

  bool operator==(const MoveMark&) const = default;
};

[[nodiscard]] std::string to_text(const MoveMark& mark);
// nullopt: another release wrote it.
[[nodiscard]] std::optional<MoveMark> parse_move_mark(std::string_view text);
// Why a store with that mark must not be used, and what to do, in sentences for the operator.
[[nodiscard]] std::string why_moved(std::string_view text);

}  // namespace livecert::store

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

// The beginning of what is sealed under a master key, which says under which one (docs/formats/sealed.md).
namespace livecert::domain {

inline constexpr std::uint8_t kMarkWithoutKey = 1;  // of earlier releases: under the store's first key
inline constexpr std::uint8_t kMarkWithKey = 2;     // the key's id follows
inline constexpr std::size_t kMasterKeyIdSize = 8;
inline constexpr std::size_t kMarkSize = 1 + kMasterKeyIdSize;

// The id in a mark, as text; nullopt: it names none.
[[nodiscard]] inline std::optional<std::string> key_in_mark(base::ByteView sealed) {
  if (sealed.size() < kMarkSize || sealed.front() != kMarkWithKey) return std::nullopt;
  return base::to_hex(sealed.subspan(1, kMasterKeyIdSize));
}

}  // namespace livecert::domain

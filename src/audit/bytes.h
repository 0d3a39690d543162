#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

// The bytes that are hashed and signed. No two different lists of values have the same bytes.
namespace livecert::audit {

inline void add_number(std::string& to, std::int64_t number, int bytes = 8) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    to.push_back(static_cast<char>((static_cast<std::uint64_t>(number) >> shift) & 0xFFU));
  }
}
inline void add_text(std::string& to, std::string_view text) {
  add_number(to, static_cast<std::int64_t>(text.size()), 4);
  to += text;
}
inline void add_fixed(std::string& to, base::ByteView bytes) {
  to += base::as_text(bytes);
}

}  // namespace livecert::audit

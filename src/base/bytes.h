#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The same memory under another type; nothing is copied.
[[nodiscard]] ByteView as_bytes(std::string_view text);
[[nodiscard]] std::string_view as_text(ByteView bytes);

[[nodiscard]] Bytes to_bytes(ByteView bytes);

// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(ByteView bytes);
// nullopt unless `text` is an even number of hexadecimal digits, in either case.
[[nodiscard]] std::optional<Bytes> parse_hex(std::string_view text);

// Base64 with padding and without line breaks (RFC 4648 §4). Not for secrets: see SecretBytes.
[[nodiscard]] std::string to_base64(ByteView bytes);
// nullopt unless `text` is exactly that: canonical, padded, no other characters.
[[nodiscard]] std::optional<Bytes> parse_base64(std::string_view text);

// ASCII letters only, so that the result never depends on the locale.
[[nodiscard]] std::string to_ascii_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_ascii_case(std::string_view a, std::string_view b);

}  // namespace livecert::base

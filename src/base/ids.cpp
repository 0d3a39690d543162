#include "base/ids.h"

#include <algorithm>
#include <charconv>

namespace livecert::base {
namespace {

// A positive decimal number in the one spelling to_string() gives it; nullopt otherwise.
std::optional<std::int64_t> parse_positive(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number <= 0 || text.front() == '0') {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<AccountId> AccountId::parse(std::string_view text) {
  const auto number = parse_positive(text);
  return number ? std::optional(AccountId(*number)) : std::nullopt;
}

std::string AccountId::to_string() const {
  return std::to_string(number_);
}

std::optional<ChainId> ChainId::parse(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto bytes = parse_hex(text);
  if (!bytes) return std::nullopt;
  std::array<std::uint8_t, 16> id{};
  std::copy(bytes->begin(), bytes->end(), id.begin());
  return ChainId(id);
}

std::optional<CertId> CertId::parse(std::string_view text) {
  const auto number = parse_positive(text);
  return number ? std::optional(CertId(*number)) : std::nullopt;
}

}  // namespace livecert::base

#include "base/rfc3339.h"

#include <charconv>
#include <string>

namespace livecert::base {
namespace {

std::optional<int> parse_two_digits(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// The offset from UTC that a time zone such as +08:00 states.
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z") return std::chrono::minutes(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = parse_two_digits(text.substr(1, 2));
  const auto minutes = parse_two_digits(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text[0] == '+' ? offset : -offset;
}

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size()) return std::nullopt;
  std::string basic;  // the same without the separators
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' || kShape[i] == 'T') basic += text[i];
    if (kShape[i] != '0' && text[i] != kShape[i]) return std::nullopt;
  }
  const auto time = parse_basic_time(basic + "Z");
  const auto offset = parse_offset(text.substr(kShape.size()));
  if (!time || !offset) return std::nullopt;
  return *time - *offset;
}

}  // namespace livecert::base

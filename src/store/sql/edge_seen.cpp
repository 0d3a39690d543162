#include "store/sql/edge_seen.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace livecert::store::sql {

std::string edge_seen_setting(const std::string& edge) {
  return "edge seen " + edge;
}

base::Bytes to_setting(const domain::EdgeSeen& seen) {
  const std::string text =
      std::to_string(base::to_unix_micros(seen.at)) + " " + std::string(domain::to_text(seen.by)) + "\n" + seen.epoch;
  return base::to_bytes(base::as_bytes(text));
}

std::optional<domain::EdgeSeen> parse_edge_seen(const std::string& edge, base::ByteView value) {
  const std::string text(value.begin(), value.end());
  const std::size_t space = text.find(' ');
  const std::size_t line = text.find('\n');
  if (space == std::string::npos || line == std::string::npos || line < space) return std::nullopt;
  std::int64_t micros = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + space, micros);
  const auto by = domain::parse_evidence(std::string_view(text).substr(space + 1, line - space - 1));
  if (error != std::errc() || end != text.data() + space || !by) return std::nullopt;
  return domain::EdgeSeen{edge, text.substr(line + 1), base::from_unix_micros(micros), *by};
}

}  // namespace livecert::store::sql

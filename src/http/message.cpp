#include "http/message.h"

#include <algorithm>

#include "base/bytes.h"

namespace livecert::http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const Header& header) {
    return base::equals_ignoring_ascii_case(header.name, name);
  });
  return field == fields_.end() ? std::nullopt : std::optional<std::string_view>(field->value);
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [&](const Header& header) {
    return base::equals_ignoring_ascii_case(header.name, name);
  }));
}

}  // namespace livecert::http

#pragma once

#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

namespace livecert::signature {

// One JSON text (RFC 8259) for what must have one meaning alone, such as a policy: nullopt unless the member names of
// every object differ. An object may have 64 members, and nesting go 32 levels deep. The cost is in proportion to the
// length, whatever the text holds.
[[nodiscard]] std::optional<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace livecert::signature

#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

namespace livecert::signature {

// The limits of a JSON text. A value takes far more memory and time than its two bytes of text.
struct JsonLimits {
  std::size_t values = std::numeric_limits<std::size_t>::max();   // member by member and item by item, at any depth
  std::size_t members = std::numeric_limits<std::size_t>::max();  // of one object
};

// The reasons for which a text is refused.
struct JsonFault {
  enum class Kind {
    kNoJson,          // `what` is the library's reason
    kTooManyValues,   // nothing after the first value above the limit was read
    kTooManyMembers,  // likewise
    kRepeatedMember,  // `what` is its name
  };
  Kind kind = Kind::kNoJson;
  std::string what;
};

// Parses one JSON text (RFC 8259) into memory of `storage`, for text that must have only one meaning: the member names
// of every object must differ, where the library would silently let a later member replace an earlier one. At most 32
// levels deep.
[[nodiscard]] std::variant<boost::json::value, JsonFault> read_strict_json(std::string_view text,
                                                                           const JsonLimits& limits,
                                                                           const boost::json::storage_ptr& storage);

// The same for a policy: an object may have 64 members, so that the cost stays in proportion to the length. nullopt for
// every fault.
[[nodiscard]] std::optional<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace livecert::signature

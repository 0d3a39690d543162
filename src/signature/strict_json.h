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

// What a JSON text may hold. A value takes far more memory and time than its two bytes of text.
struct JsonLimits {
  std::size_t values = std::numeric_limits<std::size_t>::max();   // member by member and item by item, at any depth
  std::size_t members = std::numeric_limits<std::size_t>::max();  // of one object
};

// Why a text was not taken.
struct JsonFault {
  enum class Kind {
    kNoJson,          // `what` is the library's reason
    kTooManyValues,   // nothing behind the value that was one too many was looked at
    kTooManyMembers,  // likewise
    kRepeatedMember,  // `what` is its name
  };
  Kind kind = Kind::kNoJson;
  std::string what;
};

// One JSON text (RFC 8259) as a value in memory of `storage`, for what must have one meaning alone: the member names of
// every object must differ, whereas the library lets a later member replace an earlier one without a word. Nesting goes
// 32 levels deep.
[[nodiscard]] std::variant<boost::json::value, JsonFault> read_strict_json(std::string_view text,
                                                                           const JsonLimits& limits,
                                                                           const boost::json::storage_ptr& storage);

// The same for a policy: an object may have 64 members, so that the cost is in proportion to the length whatever the
// text holds. nullopt for every fault.
[[nodiscard]] std::optional<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace livecert::signature

#include "api/bounded_json.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/shown.h"
#include "signature/strict_json.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// UTF-16 counts as something else also where each of its bytes could be UTF-8: ASCII in it has every second byte zero.
bool is_utf8(std::string_view text) {
  std::size_t awaited = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool continues = (byte & 0xC0U) == 0x80U;
    if (continues != (awaited > 0) || byte == 0x00 || byte >= 0xF8) return false;
    if (continues) {
      --awaited;
    } else {
      awaited = byte < 0xC0 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
  }
  return awaited == 0;
}

base::Error refusal_of(const signature::JsonFault& fault, std::string_view text, std::size_t max_values) {
  using Kind = signature::JsonFault::Kind;
  switch (fault.kind) {
    case Kind::kTooManyValues:
      return {base::ErrorCode::kOutOfRange,
              "the number of values in the body, members and items together, should be between 0 and " +
                  std::to_string(max_values)};
    case Kind::kRepeatedMember:
      return {base::ErrorCode::kUnbindableInput,
              "the body has the member " + base::shown(fault.what) + " twice in one object"};
    case Kind::kTooManyMembers:
    case Kind::kNoJson:
      break;
  }
  return {base::ErrorCode::kUnbindableInput,
          "the body is not valid JSON: " + (is_utf8(text) ? fault.what : "it is no text in UTF-8")};
}

}  // namespace

base::Result<json::value> parse_bounded_json(std::string_view text, std::size_t max_values,
                                             const json::storage_ptr& storage) {
  auto read = signature::read_strict_json(text, {.values = max_values}, storage);
  if (const auto* fault = std::get_if<signature::JsonFault>(&read)) return refusal_of(*fault, text, max_values);
  return std::get<json::value>(std::move(read));
}

}  // namespace livecert::api

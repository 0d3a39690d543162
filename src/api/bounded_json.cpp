#include "api/bounded_json.h"

#include <string>
#include <utility>
#include <variant>

#include "base/shown.h"
#include "base/utf8.h"
#include "signature/strict_json.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// ASCII in UTF-16 could be UTF-8 too, but every second byte of it is zero.
bool is_text(std::string_view body) {
  return body.find('\0') == std::string_view::npos && base::is_utf8(base::as_bytes(body));
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
          "the body is not valid JSON: " + (is_text(text) ? fault.what : "it is no text in UTF-8")};
}

}  // namespace

base::Result<json::value> parse_bounded_json(std::string_view text, std::size_t max_values,
                                             const json::storage_ptr& storage) {
  auto read = signature::read_strict_json(text, {.values = max_values}, storage);
  if (const auto* fault = std::get_if<signature::JsonFault>(&read)) return refusal_of(*fault, text, max_values);
  return std::get<json::value>(std::move(read));
}

}  // namespace livecert::api

#include "signature/strict_json.h"

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>

namespace livecert::signature {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPolicyMembers = 64;

// The library's parser calls it for each piece of the text; false stops the parser. It builds the value as the
// library's own handler does. The sizes are the library's own limits.
class Handler {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the library looks for these names
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  Handler(const JsonLimits& limits, const json::storage_ptr& storage) : limits_(limits), stack_(storage) {
    stack_.reset(storage);
  }

  [[nodiscard]] std::optional<JsonFault>& fault() { return fault_; }
  [[nodiscard]] json::value release() { return stack_.release(); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& failure) {
    names_.emplace_back();
    return count(failure);
  }
  bool on_object_end(std::size_t size, json::error_code&) {
    names_.pop_back();
    return stack_.push_object(size), true;
  }
  bool on_array_begin(json::error_code& failure) { return count(failure); }
  bool on_array_end(std::size_t size, json::error_code&) { return stack_.push_array(size), true; }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) {
    name_ += text;
    return stack_.push_chars(text), true;
  }
  bool on_key(json::string_view text, std::size_t, json::error_code& failure) {
    name_ += text;
    if (names_.back().size() == limits_.members) return stop({JsonFault::Kind::kTooManyMembers, {}}, failure);
    const auto [place, is_new] = names_.back().insert(std::exchange(name_, {}));
    if (!is_new) return stop({JsonFault::Kind::kRepeatedMember, *place}, failure);
    return stack_.push_key(text), true;
  }
  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return stack_.push_chars(text), true; }
  bool on_string(json::string_view text, std::size_t, json::error_code& failure) {
    return count(failure) && (stack_.push_string(text), true);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code& failure) {
    return count(failure) && (stack_.push_int64(number), true);
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code& failure) {
    return count(failure) && (stack_.push_uint64(number), true);
  }
  bool on_double(double number, json::string_view, json::error_code& failure) {
    return count(failure) && (stack_.push_double(number), true);
  }
  bool on_bool(bool truth, json::error_code& failure) { return count(failure) && (stack_.push_bool(truth), true); }
  bool on_null(json::error_code& failure) { return count(failure) && (stack_.push_null(), true); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool count(json::error_code& failure) {
    if (values_ < limits_.values) return ++values_, true;
    return stop({JsonFault::Kind::kTooManyValues, {}}, failure);
  }

  bool stop(JsonFault fault, json::error_code& failure) {
    fault_ = std::move(fault);
    failure = json::error::exception;
    return false;
  }

  const JsonLimits limits_;
  std::size_t values_ = 0;
  std::optional<JsonFault> fault_;
  std::string name_;                          // the part that was read so far
  std::vector<std::set<std::string>> names_;  // of the objects that are open, innermost last
  json::value_stack stack_;
};

}  // namespace

std::variant<json::value, JsonFault> read_strict_json(std::string_view text, const JsonLimits& limits,
                                                      const json::storage_ptr& storage) {
  json::basic_parser<Handler> parser(json::parse_options(), limits, storage);
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (auto& fault = parser.handler().fault()) return *std::move(fault);
  if (!failure && read < text.size()) failure = json::error::extra_data;
  if (failure) return JsonFault{JsonFault::Kind::kNoJson, failure.message()};
  return parser.handler().release();
}

std::optional<json::value> parse_strict_json(std::string_view text) {
  auto read = read_strict_json(text, {.members = kMaxPolicyMembers}, {});
  if (std::holds_alternative<JsonFault>(read)) return std::nullopt;
  return std::get<json::value>(std::move(read));
}

}  // namespace livecert::signature

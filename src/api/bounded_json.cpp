#include "api/bounded_json.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>

#include "base/shown.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// What the library's parser calls for each piece of the text; false stops it. The sizes are the library's own limits:
// the number of values is what is counted here.
class Values {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the library looks for these names
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  Values(std::size_t max_values, const json::storage_ptr& storage) : left_(max_values), stack_(storage) {
    stack_.reset(storage);
  }

  [[nodiscard]] bool is_full() const { return is_full_; }
  // A member that one object has twice; empty: none.
  [[nodiscard]] const std::string& repeated() const { return repeated_; }
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
    const auto [place, is_new] = names_.back().insert(std::exchange(name_, {}));
    if (is_new) return stack_.push_key(text), true;
    repeated_ = *place;
    failure = json::error::syntax;
    return false;
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
    if (left_ > 0) return --left_, true;
    is_full_ = true;
    failure = json::error::array_too_large;
    return false;
  }

  std::size_t left_;
  bool is_full_ = false;
  std::string name_;                          // as far as it was read
  std::vector<std::set<std::string>> names_;  // of the objects that are open
  std::string repeated_;
  json::value_stack stack_;
};

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

}  // namespace

base::Result<json::value> parse_bounded_json(std::string_view text, std::size_t max_values,
                                             const json::storage_ptr& storage) {
  json::basic_parser<Values> parser(json::parse_options(), max_values, storage);
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (parser.handler().is_full()) {
    return base::Error{base::ErrorCode::kOutOfRange,
                       "the number of values in the body, members and items together, "
                       "should be between 0 and " +
                           std::to_string(max_values)};
  }
  if (!parser.handler().repeated().empty()) {
    return base::Error{base::ErrorCode::kUnbindableInput,
                       "the body has the member " + base::shown(parser.handler().repeated()) + " twice in one object"};
  }
  if (!failure && read < text.size()) failure = json::error::extra_data;
  if (failure) {
    const std::string why = is_utf8(text) ? failure.message() : "it is no text in UTF-8";
    return base::Error{base::ErrorCode::kUnbindableInput, "the body is not valid JSON: " + why};
  }
  return parser.handler().release();
}

}  // namespace livecert::api

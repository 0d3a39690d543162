#include "signature/strict_json.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace livecert::signature {
namespace {

namespace json = boost::json;

// Builds the value as the library's own parser does, and keeps the member names of each open object, since the library
// lets a later member of one name replace an earlier one without a word.
class Handler {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the library looks for these names
  static constexpr std::size_t max_object_size = 64;
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  // NOLINTEND(readability-identifier-naming)

  Handler() { stack_.reset(); }
  [[nodiscard]] json::value release() { return stack_.release(); }

  bool on_document_begin(json::error_code& /*failure*/) { return true; }
  bool on_document_end(json::error_code& /*failure*/) { return true; }
  bool on_array_begin(json::error_code& /*failure*/) { return true; }
  bool on_array_end(std::size_t count, json::error_code& /*failure*/) {
    stack_.push_array(count);
    return true;
  }
  bool on_object_begin(json::error_code& /*failure*/) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, json::error_code& failure) {
    std::vector<std::string>& names = names_.back();
    std::ranges::sort(names);
    if (std::ranges::adjacent_find(names) != names.end()) {
      failure = json::make_error_code(json::error::exception);
      return false;
    }
    names_.pop_back();
    stack_.push_object(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t /*size*/, json::error_code& /*failure*/) {
    name_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t /*size*/, json::error_code& /*failure*/) {
    names_.back().push_back(std::exchange(name_, {}).append(part.data(), part.size()));
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t /*size*/, json::error_code& /*failure*/) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t /*size*/, json::error_code& /*failure*/) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view /*text*/, json::error_code& /*failure*/) { return true; }
  bool on_int64(std::int64_t number, json::string_view /*text*/, json::error_code& /*failure*/) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view /*text*/, json::error_code& /*failure*/) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view /*text*/, json::error_code& /*failure*/) {
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, json::error_code& /*failure*/) {
    stack_.push_bool(truth);
    return true;
  }
  bool on_null(json::error_code& /*failure*/) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view /*text*/, json::error_code& /*failure*/) { return true; }
  bool on_comment(json::string_view /*text*/, json::error_code& /*failure*/) { return true; }

 private:
  json::value_stack stack_;
  std::vector<std::vector<std::string>> names_;  // of the objects that are open, innermost last
  std::string name_;                             // the part seen so far of the name being read
};

}  // namespace

std::optional<json::value> parse_strict_json(std::string_view text) {
  json::basic_parser<Handler> parser((json::parse_options()));
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (failure || read != text.size()) return std::nullopt;
  return parser.handler().release();
}

}  // namespace livecert::signature

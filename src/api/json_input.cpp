#include "api/json_input.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "base/secret.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// Every block has the default alignment: the library takes some with one alignment and gives them back with another.
class WipingResource final : public json::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    LIVECERT_CHECK(alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return ::operator new(bytes);
  }
  void do_deallocate(void* data, std::size_t bytes, std::size_t /*alignment*/) override {
    base::wipe(data, bytes);
    ::operator delete(data);
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override {
    return dynamic_cast<const WipingResource*>(&other) != nullptr;
  }
};

json::storage_ptr wiping_storage() {
  return json::make_shared_resource<WipingResource>();
}

std::string join(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : "; ") + part;
  return joined;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

base::Result<JsonInput> JsonInput::parse(base::ByteView body) {
  const json::storage_ptr storage = wiping_storage();
  if (body.empty()) return JsonInput(json::object(storage), false);
  json::parser parser(storage);
  parser.reset(storage);
  json::error_code failure;
  const std::string_view text = base::as_text(body);
  parser.write(json::string_view(text.data(), text.size()), failure);
  if (failure) {
    return base::Error{base::ErrorCode::kUnbindableInput, "the body is not valid JSON: " + failure.message()};
  }
  json::value value = parser.release();
  if (value.is_array() && value.get_array().empty()) return JsonInput(json::object(storage), false);
  if (!value.is_object()) {
    return base::Error{base::ErrorCode::kUnbindableInput, "the body must be a JSON object"};
  }
  return JsonInput(std::move(value.get_object()), false);
}

JsonInput JsonInput::from_query(const http::QueryParameters& query) {
  json::object object(wiping_storage());
  for (const auto& [name, value] : query) {
    if (name != "Action" && name != "Version") object.emplace(name, value);
  }
  return {std::move(object), true};
}

Binder::Binder(const json::object* object, bool is_query, std::string path, std::shared_ptr<Problems> problems)
    : object_(object), is_query_(is_query), path_(std::move(path)), problems_(std::move(problems)) {}

void Binder::unbindable(std::string_view name, std::string_view what) const {
  problems_->unbindable.push_back(full_name(name) + " " + std::string(what));
}

const json::value* Binder::find(std::string_view name) const {
  if (object_ == nullptr) return nullptr;
  const json::key_value_pair* found = nullptr;
  for (const json::key_value_pair& member : *object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (!base::equals_ignoring_ascii_case(key, name)) continue;
    if (found != nullptr) {
      unbindable(name, "is there twice, as " + std::string(found->key()) + " and as " + std::string(key));
      return nullptr;
    }
    found = &member;
  }
  return found == nullptr || found->value().is_null() ? nullptr : &found->value();
}

std::optional<std::string> Binder::optional_string(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    unbindable(name, "must be a string");
    return std::nullopt;
  }
  const json::string& text = value->get_string();
  return text.empty() ? std::nullopt : std::optional(std::string(text.data(), text.size()));
}

std::string_view Binder::required_text(std::string_view name) const {
  if (object_ == nullptr) return {};
  const std::size_t problems_before = problems_->unbindable.size();
  const json::value* value = find(name);
  if (value == nullptr) {
    if (problems_->unbindable.size() == problems_before) unbindable(name, "is required");
    return {};
  }
  if (!value->is_string()) {
    unbindable(name, "must be a string");
    return {};
  }
  const json::string& text = value->get_string();
  if (text.empty()) unbindable(name, "is required and must not be empty");
  return {text.data(), text.size()};
}

std::optional<bool> Binder::optional_bool(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  if (is_query_ && value->is_string()) {
    if (value->get_string() == "true") return true;
    if (value->get_string() == "false") return false;
  }
  unbindable(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Binder::optional_integer(std::string_view name, std::int64_t low, std::int64_t high) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::optional<std::int64_t> number;
  if (value->is_int64()) number = value->get_int64();
  if (is_query_ && value->is_string()) number = parse_integer({value->get_string().data(), value->get_string().size()});
  if (!number && !value->is_uint64()) {
    unbindable(name, "must be an integer");
    return std::nullopt;
  }
  if (!number || *number < low || *number > high) {
    problems_->out_of_range.push_back(full_name(name) + " should be between " + std::to_string(low) + " and " +
                                      std::to_string(high));
    return std::nullopt;
  }
  return number;
}

std::vector<std::string> Binder::optional_strings(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  std::vector<std::string> strings;
  const bool all_strings = value->is_array() && std::ranges::all_of(value->get_array(), [](const json::value& item) {
                             return item.is_string();
                           });
  if (!all_strings) {
    unbindable(name, "must be an array of strings");
    return {};
  }
  for (const json::value& item : value->get_array()) strings.emplace_back(item.get_string());
  return strings;
}

Binder Binder::required_object(std::string_view name) const {
  const std::size_t problems_before = problems_->unbindable.size();
  const json::value* value = find(name);
  if (value == nullptr && object_ != nullptr && problems_->unbindable.size() == problems_before) {
    unbindable(name, "is required");
  }
  if (value != nullptr && !value->is_object()) unbindable(name, "must be an object");
  const json::object* object = value != nullptr && value->is_object() ? &value->get_object() : nullptr;
  return {object, is_query_, full_name(name) + ".", problems_};
}

void Binder::check_one_of(std::string_view name, std::string_view value,
                          const std::vector<std::string_view>& allowed) const {
  if (value.empty() || std::ranges::find(allowed, value) != allowed.end()) return;
  std::string list;
  for (const std::string_view word : allowed) list += (list.empty() ? "" : ",") + std::string(word);
  problems_->out_of_range.push_back(full_name(name) + " should be one of {[" + list + "]}");
}

void Binder::check_length(std::string_view name, std::string_view text, std::size_t low, std::size_t high) const {
  const std::size_t length = count_characters(text);
  if (length >= low && length <= high) return;
  problems_->out_of_range.push_back("length of " + full_name(name) + " should be between " + std::to_string(low) +
                                    " and " + std::to_string(high));
}

base::Result<void> Binder::finish() const {
  if (!problems_->unbindable.empty()) {
    return base::Error{base::ErrorCode::kUnbindableInput, join(problems_->unbindable)};
  }
  if (!problems_->out_of_range.empty()) return base::Error{base::ErrorCode::kOutOfRange, join(problems_->out_of_range)};
  return {};
}

}  // namespace livecert::api

#include "api/binder.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace livecert::api {
namespace {

namespace json = boost::json;

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string_view as_view(const json::string& text) {
  return {text.data(), text.size()};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (comma != 0) parts.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

std::string item_name(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

}  // namespace

Binder::Binder(const json::object* object, bool is_query, std::string path, std::shared_ptr<Problems> problems)
    : object_(object), is_query_(is_query), path_(std::move(path)), problems_(std::move(problems)) {}

void Binder::ProblemList::add(std::string problem) {
  if (named_.size() < kNamed) {
    named_.push_back(std::move(problem));
  } else {
    ++more_;
  }
}

std::string Binder::ProblemList::to_text() const {
  std::string text;
  for (const std::string& problem : named_) text += (text.empty() ? "" : "; ") + problem;
  if (more_ > 0) text += "; and " + std::to_string(more_) + " more";
  return text;
}

void Binder::unbindable(std::string_view name, std::string_view what) const {
  problems_->unbindable.add(full_name(name) + " " + std::string(what));
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

const json::value* Binder::require(std::string_view name) const {
  const std::size_t problems_before = problems_->unbindable.size();
  const json::value* value = find(name);
  const bool is_reported = object_ == nullptr || problems_->unbindable.size() != problems_before;
  if (value == nullptr && !is_reported) unbindable(name, "is required");
  return value;
}

std::string_view Binder::bind_text(std::string_view name, const json::value& value) const {
  if (!value.is_string()) {
    unbindable(name, "must be a string");
    return {};
  }
  return as_view(value.get_string());
}

std::string Binder::bind_string(std::string_view name, std::string_view text) const {
  if (text.find('\0') != std::string_view::npos) {
    unbindable(name, "holds a NUL character (\\u0000), which no text can hold");
    return {};
  }
  if (text.find("PRIVATE KEY-----") == std::string_view::npos) return std::string(text);
  unbindable(name, "holds a private key: send it in Rsa.Prikey alone");
  return {};
}

std::optional<std::string> Binder::optional_string(std::string_view name) const {
  const json::value* value = find(name);
  const std::string_view text = value == nullptr ? std::string_view() : bind_text(name, *value);
  return text.empty() ? std::nullopt : std::optional(bind_string(name, text));
}

std::string Binder::required_string(std::string_view name) const {
  return bind_string(name, required_text(name));
}

std::string_view Binder::required_text(std::string_view name) const {
  const json::value* value = require(name);
  if (value == nullptr) return {};
  if (value->is_string() && value->get_string().empty()) unbindable(name, "is required and must not be empty");
  return bind_text(name, *value);
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

std::optional<std::int64_t> Binder::bind_integer(std::string_view name, const json::value& value, std::int64_t low,
                                                 std::int64_t high) const {
  std::optional<std::int64_t> number;
  if (value.is_int64()) number = value.get_int64();
  if (is_query_ && value.is_string()) number = parse_integer(as_view(value.get_string()));
  if (!number && !value.is_uint64()) {
    unbindable(name, "must be an integer");
    return std::nullopt;
  }
  if (!number || *number < low || *number > high) {
    problems_->out_of_range.add(full_name(name) + " should be between " + std::to_string(low) + " and " +
                                std::to_string(high));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> Binder::optional_integer(std::string_view name, std::int64_t low, std::int64_t high) const {
  const json::value* value = find(name);
  return value == nullptr ? std::nullopt : bind_integer(name, *value, low, high);
}

std::int64_t Binder::required_integer(std::string_view name, std::int64_t low, std::int64_t high) const {
  const json::value* value = require(name);
  return value == nullptr ? low : bind_integer(name, *value, low, high).value_or(low);
}

bool Binder::check_size(std::string_view name, std::size_t items, ListSize size) const {
  check_count(name, items, size.low, size.high);
  return items >= size.low && items <= size.high;
}

std::vector<std::string> Binder::bind_strings(std::string_view name, const json::value& value, ListSize size) const {
  if (is_query_ && value.is_string()) {
    std::vector<std::string> items = split(bind_string(name, as_view(value.get_string())));
    return check_size(name, items.size(), size) ? std::move(items) : std::vector<std::string>();
  }
  const json::array* array = value.if_array();
  if (array == nullptr || !std::ranges::all_of(*array, [](const json::value& item) { return item.is_string(); })) {
    unbindable(name, "must be an array of strings");
    return {};
  }
  std::vector<std::string> strings;
  if (!check_size(name, array->size(), size)) return strings;
  for (const json::value& item : *array) strings.push_back(bind_string(name, as_view(item.get_string())));
  return strings;
}

std::vector<std::string> Binder::optional_strings(std::string_view name, ListSize size) const {
  const json::value* value = find(name);
  return value == nullptr ? std::vector<std::string>() : bind_strings(name, *value, size);
}

std::vector<std::string> Binder::required_strings(std::string_view name, ListSize size) const {
  const json::value* value = require(name);
  return value == nullptr ? std::vector<std::string>() : bind_strings(name, *value, size);
}

std::vector<std::int64_t> Binder::optional_integers(std::string_view name, std::int64_t low, std::int64_t high,
                                                    ListSize size) const {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  json::array spelled_out;
  const json::array* items = value->if_array();
  if (is_query_ && value->is_string()) {
    for (const std::string& item : split(as_view(value->get_string()))) spelled_out.emplace_back(item);
    items = &spelled_out;
  }
  if (items == nullptr) unbindable(name, "must be an array of integers");
  std::vector<std::int64_t> integers;
  if (items == nullptr || !check_size(name, items->size(), size)) return integers;
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (const auto integer = bind_integer(item_name(name, i), (*items)[i], low, high)) integers.push_back(*integer);
  }
  return integers;
}

Binder Binder::bind_object(std::string_view name, const json::value& value) const {
  if (!value.is_object()) unbindable(name, "must be an object");
  return {value.if_object(), is_query_, full_name(name) + ".", problems_};
}

Binder Binder::required_object(std::string_view name) const {
  const json::value* value = require(name);
  if (value == nullptr) return {nullptr, is_query_, full_name(name) + ".", problems_};
  return bind_object(name, *value);
}

std::optional<Binder> Binder::optional_object(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? std::nullopt : std::optional(bind_object(name, *value));
}

std::vector<Binder> Binder::bind_objects(std::string_view name, const json::value& value, ListSize size) const {
  const json::array* array = value.if_array();
  if (array == nullptr) unbindable(name, "must be an array of objects");
  std::vector<Binder> binders;
  if (array == nullptr || !check_size(name, array->size(), size)) return binders;
  for (std::size_t i = 0; i < array->size(); ++i) binders.push_back(bind_object(item_name(name, i), (*array)[i]));
  return binders;
}

std::vector<Binder> Binder::optional_objects(std::string_view name, ListSize size) const {
  const json::value* value = find(name);
  return value == nullptr ? std::vector<Binder>() : bind_objects(name, *value, size);
}

std::vector<Binder> Binder::required_objects(std::string_view name, ListSize size) const {
  const json::value* value = require(name);
  return value == nullptr ? std::vector<Binder>() : bind_objects(name, *value, size);
}

void Binder::check_one_of(std::string_view name, std::string_view value,
                          const std::vector<std::string_view>& allowed) const {
  if (value.empty() || std::ranges::find(allowed, value) != allowed.end()) return;
  std::string list;
  for (const std::string_view word : allowed) list += (list.empty() ? "" : ",") + std::string(word);
  problems_->out_of_range.add(full_name(name) + " should be one of {[" + list + "]}");
}

void Binder::check_length(std::string_view name, std::string_view text, std::size_t low, std::size_t high) const {
  // A character has at most four bytes, so a text that is far too long need not be read to its end.
  const bool is_far_too_long = text.size() / 4 > high;
  check_count(name, is_far_too_long ? text.size() / 4 : count_characters(text), low, high);
}

void Binder::check_count(std::string_view name, std::size_t count, std::size_t low, std::size_t high) const {
  if (count >= low && count <= high) return;
  problems_->out_of_range.add("length of " + full_name(name) + " should be between " + std::to_string(low) + " and " +
                              std::to_string(high));
}

base::Result<void> Binder::finish() const {
  const auto& [unbindable, out_of_range] = *problems_;
  if (unbindable.size() > 0) return base::Error{base::ErrorCode::kUnbindableInput, unbindable.to_text()};
  if (out_of_range.size() > 0) return base::Error{base::ErrorCode::kOutOfRange, out_of_range.to_text()};
  return {};
}

}  // namespace livecert::api

#include "cli/command_output.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>

#include <boost/json/serialize.hpp>

#include "cli/language.h"
#include "cli/table.h"
#include "translation/translate.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShortId = 12;

void print(const json::value& value, const std::string& indent) {
  const std::string deeper = indent + "  ";
  const char* separator = "";
  if (value.is_object() && !value.get_object().empty()) {
    std::cout << "{";
    for (const auto& member : value.get_object()) {
      std::cout << separator << "\n" << deeper << json::serialize(json::value(member.key())) << ": ";
      print(member.value(), deeper);
      separator = ",";
    }
    std::cout << "\n" << indent << "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    std::cout << "[";
    for (const json::value& item : value.get_array()) {
      std::cout << separator << "\n" << deeper;
      print(item, deeper);
      separator = ",";
    }
    std::cout << "\n" << indent << "]";
  } else {
    std::cout << json::serialize(value);
  }
}

const json::value* find(const json::value& object, std::string_view member) {
  return object.is_object() ? object.get_object().if_contains(json::string_view(member.data(), member.size()))
                            : nullptr;
}

// 2026-11-24T09:00:00Z, as the API shows times.
std::optional<base::Time> parse_time(std::string text) {
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return base::parse_basic_time(text);
}

}  // namespace

void print_error(const base::Error& error, bool as_json) {
  const std::string message = translation::translated(error.message, language());
  const bool is_answer = error.detail.starts_with('{');
  if (as_json && is_answer) {
    std::cerr << error.detail << "\n";
  } else if (as_json) {
    std::cerr << json::serialize(json::object{{"Error", {{"Code", "LivecertCommand"}, {"Message", message}}}}) << "\n";
  } else {
    const bool has_detail = !error.detail.empty() && !is_answer;
    std::cerr << "livecert: " << message << (has_detail ? " (" + error.detail + ")" : "") << "\n";
  }
}

void print_warning(const std::string& text) {
  std::cerr << "livecert: " << tr("warning: ", "警告：") << translation::translated(text, language()) << "\n";
}

void print_json(const json::value& value) {
  print(value, "");
  std::cout << "\n";
}

std::string text_of(const json::value& object, std::string_view member) {
  const json::value* value = find(object, member);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_bool()) return value->get_bool() ? tr("yes", "是") : tr("no", "否");
  if (!value->is_array()) return json::serialize(*value);
  std::string text;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) text += (text.empty() ? "" : ", ") + std::string(item.get_string());
  }
  return text;
}

bool flag_of(const json::value& object, std::string_view member) {
  const json::value* value = find(object, member);
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::array& items_of(const json::value& object, std::string_view member) {
  static const json::array none;
  const json::value* value = find(object, member);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

const json::value& part_of(const json::value& object, std::string_view member) {
  static const json::value none;
  const json::value* value = find(object, member);
  return value != nullptr ? *value : none;
}

std::string to_lines(const std::vector<Field>& fields) {
  std::size_t width = 0;
  for (const Field& field : fields) width = std::max(width, display_width(field.label));
  std::string text;
  for (const Field& field : fields) {
    if (field.value.empty()) continue;
    text += field.label + std::string(width - display_width(field.label) + 2, ' ') + printable(field.value) + "\n";
  }
  return text;
}

std::string end_text(const std::string& time, base::Time now) {
  const auto end = parse_time(time);
  if (!end) return time;
  const auto days = std::chrono::duration_cast<std::chrono::days>(*end - now).count();
  const std::string date = time.substr(0, time.find('T'));
  if (*end < now) return date + tr(" (expired ", "（已过期 ") + std::to_string(-days) + tr(" d ago)", " 天）");
  return date + tr(" (in ", "（还有 ") + std::to_string(days) + tr(" d)", " 天）");
}

std::string status_text(const std::string& status) {
  if (status == "OK") return tr("valid", "有效");
  if (status == "Expire") return tr("expired", "已过期");
  constexpr std::string_view kDays = "days";
  if (!status.ends_with(kDays)) return status;
  const std::string count = status.substr(0, status.size() - kDays.size());
  return tr("ends within ", "") + count + (count == "1" ? tr(" day", " 天内到期") : tr(" days", " 天内到期"));
}

std::string short_id(const std::string& chain_id) {
  return chain_id.substr(0, kShortId);
}

}  // namespace livecert::cli

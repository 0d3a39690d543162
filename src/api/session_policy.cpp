#include "api/session_policy.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/bytes.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// Iterative, since a policy comes from outside and must not cost more than its length times the action's.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last `*` passed, and where the text stood then
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && base::equals_ignoring_ascii_case(pattern.substr(p, 1), text.substr(t, 1))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// A string or an array of strings; nullopt for anything else.
std::optional<std::vector<std::string>> strings_of(const json::object& statement, std::string_view member) {
  const json::value* value = statement.if_contains(json::string_view(member.data(), member.size()));
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::vector<std::string>{std::string(value->get_string())};
  if (!value->is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) return std::nullopt;
    strings.emplace_back(item.get_string());
  }
  return strings;
}

enum class Effect { kNone, kAllow, kDeny };

// nullopt when the statement cannot be read.
std::optional<Effect> effect_of(const json::value& statement, std::string_view action) {
  if (!statement.is_object()) return std::nullopt;
  const auto effects = strings_of(statement.get_object(), "Effect");
  const auto actions = strings_of(statement.get_object(), "Action");
  const auto resources = strings_of(statement.get_object(), "Resource");
  if (!effects || effects->size() != 1 || !actions) return std::nullopt;
  const bool names_action =
      std::ranges::any_of(*actions, [&](const std::string& pattern) { return matches(pattern, action); });
  if (effects->front() == "Deny") return names_action ? Effect::kDeny : Effect::kNone;
  if (effects->front() != "Allow") return std::nullopt;
  const bool any_resource = resources && std::ranges::find(*resources, "*") != resources->end();
  return names_action && any_resource ? Effect::kAllow : Effect::kNone;
}

}  // namespace

bool session_policy_allows(std::string_view policy, std::string_view action) {
  if (policy.empty()) return true;
  json::error_code failure;
  const json::value document = json::parse(json::string_view(policy.data(), policy.size()), failure);
  if (failure || !document.is_object()) return false;
  const json::value* statements = document.get_object().if_contains("Statement");
  if (statements == nullptr || !statements->is_array()) return false;
  bool allowed = false;
  for (const json::value& statement : statements->get_array()) {
    const auto effect = effect_of(statement, action);
    if (!effect || *effect == Effect::kDeny) return false;
    allowed = allowed || *effect == Effect::kAllow;
  }
  return allowed;
}

}  // namespace livecert::api

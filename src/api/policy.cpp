#include "api/policy.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <boost/json/value.hpp>

#include "base/address_block.h"
#include "base/bytes.h"
#include "base/rfc3339.h"
#include "base/shown.h"
#include "signature/strict_json.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// Iterative, because a policy comes from outside and its cost must be at most its length times the action's.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last `*` passed; `resume` is the position in the text at that time
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
std::optional<std::vector<std::string_view>> strings_of(const json::value& value) {
  if (value.is_string()) return std::vector<std::string_view>{value.get_string()};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string_view> strings;
  for (const json::value& item : value.get_array()) {
    if (!item.is_string()) return std::nullopt;
    strings.emplace_back(item.get_string());
  }
  return strings;
}

// Whether a condition holds; nullopt when that cannot be decided.
using Truth = std::optional<bool>;

Truth is_in_any(const std::vector<std::string_view>& blocks, std::string_view address) {
  const auto source = base::parse_address(address);
  if (!source || blocks.empty()) return std::nullopt;
  bool is_in = false;
  for (const std::string_view text : blocks) {
    const auto block = base::AddressBlock::parse(text);
    if (!block) return std::nullopt;
    is_in = is_in || block->contains(*source);
  }
  return is_in;
}

// Whether the time is before or after `now`, as the operator demands.
Truth is_in_order(std::string_view operation, const std::vector<std::string_view>& times, base::Time now) {
  const auto time = times.size() == 1 ? base::parse_rfc3339(times.front()) : std::nullopt;
  if (!time) return std::nullopt;
  if (operation == "DateLessThan") return now < *time;
  if (operation == "DateLessThanEquals") return now <= *time;
  if (operation == "DateGreaterThan") return now > *time;
  if (operation == "DateGreaterThanEquals") return now >= *time;
  return std::nullopt;
}

Truth holds(std::string_view operation, std::string_view key, const json::value& value,
            const PolicyQuestion& question) {
  const auto values = strings_of(value);
  if (!values) return std::nullopt;
  if (key == "volc:CurrentTime") return is_in_order(operation, *values, question.at);
  if (key != "volc:SourceIp") return std::nullopt;
  const Truth is_in = is_in_any(*values, question.source_address);
  if (operation == "IpAddress") return is_in;
  if (operation == "NotIpAddress" && is_in) return !*is_in;
  return std::nullopt;
}

// All parts must hold. If one cannot be decided, neither can the whole, because it may change the meaning of the
// others.
Truth holds(const json::object& condition, const PolicyQuestion& question) {
  if (condition.empty()) return std::nullopt;
  bool all = true;
  for (const auto& [operation, keys] : condition) {
    if (!keys.is_object() || keys.get_object().empty()) return std::nullopt;
    for (const auto& [key, value] : keys.get_object()) {
      const Truth one = holds(operation, key, value, question);
      if (!one) return std::nullopt;
      all = all && *one;
    }
  }
  return all;
}

Truth condition_holds(const json::value* condition, const PolicyQuestion& question) {
  if (condition == nullptr || condition->is_null()) return true;
  if (condition->is_object()) return holds(condition->get_object(), question);
  if (!condition->is_string()) return std::nullopt;
  if (condition->get_string().empty()) return true;
  const auto parsed = signature::parse_strict_json(condition->get_string());
  return parsed && parsed->is_object() ? holds(parsed->get_object(), question) : std::nullopt;
}

// Returns the first unknown member, or nullopt.
template <std::size_t Count>
std::optional<std::string_view> unknown_member(const json::object& object,
                                               const std::array<std::string_view, Count>& known) {
  for (const auto& [name, value] : object) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) return name;
  }
  return std::nullopt;
}

constexpr std::array<std::string_view, 1> kPolicyMembers = {"Statement"};
constexpr std::array<std::string_view, 4> kStatementMembers = {"Effect", "Action", "Resource", "Condition"};

struct Statement {
  bool allows = false;  // false: denies
  bool names_action = false;
  Truth condition = true;
  std::string not_understood;  // the part that is not understood; empty if there is none
};

bool is_any_resource(const json::value* resource) {
  const auto resources = resource == nullptr ? std::nullopt : strings_of(*resource);
  return resources && std::ranges::find(*resources, "*") != resources->end();
}

// nullopt when it cannot be read.
std::optional<Statement> read_statement(const json::value& value, const PolicyQuestion& question) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const json::value* effect = object.if_contains("Effect");
  const json::value* action = object.if_contains("Action");
  const auto patterns = action == nullptr ? std::nullopt : strings_of(*action);
  if (effect == nullptr || (*effect != "Allow" && *effect != "Deny") || !patterns) return std::nullopt;
  Statement statement;
  statement.allows = *effect == "Allow";
  statement.names_action =
      std::ranges::any_of(*patterns, [&](std::string_view pattern) { return matches(pattern, question.action); });
  statement.condition = condition_holds(object.if_contains("Condition"), question);
  if (const auto unknown = unknown_member(object, kStatementMembers)) {
    statement.not_understood = "its member " + base::shown(*unknown);
  } else if (statement.allows && !is_any_resource(object.if_contains("Resource"))) {
    statement.not_understood = "its Resource";
  } else if (!statement.condition) {
    statement.not_understood = "its Condition";
  }
  return statement;
}

PolicyAnswer answer(Verdict verdict, std::string why) {
  return {verdict, "policy: " + std::move(why)};
}

}  // namespace

PolicyAnswer evaluate_policy(std::string_view policy, const PolicyQuestion& question) {
  const auto document = signature::parse_strict_json(policy);
  if (!document || !document->is_object()) {
    return answer(Verdict::kDeny, "it is no JSON object, or a member is there twice");
  }
  if (const auto unknown = unknown_member(document->get_object(), kPolicyMembers)) {
    return answer(Verdict::kDeny, "its member " + base::shown(*unknown) + " is not understood");
  }
  const json::value* statements = document->get_object().if_contains("Statement");
  if (statements == nullptr || !statements->is_array()) return answer(Verdict::kDeny, "it has no list Statement");

  bool allowed = false;
  std::string why = "no statement allows it";
  std::size_t number = 0;
  for (const json::value& value : statements->get_array()) {
    const std::string name = "statement " + std::to_string(++number);
    const auto statement = read_statement(value, question);
    if (!statement) return answer(Verdict::kDeny, name + " cannot be read");
    if (!statement->names_action) continue;
    const bool understood = statement->not_understood.empty();
    if (!statement->allows && (!understood || *statement->condition)) {
      return answer(
          Verdict::kDeny,
          name + " denies it" + (understood ? "" : ", and " + statement->not_understood + " is not understood"));
    }
    if (!statement->allows) continue;
    if (!understood) why = name + " does not allow it, since " + statement->not_understood + " is not understood";
    allowed = allowed || (understood && *statement->condition);
  }
  return allowed ? PolicyAnswer{Verdict::kAllow, ""} : answer(Verdict::kNothing, why);
}

}  // namespace livecert::api

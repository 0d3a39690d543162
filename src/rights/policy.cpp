#include "rights/policy.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "base/bytes.h"
#include "base/rfc3339.h"
#include "base/shown.h"
#include "signature/strict_json.h"

namespace livecert::rights {
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

// The vendor's name of a project: trn:iam::ACCOUNT:project/NAME.
constexpr std::string_view kProjectBegin = "trn:iam::";
constexpr std::string_view kProjectMiddle = ":project/";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// Reads the parts of a policy that Policy keeps.
struct PolicyReader {
  using Condition = Policy::Condition;
  using Statement = Policy::Statement;
  using Project = Policy::Project;

  struct TimeWord {
    std::string_view text;
    Condition::Kind kind;
  };
  static constexpr std::array kTimeWords{
      TimeWord{"DateLessThan", Condition::Kind::kBefore},
      TimeWord{"DateLessThanEquals", Condition::Kind::kNotAfter},
      TimeWord{"DateGreaterThan", Condition::Kind::kAfter},
      TimeWord{"DateGreaterThanEquals", Condition::Kind::kNotBefore},
  };

  static std::optional<Condition> read_time(std::string_view operation, const std::vector<std::string_view>& times) {
    const auto* const word = std::ranges::find(kTimeWords, operation, &TimeWord::text);
    const auto time = times.size() == 1 ? base::parse_rfc3339(times.front()) : std::nullopt;
    if (word == kTimeWords.end() || !time) return std::nullopt;
    return Condition{word->kind, {}, *time};
  }

  static std::optional<Condition> read_addresses(std::string_view operation,
                                                 const std::vector<std::string_view>& blocks) {
    if ((operation != "IpAddress" && operation != "NotIpAddress") || blocks.empty()) return std::nullopt;
    Condition condition{operation == "IpAddress" ? Condition::Kind::kIn : Condition::Kind::kNotIn, {}, {}};
    for (const std::string_view text : blocks) {
      auto block = base::AddressBlock::parse(text);
      if (!block) return std::nullopt;
      condition.blocks.push_back(*std::move(block));
    }
    return condition;
  }

  static std::optional<Condition> read_part(std::string_view operation, std::string_view key,
                                            const json::value& value) {
    const auto values = strings_of(value);
    if (!values) return std::nullopt;
    if (key == "volc:CurrentTime") return read_time(operation, *values);
    if (key == "volc:SourceIp") return read_addresses(operation, *values);
    return std::nullopt;
  }

  // If one part cannot be decided, neither can the whole, because it may change the meaning of the others.
  static std::optional<std::vector<Condition>> read_conditions(const json::object& object) {
    if (object.empty()) return std::nullopt;
    std::vector<Condition> conditions;
    for (const auto& [operation, keys] : object) {
      if (!keys.is_object() || keys.get_object().empty()) return std::nullopt;
      for (const auto& [key, value] : keys.get_object()) {
        auto part = read_part(operation, key, value);
        if (!part) return std::nullopt;
        conditions.push_back(*std::move(part));
      }
    }
    return conditions;
  }

  static std::optional<std::vector<Condition>> read_condition(const json::value* condition) {
    if (condition == nullptr || condition->is_null()) return std::vector<Condition>();
    if (condition->is_object()) return read_conditions(condition->get_object());
    if (!condition->is_string()) return std::nullopt;
    if (condition->get_string().empty()) return std::vector<Condition>();
    const auto parsed = signature::parse_strict_json(condition->get_string());
    return parsed && parsed->is_object() ? read_conditions(parsed->get_object()) : std::nullopt;
  }

  static std::optional<Project> read_project(std::string_view resource) {
    if (!resource.starts_with(kProjectBegin)) return std::nullopt;
    resource.remove_prefix(kProjectBegin.size());
    const std::size_t middle = resource.find(kProjectMiddle);
    if (middle == std::string_view::npos) return std::nullopt;
    const std::string_view account = resource.substr(0, middle);
    const std::string_view name = resource.substr(middle + kProjectMiddle.size());
    const bool is_one = !name.empty() && name.find_first_of("*?:/${} ") == std::string_view::npos;
    if ((account != "*" && !is_number(account)) || !is_one) return std::nullopt;
    return Project{std::string(account), std::string(name)};
  }

  // False: it is not understood.
  static bool read_resource(const json::value* resource, Statement& statement) {
    const auto resources = resource == nullptr ? std::nullopt : strings_of(*resource);
    if (!resources || resources->empty()) return false;
    if (std::ranges::find(*resources, "*") != resources->end()) return true;
    std::vector<Project> projects;
    for (const std::string_view text : *resources) {
      auto project = read_project(text);
      if (!project) return false;
      projects.push_back(*std::move(project));
    }
    statement.projects = std::move(projects);
    return true;
  }

  // nullopt when it cannot be read.
  static std::optional<Statement> read_statement(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    const json::value* effect = object.if_contains("Effect");
    const json::value* action = object.if_contains("Action");
    const auto patterns = action == nullptr ? std::nullopt : strings_of(*action);
    if (effect == nullptr || (*effect != "Allow" && *effect != "Deny") || !patterns) return std::nullopt;
    Statement statement;
    statement.allows = *effect == "Allow";
    statement.actions.assign(patterns->begin(), patterns->end());
    auto conditions = read_condition(object.if_contains("Condition"));
    if (const auto unknown = unknown_member(object, kStatementMembers)) {
      statement.not_understood = "its member " + base::shown(*unknown);
    } else if (statement.allows && !read_resource(object.if_contains("Resource"), statement)) {
      statement.not_understood = "its Resource";
    } else if (!conditions) {
      statement.not_understood = "its Condition";
    }
    if (conditions) statement.conditions = *std::move(conditions);
    return statement;
  }

  // Whether the Resource of a Deny means all resources; an absent one does too.
  static bool is_whole(const json::object& statement) {
    const json::value* resource = statement.if_contains("Resource");
    if (resource == nullptr) return true;
    const auto resources = strings_of(*resource);
    return resources && std::ranges::find(*resources, "*") != resources->end();
  }

  static void note_fault(Policy& policy, std::string fault) {
    if (policy.fault_.empty()) policy.fault_ = std::move(fault);
  }

  static void read(std::string_view text, Policy& policy) {
    const auto document = signature::parse_strict_json(text);
    if (!document || !document->is_object()) {
      policy.unreadable_ = "it is no JSON object, or a member is there twice";
      return;
    }
    if (const auto unknown = unknown_member(document->get_object(), kPolicyMembers)) {
      policy.unreadable_ = "its member " + base::shown(*unknown) + " is not understood";
      return;
    }
    const json::value* statements = document->get_object().if_contains("Statement");
    if (statements == nullptr || !statements->is_array()) {
      policy.unreadable_ = "it has no list Statement";
      return;
    }
    for (const json::value& value : statements->get_array()) {
      const std::string name = "statement " + std::to_string(policy.statements_.size() + 1);
      auto statement = read_statement(value);
      if (!statement) {
        policy.unreadable_ = name + " cannot be read";
        return;
      }
      if (!statement->not_understood.empty()) {
        note_fault(policy, name + ": " + statement->not_understood + " is not understood");
      } else if (!statement->allows && !is_whole(value.get_object())) {
        note_fault(policy, name + ": a Deny counts for every resource, so its Resource must be \"*\"");
      }
      policy.statements_.push_back(*std::move(statement));
    }
  }
};

Policy::Policy(std::string_view text) {
  PolicyReader::read(text, *this);
  if (!unreadable_.empty()) fault_ = unreadable_;
}

std::optional<bool> Policy::holds(const Statement& statement, const Question& question) {
  using Kind = Condition::Kind;
  bool all = true;
  for (const Condition& condition : statement.conditions) {
    bool one = false;
    if (condition.kind == Kind::kIn || condition.kind == Kind::kNotIn) {
      const auto source = base::parse_address(question.source_address);
      if (!source) return std::nullopt;
      const bool is_in =
          std::ranges::any_of(condition.blocks, [&](const auto& block) { return block.contains(*source); });
      one = is_in == (condition.kind == Kind::kIn);
    } else {
      one = (condition.kind == Kind::kBefore && question.at < condition.time) ||
            (condition.kind == Kind::kNotAfter && question.at <= condition.time) ||
            (condition.kind == Kind::kAfter && question.at > condition.time) ||
            (condition.kind == Kind::kNotBefore && question.at >= condition.time);
    }
    all = all && one;
  }
  return all;
}

Answer Policy::judge(const Question& question) const {
  if (!unreadable_.empty()) return {Verdict::kDeny, unreadable_};
  Answer answer{Verdict::kNothing, "no statement allows it"};
  std::size_t number = 0;
  for (const Statement& statement : statements_) {
    ++number;
    const auto names = [&](const std::string& pattern) { return matches(pattern, question.action); };
    if (std::ranges::none_of(statement.actions, names)) continue;
    const std::string name = "statement " + std::to_string(number);
    const auto condition = holds(statement, question);
    std::string not_understood = statement.not_understood;
    if (not_understood.empty() && !condition) not_understood = "its Condition";
    const bool is_understood = not_understood.empty();
    if (!statement.allows) {
      if (is_understood && !*condition) continue;
      std::string why = name + " denies it";
      if (!is_understood) why.append(", and ").append(not_understood).append(" is not understood");
      return {Verdict::kDeny, std::move(why), number};
    }
    if (!is_understood) {
      if (answer.verdict != Verdict::kAllow) {
        answer.why = name;
        answer.why.append(" does not allow it, since ").append(not_understood).append(" is not understood");
      }
      continue;
    }
    if (!*condition) continue;
    Projects projects;
    if (statement.projects) {
      projects.emplace();
      for (const Project& project : *statement.projects) {
        if (project.account == "*" || project.account == question.account) projects->push_back(project.name);
      }
      if (projects->empty()) continue;
    }
    if (answer.verdict != Verdict::kAllow) {
      answer = {Verdict::kAllow, "", number, std::move(projects)};
    } else if (!projects || !answer.projects) {
      answer.projects.reset();
    } else {
      answer.projects->insert(answer.projects->end(), projects->begin(), projects->end());
    }
  }
  return answer;
}

Answer evaluate_policy(std::string_view policy, const Question& question) {
  return Policy(policy).judge(question);
}

}  // namespace livecert::rights

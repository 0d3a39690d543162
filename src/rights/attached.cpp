#include "rights/attached.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace livecert::rights {
namespace {

std::string policy_of(const std::string& name, std::string_view place) {
  return "policy " + name + " of this " + std::string(place);
}

void append(std::string& text, const std::string& more) {
  if (!text.empty() && !more.empty()) text += "; ";
  text += more;
}

void unite(Projects& all, const Projects& more) {
  if (!all || !more) {
    all.reset();
  } else {
    all->insert(all->end(), more->begin(), more->end());
  }
}

// What one place says.
Decision decide_at(const std::vector<NamedPolicy>& policies, std::string_view place, const Question& question,
                   bool explain) {
  Decision decision{policies.empty()};
  std::string refusals;
  for (const NamedPolicy& named : policies) {
    Answer answer = named.policy.judge(question);
    if (answer.verdict == Verdict::kDeny) return {false, policy_of(named.name, place) + ": " + answer.why};
    if (answer.verdict == Verdict::kNothing) {
      append(refusals, policy_of(named.name, place) + ": " + answer.why);
      continue;
    }
    if (decision.is_allowed) {
      unite(decision.projects, answer.projects);
    } else {
      decision.is_allowed = true;
      decision.projects = std::move(answer.projects);
    }
    if (explain) {
      append(decision.why,
             policy_of(named.name, place) + ": statement " + std::to_string(answer.statement) + " allows it");
    }
  }
  if (!decision.is_allowed) decision.why = std::move(refusals);
  return decision;
}

Decision decide_session(const Policy* session, const Question& question, bool explain) {
  if (session == nullptr) return {};
  Answer answer = session->judge(question);
  if (answer.verdict != Verdict::kAllow) return {false, "policy of this temporary key: " + answer.why};
  Decision decision{true, "", std::move(answer.projects)};
  if (explain) {
    decision.why = "policy of this temporary key: statement " + std::to_string(answer.statement) + " allows it";
  }
  return decision;
}

// Limits the first by the second.
void limit(Decision& decision, Decision other) {
  append(decision.why, other.why);
  if (!other.projects) return;
  if (!decision.projects) {
    decision.projects = std::move(other.projects);
    return;
  }
  std::erase_if(*decision.projects, [&](const std::string& project) {
    return std::ranges::find(*other.projects, project) == other.projects->end();
  });
  if (!decision.projects->empty()) return;
  decision.is_allowed = false;
  decision.why = "the policies allow it in different projects, and in none together";
}

}  // namespace

Decision decide(const Attached& attached, const Policy* session, const Question& question, bool explain) {
  Decision decision = decide_at(attached.to_account, "account", question, explain);
  for (int place = 0; place < 2 && decision.is_allowed; ++place) {
    Decision other = place == 0 ? decide_at(attached.to_key, "access key", question, explain)
                                : decide_session(session, question, explain);
    if (!other.is_allowed) return other;
    if (!other.why.empty() || other.projects) limit(decision, std::move(other));
  }
  return decision;
}

}  // namespace livecert::rights

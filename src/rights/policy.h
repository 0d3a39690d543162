#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address_block.h"
#include "base/time.h"

namespace livecert::rights {

// The facts about a request that a policy judges.
struct Question {
  std::string_view action;          // live:CreateCert
  std::string_view source_address;  // the client's, numeric
  base::Time at;
  std::string_view account;  // its number
};

// A denial outweighs everything that other statements or policies allow.
enum class Verdict : std::uint8_t { kAllow, kNothing, kDeny };

// The projects that a right is limited to; nullopt: all of the account.
using Projects = std::optional<std::vector<std::string>>;

struct Answer {
  Verdict verdict = Verdict::kDeny;
  std::string why;            // unless it allows
  std::size_t statement = 0;  // the one that decided, from 1; 0: none did
  Projects projects = {};     // what it allows is limited to these
};

// A policy in the vendor's form, {"Statement":[{"Effect","Action","Resource","Condition"}]}, read once and asked often:
//
// - Effect is Allow or Deny. Action is one pattern or several, in any case; `*` stands for any characters. Resource: an
//   Allow counts for `*`, or for the projects trn:iam::ACCOUNT:project/NAME, where ACCOUNT is a number or `*`. A Deny
//   counts whatever its Resource is.
// - Condition is an object {operator:{key:value}}, or a string that holds one; null or empty means none. All its parts
//   must hold. IpAddress and NotIpAddress with volc:SourceIp take addresses and blocks (10.0.0.0/8), of which any
//   matches; DateLessThan, DateLessThanEquals, DateGreaterThan, DateGreaterThanEquals with volc:CurrentTime take one
//   time, 2026-11-29T16:00:00Z or with an offset such as +08:00.
//
// Nothing else in a statement ever gives rights. A statement with an unknown member (NotAction, NotResource, Principal,
// Sid), an unknown resource or an unknown condition allows nothing, and denies everything that its Action names. An
// unreadable policy denies everything: one that is not this JSON, has other members, or has a member twice in one
// object.
//
// A value; the text need not outlive it.
class Policy {
 public:
  explicit Policy(std::string_view text);

  // The first part that is not understood, in words; empty: all of it is. A Deny with a narrower Resource is such a
  // part too, because it denies more than it says.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // The cost is at most the policy's length times the action's.
  [[nodiscard]] Answer judge(const Question& question) const;

 private:
  // One part of a condition.
  struct Condition {
    enum class Kind : std::uint8_t { kIn, kNotIn, kBefore, kNotAfter, kAfter, kNotBefore };
    Kind kind = Kind::kIn;
    std::vector<base::AddressBlock> blocks;
    base::Time time;
  };
  // A project of an Allow's Resource.
  struct Project {
    std::string account;  // a number or `*`
    std::string name;
  };
  struct Statement {
    bool allows = false;  // false: denies
    std::vector<std::string> actions;
    std::vector<Condition> conditions;
    std::optional<std::vector<Project>> projects;  // nullopt: all
    std::string not_understood;                    // the part that is not understood; empty if there is none
  };
  friend struct PolicyReader;

  // Whether the conditions hold; nullopt when that cannot be decided.
  [[nodiscard]] static std::optional<bool> holds(const Statement& statement, const Question& question);

  std::vector<Statement> statements_;
  std::string unreadable_;  // why it denies everything; empty: it can be read
  std::string fault_;
};

// One question to a policy.
[[nodiscard]] Answer evaluate_policy(std::string_view policy, const Question& question);

}  // namespace livecert::rights

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace livecert::api {

// The facts about a request that a policy judges.
struct PolicyQuestion {
  std::string_view action;          // live:CreateCert
  std::string_view source_address;  // the client's, numeric
  base::Time at;
};

// A denial outweighs everything that other statements or policies allow.
enum class Verdict : std::uint8_t { kAllow, kNothing, kDeny };

struct PolicyAnswer {
  Verdict verdict = Verdict::kDeny;
  std::string why;  // for the log, unless it allows
};

// Judges by a policy in the vendor's form, {"Statement":[{"Effect","Action","Resource","Condition"}]}:
//
// - Effect is Allow or Deny. Action is one pattern or several, in any case; `*` stands for any characters. Resource: an
//   Allow counts only for the resource `*`, a Deny for any.
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
// The cost is at most the policy's length times the action's.
[[nodiscard]] PolicyAnswer evaluate_policy(std::string_view policy, const PolicyQuestion& question);

}  // namespace livecert::api

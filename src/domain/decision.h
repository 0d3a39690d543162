#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"

// The rules of this folder answer with the effect that a command shall have, or with a refusal.
namespace livecert::domain {

enum class Reason : std::uint8_t {
  kAbsent,       // the command names something that does not exist
  kTaken,        // something that must be new exists already
  kForeign,      // it belongs to another account
  kForbidden,    // it is outside the projects or domains that the caller's key is limited to
  kInactive,     // the account is suspended
  kUncovered,    // the certificate is not good for the domains that use the chain, or that would use it
  kNotYetValid,  // domains would use it, and its validity has not begun
  kExpired,      // domains would use it, or it would be current again, and its validity has ended
  kBound,        // domains use the chain
  kKept,         // the command's own condition does not hold
  kStale,        // the chain's current version is not the one that was judged: read it and try again
  kOvertaken,    // the chain has a version with a larger CertID
  kInUse,        // something else needs it: `names` tell what
  kFull,         // the vhost would have more domains than it may
};

enum class Subject : std::uint8_t {
  kChain,
  kVersion,
  kProject,
  kDomain,
  kAccount,
  kAccountName,
  kAccessKey,
  kEdge,
  kNotifyChannel,
  kAuditRecord,
  kVhost,
  kMasterKey,
  kPolicy,
  kStore,
};

// Says why a command has no effect.
struct Refusal {
  Reason reason = Reason::kAbsent;
  Subject subject = Subject::kStore;
  // The names that the refusal is about, if it tells them: all the domains for kUncovered, kNotYetValid and kBound,
  // for kInUse what stands in the way, in words; otherwise one name. The name of a project that does not exist is as it
  // was sent, whatever that is. An access key is named only when it was to be made: a secret may have been sent in
  // place of an id.
  std::vector<std::string> names = {};
  std::optional<base::Time> begins = {};  // for kNotYetValid: when the validity begins

  bool operator==(const Refusal&) const = default;
};

template <typename Effect>
using Decision = std::variant<Effect, Refusal>;

// The effect of commands with only one effect.
enum class Effect : std::uint8_t {
  kWrite,
  kNothing,  // the state is already as requested
};

}  // namespace livecert::domain

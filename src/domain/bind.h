#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/live_domain.h"
#include "domain/put_version.h"

// The decisions about which chain a domain uses, as pure functions of what a transaction read.
namespace livecert::domain {

// Makes a domain use a chain in place of what it used before.
struct Bind {
  std::string domain;
  base::ChainId chain;
  base::CertId judged;                 // the chain's current version when its names were read
  std::vector<std::string> dns_names;  // of that version's leaf
  TlsSwitches tls;
  bool register_domain = false;  // when nobody has the domain: make it for the caller, in the chain's project
};

struct BindState {
  AccountStatus account_status = AccountStatus::kActive;
  std::optional<ChainState> chain;
  std::optional<LiveDomain> domain;
  std::optional<Binding> binding;  // the domain's
};

enum class BindVerdict : std::uint8_t {
  kBind,
  kRegisterAndBind,
  kConverged,  // the domain uses the chain already, with the same switches
  kChainAbsent,
  kDomainAbsent,
  kForeignChain,
  kForeignDomain,
  kForbidden,  // the project of the chain or of the domain is outside the caller's limits
  kInactive,
  kStale,  // `judged` is not current any more: read it again
  kUncovered,
  kNotYetValid,
  kExpired,
};

[[nodiscard]] BindVerdict decide(const Caller& caller, const Bind& command, const BindState& state, base::Time now);

// Makes an earlier version of a chain current again.
struct Rollback {
  base::ChainId chain;
  base::CertId version;
  std::vector<std::string> dns_names;  // of that version's leaf
  std::string representative = {};     // representative_domain() of it
};

struct RollbackState {
  AccountStatus account_status = AccountStatus::kActive;
  std::optional<ChainState> chain;
  std::vector<std::string> bound_domains;  // of the chain
  struct Version {
    base::Time not_before;
    base::Time not_after;
  };
  std::optional<Version> version;  // nullopt: the chain has no such version
};

enum class RollbackVerdict : std::uint8_t {
  kMakeCurrent,
  kConverged,  // it is current
  kChainAbsent,
  kVersionAbsent,
  kForeign,
  kForbidden,
  kInactive,
  kUncovered,
  kNotYetValid,
  kExpired,  // whether bound or not: nothing valid is replaced by what has expired
};

[[nodiscard]] RollbackVerdict decide(const Caller& caller, const Rollback& command, const RollbackState& state,
                                     base::Time now);

// Removes a chain with all its versions. `only_if_superseded_and_expired_before`: what pruning adds as a condition.
struct DeleteChain {
  base::ChainId chain;
  std::optional<base::Time> only_if_superseded_and_expired_before;
};

struct DeleteState {
  AccountStatus account_status = AccountStatus::kActive;
  std::optional<ChainState> chain;
  std::vector<std::string> bound_domains;
  bool superseded = false;
};

enum class DeleteVerdict : std::uint8_t {
  kDelete,
  kChainAbsent,
  kForeign,
  kForbidden,
  kBound,
  kInactive,
  kKept,  // the condition does not hold
};

[[nodiscard]] DeleteVerdict decide(const Caller& caller, const DeleteChain& command, const DeleteState& state);

// Whether the caller may change or remove what it names; of any account, nullopt: nobody has it.
enum class DomainVerdict : std::uint8_t { kAllowed, kAbsent, kForeign, kForbidden, kInactive };

[[nodiscard]] DomainVerdict decide_change(const Caller& caller, AccountStatus account_status,
                                          const std::optional<LiveDomain>& domain);

}  // namespace livecert::domain

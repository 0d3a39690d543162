#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/decision.h"
#include "domain/live_domain.h"
#include "domain/put_version.h"

// The decisions about which chain a domain uses, as pure functions of the rows that a transaction read.
namespace livecert::domain {

// Makes a domain use a chain instead of its former one.
struct Bind {
  DomainName domain;
  base::ChainId chain;
  base::CertId judged;                 // the chain's current version when its names were read
  std::vector<std::string> dns_names;  // of that version's leaf
  TlsSwitches tls;
  bool register_domain = false;  // if no account has the domain, create it for the caller in the chain's project
};

struct BindState {
  std::optional<AccountStatus> account_status = AccountStatus::kActive;  // of the caller; nullopt: there is none
  std::optional<ChainState> chain;
  std::optional<LiveDomain> domain;
  std::optional<Binding> binding;  // the domain's
  std::size_t in_vhost = 0;        // domains of the vhost that registered_domain() would join
};

enum class BindEffect : std::uint8_t {
  kBind,
  kRegisterAndBind,
  kNothing,  // the domain uses the chain already, with the same options
};

// Refusals: kInactive; kAbsent, kForeign and kForbidden of chain, domain and their projects; kStale when `judged` is
// not current any more; kUncovered, kExpired, kNotYetValid; kFull when the domain would have to be made.
[[nodiscard]] Decision<BindEffect> decide(const Caller& caller, const Bind& command, const BindState& state,
                                          base::Time now);

// Makes several domains use one chain: all of them or, if one may not, none. Each domain once.
struct BindDomains {
  Bind bind;  // of each; its domain is not looked at
  std::vector<DomainName> domains;

  // `bind` of one of the domains, in the place of the one before: names of certificates are many, and not copied.
  [[nodiscard]] static const Bind& of(Bind& bind, const DomainName& domain);
};

// The effects in the order of the domains. Refusals: those of one bind. The refusal is that of the first domain which
// has one, and names every other domain with the same reason too.
[[nodiscard]] Decision<std::vector<BindEffect>> decide(const Caller& caller, const BindDomains& command,
                                                       std::vector<BindState> states, base::Time now);

// The domain that kRegisterAndBind makes.
[[nodiscard]] LiveDomain registered_domain(const DomainName& name, const ChainState& chain, base::Time now);

// The time of a new binding. `last`: the latest such time among the chain's other domains. Lists show them in this
// order, which a clock that was set back must not reverse.
[[nodiscard]] base::Time next_bound_at(base::Time now, const std::optional<base::Time>& last);

// Whether a chain that lost its last domain to `next` counts as superseded by it: only a chain that was made later
// supersedes.
[[nodiscard]] bool supersedes(Position next, Position former);

// Makes an earlier version of a chain current again.
struct Rollback {
  base::ChainId chain;
  base::CertId version;
  std::vector<std::string> dns_names;       // of that version's leaf
  std::string representative = {};          // representative_domain() of it
  std::optional<base::CertId> judged = {};  // as PutVersion::judged
};

struct RollbackState {
  std::optional<AccountStatus> account_status = AccountStatus::kActive;
  std::optional<ChainState> chain;
  std::vector<DomainName> bound_domains;  // of the chain
  struct Version {
    base::Time not_before;
    base::Time not_after;
  };
  std::optional<Version> version;  // nullopt: the chain has no such version
};

// kExpired whether the chain is bound or not: an expired version never replaces a valid one.
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const Rollback& command, const RollbackState& state,
                                      base::Time now);

// Removes a chain with all its versions. Pruning adds the condition `only_if_superseded_and_expired_before`.
struct DeleteChain {
  base::ChainId chain;
  std::optional<base::Time> only_if_superseded_and_expired_before;
  std::optional<base::CertId> judged = {};  // as PutVersion::judged
};

struct DeleteState {
  std::optional<AccountStatus> account_status = AccountStatus::kActive;
  std::optional<ChainState> chain;
  std::vector<DomainName> bound_domains;
  bool superseded = false;
};

// kBound, and kKept when the condition does not hold.
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const DeleteChain& command, const DeleteState& state);

}  // namespace livecert::domain

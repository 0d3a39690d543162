#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/bind.h"
#include "domain/decision.h"
#include "domain/live_domain.h"

// The decisions about domains themselves, as pure functions of the rows that a transaction read.
namespace livecert::domain {

// Makes all of them or none, each name once, all for the caller's account. A domain that exists already, equal except
// for its tags, time and status, is not an error.
struct CreateDomains {
  struct New {
    LiveDomain domain;
    std::optional<Bind> bind;  // its `domain` is the same name; a binding to that chain stays as it is
  };
  std::vector<New> domains;
};

struct CreateDomainsState {
  struct Each {
    bool project_exists = false;
    std::optional<LiveDomain> domain;  // the domain that has this name now
    std::optional<Binding> binding;    // of it
    std::optional<ChainState> chain;   // of `bind`
  };
  std::optional<AccountStatus> account_status = AccountStatus::kActive;
  std::vector<Each> domains;                    // one for each of the command's
  std::map<std::string, std::size_t> in_vhost;  // how many domains the caller's account has there now
};

// The effect on one of the domains.
struct NewDomainEffect {
  bool insert = false;
  bool bind = false;
};

// The first refused domain decides: kForbidden and kAbsent of its project; kForeign, or kTaken when it exists with
// other properties; any refusal of its bind. Then kFull of the vhosts.
[[nodiscard]] Decision<std::vector<NewDomainEffect>> decide(const Caller& caller, const CreateDomains& command,
                                                            const CreateDomainsState& state, base::Time now);

// For a domain of the caller's account; `domain` is nullopt if no account has it. Refusals: kInactive, kAbsent,
// kForeign, kForbidden.
[[nodiscard]] std::optional<Refusal> refuse_change(const Caller& caller,
                                                   const std::optional<AccountStatus>& account_status,
                                                   const DomainName& name, const std::optional<LiveDomain>& domain);

// kFull when a vhost with `present` domains cannot take `added` more.
[[nodiscard]] std::optional<Refusal> refuse_vhost(const std::string& vhost, std::size_t present, std::size_t added);

// Also removes its binding.
struct DeleteDomain {
  DomainName domain;
};

struct SetDomainStatus {
  DomainName domain;
  DomainStatus status;
};

struct SetDomainVhost {
  DomainName domain;
  std::string vhost;
  std::optional<DomainName> vhost_of = {};  // instead of `vhost`: the vhost of this domain
};

struct Unbind {
  DomainName domain;
};

// The state of a domain that a command reads.
struct DomainState {
  std::optional<AccountStatus> account_status = AccountStatus::kActive;  // of the caller
  std::optional<LiveDomain> domain;
  bool is_bound = false;
};

// Refusals: those of refuse_change().
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const DeleteDomain& command, const DomainState& state);
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const SetDomainStatus& command, const DomainState& state);
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const Unbind& command, const DomainState& state);

struct VhostState {
  DomainState domain;
  std::optional<LiveDomain> other;  // SetDomainVhost::vhost_of
  std::size_t in_vhost = 0;         // domains of the caller's account in wanted_vhost()
};

// The vhost that the command asks for; `other` is the domain SetDomainVhost::vhost_of, nullopt if no account has it.
[[nodiscard]] std::string wanted_vhost(const SetDomainVhost& command, const std::optional<LiveDomain>& other);

// Refusals: those of refuse_change() for both domains, kFull.
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const SetDomainVhost& command, const VhostState& state);

// Moves a domain to another account, into its `default` project and without its binding. The service decides who may do
// that.
struct MoveDomain {
  DomainName domain;
  base::AccountId account;
};

struct MoveState {
  std::optional<AccountStatus> account_status = AccountStatus::kActive;  // of the caller
  std::optional<LiveDomain> domain;
  bool account_exists = false;  // MoveDomain::account
  std::size_t in_vhost = 0;     // domains of that account in the domain's vhost
};

// Refusals: kInactive, kAbsent of the domain or the account, kFull.
[[nodiscard]] Decision<Effect> decide(const MoveDomain& command, const MoveState& state);

}  // namespace livecert::domain

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/chain.h"
#include "domain/decision.h"
#include "domain/domain_name.h"

// The decision about one upload, as a pure function of the rows that a transaction read.
namespace livecert::domain {

// An upload that is ready to be stored: a new chain, or a new version of `target`.
struct PutVersion {
  std::optional<base::ChainId> target;  // absent: create
  base::ChainId chain;                  // the target, or the id a new chain will get
  base::CertId version;                 // the id the new version will get
  std::optional<std::string> name;      // absent on update: keep
  std::optional<std::string> project;   // absent: `default` on create, keep on update
  bool converge_duplicates = true;      // an equal chain of the same account and project is the answer
  std::vector<std::string> dns_names;   // of the leaf; must cover the domains bound to the target
  std::string representative;           // representative_domain() of the leaf
  // Of the target, including this one; older ones are deleted, the current one never. Absent: all are kept.
  std::optional<int> keep_versions;
  VersionContent content;
  // Of a caller that is limited to domains: the target's current version, whose names were found within these.
  std::optional<base::CertId> judged = {};
};

// The state of a chain that a decision needs.
struct ChainState {
  base::AccountId account;
  std::string project;
  std::string name;
  base::CertId current;
  Digest content_digest{};  // of the current version
  base::Time not_before;    // of the current version
  base::Time not_after;
  Position made_at = 0;
};

// The rows that the transaction read for the decision.
struct PutState {
  // The status of the caller's account; nullopt: the account does not exist.
  std::optional<AccountStatus> account_status = AccountStatus::kActive;
  bool project_exists = true;        // of PutVersion::project; true when that is absent
  std::optional<ChainState> target;  // the row of PutVersion::target
  struct Claim {
    base::ChainId chain;
    base::CertId current;
  };
  std::optional<Claim> claimed_by;        // the chain of this account and project that holds equal content
  std::vector<DomainName> bound_domains;  // of the target or the claimant, in the order they were bound
  // Whether the store already has the command's ids. Only a decision to write looks at them.
  bool is_chain_taken = false;
  bool is_version_taken = false;
  std::vector<base::CertId> versions = {};  // that the target has
};

enum class PutEffect : std::uint8_t {
  kInsertChain,    // write a chain, its first version and its claim
  kInsertVersion,  // write a version, make it current, move the claim; name and project follow if sent
  kRelabel,        // equal content: only name or project change
  kNothing,        // the content is there already
};

// Refuses an account, chain or project that is absent, foreign, forbidden or inactive (kChain, kProject, kAccount), ids
// that are taken (kChain, kVersion), a version that comes too late (kOvertaken), and a version that cannot serve the
// domains bound to the target (kUncovered, kNotYetValid).
[[nodiscard]] Decision<PutEffect> decide(const Caller& caller, const PutVersion& command, const PutState& state,
                                         base::Time now);

// The chain that holds the content after the effect.
struct Holder {
  base::ChainId chain;
  base::CertId version;
  std::optional<DomainName> domain = {};  // the domain that was bound to the chain first
};
[[nodiscard]] Holder holder_after(const PutVersion& command, const PutState& state, PutEffect effect);

// The versions of a chain to delete, so that `keep` are left: the current one and the newest of the others.
[[nodiscard]] std::vector<base::CertId> versions_to_drop(std::vector<base::CertId> versions, base::CertId current,
                                                         int keep);

// Changes the name, the project or both; an absent one stays.
struct RelabelChain {
  base::ChainId chain;
  std::optional<std::string> name;
  std::optional<std::string> project;
  std::optional<base::CertId> judged = {};  // as PutVersion::judged
};

// `state` as for an update.
[[nodiscard]] Decision<Effect> decide(const Caller& caller, const RelabelChain& command, const PutState& state);

// Of a caller that is limited to domains. kForbidden of the first name that is outside; of a certificate without DNS
// names, its representative one counts.
[[nodiscard]] std::optional<Refusal> refuse_names(const Caller& caller, const std::vector<std::string>& dns_names,
                                                  const std::string& representative);
// kStale unless the chain's current version is the one whose names were checked.
[[nodiscard]] std::optional<Refusal> refuse_unjudged(const Caller& caller, const ChainState& chain,
                                                     const std::optional<base::CertId>& judged);

// Clocks of clients and servers may differ by this much unnoticed.
inline constexpr base::Seconds kClockSkew = std::chrono::minutes(5);

// The domains that the names do not cover, in their order.
[[nodiscard]] std::vector<DomainName> uncovered(const std::vector<std::string>& dns_names,
                                                const std::vector<DomainName>& domains);

}  // namespace livecert::domain

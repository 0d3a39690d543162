#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/record.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/chain.h"
#include "domain/change_kind.h"
#include "domain/live_domain.h"
#include "domain/master_key.h"
#include "domain/notice.h"
#include "domain/receipt.h"
#include "store/command.h"

// The reads of a store.
namespace livecert::store {

// Everything that authentication needs, in one read.
struct Credential {
  domain::AccessKey access_key;
  domain::Account account;
  base::SealedBytes wrapped_account_key;
  // The policies attached to the account and to the key, each with its text; empty for one that the store does not
  // have, such as a ready one.
  struct Policy {
    std::string name;
    std::string document;
    bool is_of_account = false;
  };
  std::vector<Policy> policies = {};
};

// A policy that was put into the store.
struct StoredPolicy {
  std::string name;
  std::string document;
  base::Time changed_at;
};

struct WrappedKey {
  base::AccountId account;
  base::SealedBytes key;
};

// How many items (accounts' keys, settings, secrets of channels) are sealed under a master key.
struct SealedCount {
  std::string key;  // its id; empty: the items name none
  std::int64_t items = 0;
};

// What a store has written down about its master keys.
struct StoredMasterKeys {
  std::vector<domain::MasterKey> keys;
  std::vector<SealedCount> sealed;
};

// Selects chains of one account. Empty members do not restrict.
struct ChainFilter {
  base::AccountId account;
  std::vector<std::string> projects;         // any of these; empty: all
  std::optional<std::string> name_contains;  // ignoring ASCII case
  std::optional<bool> expired;               // as of `now`
  std::optional<std::string> domain;         // bound to this domain
  std::optional<bool> superseded;
  std::optional<base::Time> expires_before;  // the leaf
  std::optional<base::Time> ends_before;     // the whole chain (domain::ChainSummary::ends_at)
  bool bound_only = false;                   // only chains that a domain uses
  std::optional<std::string> id_prefix;      // 1 to 32 lower-case hexadecimal digits
  base::Time now;
};

// Selects domains of one account. Empty members do not restrict.
struct DomainFilter {
  base::AccountId account;
  std::vector<std::string> projects;
  std::vector<std::string> names;
  std::vector<std::string> vhosts;
  std::vector<std::string> types;
  std::vector<std::string> regions;
  std::vector<domain::DomainStatus> statuses;
  std::optional<base::ChainId> chain;  // only domains that use it
  bool bound_only = false;
  std::optional<bool> https = {};  // whether the binding has HTTPS on
};

struct DomainDetail {
  domain::LiveDomain domain;  // without its tags, which may be large: find_tags()
  std::optional<domain::Binding> binding;
  // Facts of the bound chain and its current version.
  std::string chain_name;
  base::CertId version;
  base::Time not_before;
  base::Time not_after;
  base::Time ends_at;       // as domain::ChainSummary::ends_at
  std::string cert_domain;  // the name by which it covers the domain
  std::string push_domain;  // the first of type push with the same account and vhost; empty when there is none
};

struct DomainPage {
  std::int64_t total = 0;             // matching the filter
  std::vector<DomainDetail> domains;  // newest first
};

// A domain that uses a chain, with the facts that edges need.
struct BoundDomain {
  domain::DomainName name;
  base::AccountId account;
  std::string project;
  domain::DomainStatus status = domain::DomainStatus::kNormal;
  domain::Binding binding;
  base::CertId version;       // the chain's current one
  base::Time ends_at;         // as domain::ChainSummary::ends_at
  base::Time begins_at = {};  // when its validity begins

  bool operator==(const BoundDomain&) const = default;
};

// Selects receipts. Empty members do not restrict.
struct ReceiptFilter {
  std::optional<std::string> edge = {};
  std::optional<std::string> domain = {};
  std::optional<base::ChainId> chain = {};
  std::optional<base::CertId> version = {};
};

struct StoredEdge {
  std::string name;
  std::string definition;
};

// A channel for notices. The secret is sealed; service/notify_channels.h opens it.
struct StoredNotifyChannel {
  std::string name;
  std::string definition;
  base::SealedBytes secret;
  domain::ChannelState state;
};

// A chain with its end, for monitoring.
struct EndingChain {
  base::ChainId chain;
  base::CertId version;  // the current one
  base::Time ends_at;    // as domain::ChainSummary::ends_at

  bool operator==(const EndingChain&) const = default;
};

// The chains of one project by when clients begin to refuse them (domain::ChainSummary::ends_at), for monitoring.
// ChainCounts, which lists show, counts by the leaf.
struct EndCounts {
  std::int64_t valid = 0;    // more than domain::kClosingWindow is left
  std::int64_t closing = 0;  // at most that is left
  std::int64_t ended = 0;

  bool operator==(const EndCounts&) const = default;
};

// A position in a list; default: before the first item.
struct Cursor {
  std::int64_t position = 0;
};

struct ChainPage {
  std::vector<domain::ChainSummary> chains;  // newest first
  std::optional<Cursor> next;                // the start of the next page; nullopt at the end
};

struct BoundPage {
  std::vector<BoundDomain> domains;  // in the order of their creation
  std::optional<Cursor> next;        // the start of the next page; nullopt at the end
};

struct ChainCounts {
  std::int64_t total = 0;    // matching the filter
  std::int64_t active = 0;   // matching without `expired`, and not expired
  std::int64_t expired = 0;  // matching without `expired`, and expired
  std::int64_t closing = 0;  // the active ones that end within domain::kClosingWindow
};

// The counts of a list and one page of it, both of the same moment.
struct CountedPage {
  ChainCounts counts;
  ChainPage page;
};

// One committed write, in commit order. Numbers may skip, changes may not: readers resume after the last position that
// they saw.
struct Change {
  std::int64_t position = 0;
  std::optional<domain::ChangeKind> kind;  // nullopt: a kind of a newer release, which this one does not know
  base::AccountId account;
  std::string subject;  // the id of the changed thing
};

// Which records of the audit a read returns. What is absent admits all.
struct AuditFilter {
  std::int64_t after = 0;              // positions above this one
  std::optional<std::int64_t> before;  // and below this one
  bool newest_first = false;
  std::optional<base::AccountId> account;  // whose key it was
  std::optional<std::string> access_key_id;
  std::optional<std::string> action;
  std::optional<std::string> subject;
  std::optional<std::string> peer_address;
  std::optional<std::string> kind;
  std::optional<base::Time> from;  // not earlier than this
  std::optional<base::Time> to;    // earlier than this
};

using AuditRecord = audit::Record;

// The state of a store at one moment: all reads of one snapshot see the same state. It holds a connection and keeps the
// log from being reset, so release it soon, and never wait for a second one while you hold one. Used by one thread; the
// store must outlive it. Errors: kStoreFailure; kDeadlineExceeded when the thread's work is no longer needed
// (base/given_up.h).
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;

  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> find_vault_header() = 0;

  // In the order of their ids.
  [[nodiscard]] virtual base::Result<std::vector<domain::MasterKey>> list_master_keys() = 0;
  // The keys that seal anything, and how many items each.
  [[nodiscard]] virtual base::Result<std::vector<SealedCount>> count_sealed() = 0;
  // At most `limit` accounts' keys after this account, by account.
  [[nodiscard]] virtual base::Result<std::vector<WrappedKey>> list_account_keys(base::AccountId after,
                                                                                std::int64_t limit) = 0;
  // The sealed ones among the service's own values.
  [[nodiscard]] virtual base::Result<std::vector<PutSetting>> list_sealed_settings() = 0;

  [[nodiscard]] virtual base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) = 0;
  [[nodiscard]] virtual base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) = 0;
  [[nodiscard]] virtual base::Result<std::optional<domain::Account>> find_account(base::AccountId account) = 0;
  [[nodiscard]] virtual base::Result<std::vector<domain::Account>> list_accounts() = 0;
  // Sorted by name.
  [[nodiscard]] virtual base::Result<std::vector<StoredPolicy>> list_policies() = 0;
  // Sorted by account, the account itself before its keys; at most `limit`.
  [[nodiscard]] virtual base::Result<std::vector<domain::PolicyHolder>> list_holders(const std::string& policy,
                                                                                     std::int64_t limit) = 0;
  // Without the sealed secrets.
  [[nodiscard]] virtual base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) = 0;
  // In the order of creation, after `default`, which every account has.
  [[nodiscard]] virtual base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) = 0;

  // find_chain() returns the chain with its current version. find_version() returns that version, whose id and validity
  // are then in the summary. Both search all accounts: the caller decides who may see the result.
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) = 0;
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) = 0;
  // The same without the domains in the summary, of which there may be a hundred thousand.
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_chain_alone(
      const base::ChainId& chain) = 0;
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_version_alone(base::CertId version) = 0;
  // The kept versions of a chain, newest first; empty when it does not exist.
  [[nodiscard]] virtual base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) = 0;
  // The largest id of a version in the store; 0 without one.
  [[nodiscard]] virtual base::Result<base::CertId> largest_version() = 0;
  // The sealed private key of a version, for the edges that serve it.
  [[nodiscard]] virtual base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) = 0;
  // The issuers' certificates with this subject that were ever uploaded in chains of this account, each once.
  [[nodiscard]] virtual base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account,
                                                                            base::ByteView subject_der) = 0;
  // Returns what submit() would answer now; writes nothing, not even an audit row.
  [[nodiscard]] virtual base::Result<Outcome> preview(const Context& context, const PutVersion& command) = 0;
  [[nodiscard]] virtual base::Result<Outcome> preview_bind(const Context& context, const Bind& command) = 0;

  // At most `limit` (at least one) chains from `from` on, after it skips `skip` of them.
  [[nodiscard]] virtual base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                                            std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<ChainCounts> count_chains(const ChainFilter& filter) = 0;
  // The results of both, for about the price of one.
  [[nodiscard]] virtual base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip,
                                                            std::int64_t limit) = 0;

  // At most `limit` (at least one) chains of one project that end in [from, before), soonest first; empty when the
  // project does not exist.
  [[nodiscard]] virtual base::Result<std::vector<EndingChain>> list_ending(base::AccountId account,
                                                                           const std::string& project, base::Time from,
                                                                           base::Time before, std::int64_t limit) = 0;

  // Searches all accounts: the caller decides who may see the result.
  [[nodiscard]] virtual base::Result<std::optional<DomainDetail>> find_domain(const domain::DomainName& name) = 0;
  [[nodiscard]] virtual base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip,
                                                              std::int64_t limit) = 0;
  // In the order of their keys; empty when the domain does not exist.
  [[nodiscard]] virtual base::Result<std::vector<domain::Tag>> find_tags(const domain::DomainName& domain) = 0;

  // Lists the domains of all accounts. Read last_change() before and follow changes() after it, to have all bindings at
  // every moment.
  [[nodiscard]] virtual base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) = 0;
  // At most `limit` (at least one), those whose chain ends soonest first. Reads all of them.
  [[nodiscard]] virtual base::Result<std::vector<BoundDomain>> list_bound_by_end(std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::optional<BoundDomain>> find_bound(const domain::DomainName& domain) = 0;
  [[nodiscard]] virtual base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) = 0;

  // Sorted by domain, then edge, then newest version first. They tell what KeepSeen told of their edges.
  [[nodiscard]] virtual base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) = 0;
  // Sorted by name.
  [[nodiscard]] virtual base::Result<std::vector<StoredEdge>> list_edges() = 0;
  // Sorted by name.
  [[nodiscard]] virtual base::Result<std::vector<StoredNotifyChannel>> list_notify_channels() = 0;
  // What one channel was told about facts that last, sorted by fact.
  [[nodiscard]] virtual base::Result<std::vector<domain::Told>> list_told(const std::string& channel) = 0;

  // The position of the last change; 0 if there is none.
  [[nodiscard]] virtual base::Result<std::int64_t> last_change() = 0;
  [[nodiscard]] virtual base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) = 0;
  // At most `limit` records. Reads every record between `after` and `before` when few of them match, so bound those.
  [[nodiscard]] virtual base::Result<std::vector<AuditRecord>> audit(const AuditFilter& filter, std::int64_t limit) = 0;
  // At most `limit` checkpoints at positions above `after`, in their order.
  [[nodiscard]] virtual base::Result<std::vector<audit::Checkpoint>> list_checkpoints(std::int64_t after,
                                                                                      std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::optional<audit::Checkpoint>> newest_checkpoint() = 0;

  // Of one project, for monitoring; all zero when the project does not exist.
  [[nodiscard]] virtual base::Result<EndCounts> count_ends(base::AccountId account, const std::string& project,
                                                           base::Time now) = 0;
};

[[nodiscard]] inline base::Result<StoredMasterKeys> read_master_keys(Snapshot& snapshot) {
  StoredMasterKeys stored;
  TRY_ASSIGN(stored.keys, snapshot.list_master_keys());
  TRY_ASSIGN(stored.sealed, snapshot.count_sealed());
  return stored;
}

}  // namespace livecert::store

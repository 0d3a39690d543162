#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/administration.h"
#include "domain/bind.h"
#include "domain/chain.h"
#include "domain/decision.h"
#include "domain/domain_changes.h"
#include "domain/live_domain.h"
#include "domain/put_version.h"
#include "domain/receipt.h"

// The persistence port: what livecert asks of a store, stated as laws that every adapter keeps and that the contract
// suite (tests/store) checks.
//
// 1. submit() applies a command wholly or not at all, together with its audit row and its change row. Receipts have
//    neither: they are what an edge showed, and nobody's order.
// 2. kDone or kConverged is answered only when the state it reports would survive a power cut.
// 3. Commands take effect one after another, in some order; a read that begins after submit() returned sees its effect.
// 4. Every decision is made inside the transaction, on the state at that moment.
// 5. A command whose deadline passed before it was begun is not begun (kDeadlineExceeded).
// 6. kUnknown is answered only when the adapter cannot find out; everything else is certain.
// 7. An upload converges on the chain of the same account and project whose current version has held equal content the
//    longest; of many concurrent equal uploads one makes the chain and the others converge on it. Updates never do:
//    they may make two chains equal.
// 8. Account and project names are compared byte for byte; domain names arrive in lower case.
// 9. A domain has one owner among all accounts and uses at most one chain; a chain that is bound is never removed, and
//    its current version always covers what is bound to it.
// 10. When a bind takes the last domain of a chain away in favour of one that was made later, the former is superseded
//    by the latter, until a domain is bound to it again or it gets a new version.
// 11. A command that changes with what a domain is to be served begins its receipts of that version anew: they told of
//    an earlier order.
// 12. A topic's generation has grown by the time submit() answers, whenever one of its reads would answer otherwise
// than before: what was read at a generation, which was asked for first, holds for as long as that is the generation.
// All functions may be called from every thread.
namespace livecert::store {

// Who asks for a write, for the audit row; and by when.
struct Context {
  domain::Caller caller;
  std::string action;  // the API action, or the name of an internal step
  std::string request_id;
  std::string peer_address;
  base::Time at;
  base::SteadyTime deadline;
};

using PutVersion = domain::PutVersion;
using RelabelChain = domain::RelabelChain;
using Rollback = domain::Rollback;
using DeleteChain = domain::DeleteChain;
using Bind = domain::Bind;
using Unbind = domain::Unbind;
using CreateDomains = domain::CreateDomains;
using DeleteDomain = domain::DeleteDomain;
using SetDomainStatus = domain::SetDomainStatus;
using SetDomainVhost = domain::SetDomainVhost;
using MoveDomain = domain::MoveDomain;
using Initialise = domain::Initialise;
using CreateAccount = domain::CreateAccount;
using SetAccountStatus = domain::SetAccountStatus;
using CreateAccessKey = domain::CreateAccessKey;
using SetAccessKeyEnabled = domain::SetAccessKeyEnabled;
using CreateProject = domain::CreateProject;

// A named value of the service's own, such as its sealed TLS identity; replaces what was there.
struct PutSetting {
  std::string name;
  base::Bytes value;
};

// Each in place of the one with the same edge, domain and version. Those of the same edge and domain whose versions are
// gone are forgotten along the way.
struct KeepReceipts {
  std::vector<domain::Receipt> receipts;
};

struct ForgetReceipts {
  std::string edge;
  std::vector<std::string> domains;
};

// An edge that was added through the API; `definition` is the service's own text. Replaces the one of that name.
struct PutEdge {
  std::string name;
  std::string definition;
};

struct DeleteEdge {
  std::string name;
};

using Command = std::variant<PutVersion, Initialise, CreateAccount, SetAccountStatus, CreateAccessKey,
                             SetAccessKeyEnabled, CreateProject, PutSetting, RelabelChain, Rollback, DeleteChain, Bind,
                             Unbind, CreateDomains, DeleteDomain, SetDomainStatus, SetDomainVhost, MoveDomain,
                             KeepReceipts, ForgetReceipts, PutEdge, DeleteEdge>;

enum class OutcomeKind : std::uint8_t {
  kDone,
  kConverged,         // already so; nothing was written
  kRefused,           // the rules forbid it; nothing was written
  kConflict,          // still contended after the adapter's own retries; nothing was written
  kUnavailable,       // the store failed; nothing was written
  kDeadlineExceeded,  // not begun in time; nothing was written
  kUnknown,           // it may or may not have been written
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kUnavailable;
  std::string why = {};      // of kConflict, kUnavailable and kUnknown: what failed, for the log
  base::ChainId chain = {};  // of PutVersion: the chain that holds the content now
  base::CertId version = {};
  std::optional<std::string> domain = {};       // of PutVersion: the one that was bound to the chain first
  std::optional<domain::Refusal> refusal = {};  // of kRefused

  // nullopt: it is not refused.
  [[nodiscard]] std::optional<domain::Reason> reason() const;
  [[nodiscard]] std::optional<domain::Subject> subject() const;
};

[[nodiscard]] Outcome refused(domain::Refusal refusal);

// Everything authentication needs, read at once.
struct Credential {
  domain::AccessKey access_key;
  domain::Account account;
  base::SealedBytes wrapped_account_key;
};

// Which chains of one account. Empty members do not restrict.
struct ChainFilter {
  base::AccountId account;
  std::vector<std::string> projects;         // any of these; empty: all
  std::optional<std::string> name_contains;  // without regard to ASCII case
  std::optional<bool> expired;               // as of `now`
  std::optional<std::string> domain;         // bound to it
  std::optional<bool> superseded;
  std::optional<base::Time> expires_before;
  std::optional<std::string> id_prefix;  // 1 to 32 lower-case hexadecimal digits
  base::Time now;
};

// Which domains of one account. Empty members do not restrict.
struct DomainFilter {
  base::AccountId account;
  std::vector<std::string> projects;
  std::vector<std::string> names;
  std::vector<std::string> vhosts;
  std::vector<std::string> types;
  std::vector<std::string> regions;
  std::vector<domain::DomainStatus> statuses;
  std::optional<base::ChainId> chain;  // only those that use it
  bool bound_only = false;
  std::optional<bool> https = {};  // whether what is bound has HTTPS switched on
};

struct DomainDetail {
  domain::LiveDomain domain;  // without its tags, which may be large: find_tags()
  std::optional<domain::Binding> binding;
  // Of the bound chain and its current version.
  std::string chain_name;
  base::CertId version;
  base::Time not_before;
  base::Time not_after;
  std::string cert_domain;  // by which of its names it covers the domain
  std::string push_domain;  // the first of type push with the same account and vhost; empty when there is none
};

struct DomainPage {
  std::int64_t total = 0;             // that match the filter
  std::vector<DomainDetail> domains;  // newest first
};

// A domain that uses a chain, as those who serve it need it.
struct BoundDomain {
  std::string name;
  base::AccountId account;
  std::string project;
  domain::DomainStatus status = domain::DomainStatus::kNormal;
  domain::Binding binding;
  base::CertId version;  // the chain's current one
  base::Time not_after;  // of that version

  bool operator==(const BoundDomain&) const = default;
};

// Which receipts. Empty members do not restrict.
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

// A place in a list; default: before the first.
struct Cursor {
  std::int64_t position = 0;
};

struct ChainPage {
  std::vector<domain::ChainSummary> chains;  // newest first
  std::optional<Cursor> next;                // where the following page begins; nullopt at the end
};

struct BoundPage {
  std::vector<BoundDomain> domains;  // in the order they were made
  std::optional<Cursor> next;        // where the following page begins; nullopt at the end
};

struct ChainCounts {
  std::int64_t total = 0;    // that match the filter
  std::int64_t active = 0;   // of those that match without `expired`: not expired …
  std::int64_t expired = 0;  // … expired …
  std::int64_t closing = 0;  // … not expired but within domain::kClosingWindow
};

// The counts of a list and a page of it, both of one moment.
struct CountedPage {
  ChainCounts counts;
  ChainPage page;
};

// One committed write, in commit order without gaps in meaning: readers resume after the last position they saw.
struct Change {
  std::int64_t position = 0;
  std::string kind;  // "chain", "domain", "account", "access_key", "project", "setting", "edge"
  base::AccountId account;
  std::string subject;  // the id of the thing that changed
};

struct AuditRecord {
  std::int64_t position = 0;
  base::Time at;
  base::AccountId account;
  std::string access_key_id;
  std::string action;
  std::string request_id;
  std::string peer_address;
  std::string subject;
};

// What others keep of their reads: find_credential() and find_account_key(), find_issuers().
enum class Topic : std::uint8_t { kAccess, kIssuers };

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Hands a command over. `done` is called once with its outcome, on a thread of the store's or already on this one; it
  // must not block and must not throw, since other commands wait meanwhile.
  using Done = std::function<void(Outcome)>;
  virtual void submit_async(Context context, Command command, Done done) = 0;
  // Blocks until the outcome is known.
  [[nodiscard]] Outcome submit(const Context& context, Command command);

  // Does not block. It means nothing to another process, or after a restart.
  [[nodiscard]] virtual std::uint64_t generation(Topic topic) = 0;

  // Reads. Error: kStoreFailure.
  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> find_vault_header() = 0;
  [[nodiscard]] virtual base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) = 0;
  [[nodiscard]] virtual base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) = 0;

  // By chain: its current version. By version: that version, whose id and validity then stand in the summary. Of any
  // account: whether the caller may see it is the caller's to decide.
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) = 0;
  [[nodiscard]] virtual base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) = 0;
  // The sealed private key of a version, for the edges that serve it.
  [[nodiscard]] virtual base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) = 0;

  // At most `limit` (at least one) chains from `from` on, after skipping `skip` of them.
  [[nodiscard]] virtual base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                                            std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<ChainCounts> count_chains(const ChainFilter& filter) = 0;
  // What both say of one moment, for about the price of one.
  [[nodiscard]] virtual base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip,
                                                            std::int64_t limit) = 0;

  // Certificates of issuers that were ever uploaded in chains of this account and have this subject, each once.
  [[nodiscard]] virtual base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account,
                                                                            base::ByteView subject_der) = 0;

  // The versions that are kept of a chain, newest first; none when it does not exist.
  [[nodiscard]] virtual base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) = 0;
  // What submit() would answer at this moment; writes nothing, not even an audit row.
  [[nodiscard]] virtual base::Result<Outcome> preview(const Context& context, const PutVersion& command) = 0;

  // Of any account: whether the caller may see it is the caller's to decide.
  [[nodiscard]] virtual base::Result<std::optional<DomainDetail>> find_domain(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip,
                                                              std::int64_t limit) = 0;
  // In the order of their keys; none when the domain does not exist.
  [[nodiscard]] virtual base::Result<std::vector<domain::Tag>> find_tags(const std::string& domain) = 0;

  [[nodiscard]] virtual base::Result<std::optional<domain::Account>> find_account(base::AccountId account) = 0;
  [[nodiscard]] virtual base::Result<std::vector<domain::Account>> list_accounts() = 0;
  // Without their sealed secrets.
  [[nodiscard]] virtual base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) = 0;
  // In the order made; `default`, which every account has, comes first.
  [[nodiscard]] virtual base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) = 0;

  // Of all accounts. Together with last_change(), read before, and changes() after it: everything that is bound,
  // always.
  [[nodiscard]] virtual base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::optional<BoundDomain>> find_bound(const std::string& domain) = 0;
  [[nodiscard]] virtual base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) = 0;

  // By domain, then edge, then the newest version first.
  [[nodiscard]] virtual base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) = 0;
  // By name.
  [[nodiscard]] virtual base::Result<std::vector<StoredEdge>> list_edges() = 0;

  // The position of the last change, 0 when there was none.
  [[nodiscard]] virtual base::Result<std::int64_t> last_change() = 0;
  // Blocks until there is a change after the position, at most `wait`; whether there is one. Others' commits wake it.
  // Whoever waits must have returned before the store is destroyed.
  [[nodiscard]] virtual base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) = 0;
  [[nodiscard]] virtual base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::vector<AuditRecord>> audit(std::int64_t after, std::int64_t limit) = 0;
};

}  // namespace livecert::store

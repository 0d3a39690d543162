#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/record.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/chain.h"
#include "domain/change_kind.h"
#include "domain/live_domain.h"
#include "domain/master_key.h"
#include "domain/put_version.h"
#include "domain/receipt.h"
#include "store/command.h"

// The inner port: the reads and writes that commands (store/commands) need of an engine inside one open transaction, in
// the domain's terms. It makes no decision.
namespace livecert::store {

// These identify rows while the transaction is open.
enum class ProjectKey : std::int64_t {};
enum class DomainKey : std::int64_t {};

struct Owner {
  domain::AccountStatus status = domain::AccountStatus::kActive;
  std::optional<ProjectKey> project;  // with the requested name; nullopt: the account has none
};

struct AccessKeyRow {
  base::AccountId account;
  bool enabled = true;
};

struct ChainRow {
  domain::ChainState state;  // `made_at` identifies the row
  ProjectKey project{};
  bool is_superseded = false;
};

// A chain that holds some content as its current version.
struct ClaimRow {
  domain::PutState::Claim claim;
  domain::Position made_at = 0;
};

// The facts of its current version that a chain repeats.
struct CurrentVersion {
  base::CertId id;
  domain::Digest content_digest{};
  base::Time not_before;
  base::Time not_after;
  std::string representative;
};

// Changes to a chain; absent members stay.
struct ChainChange {
  std::optional<CurrentVersion> version = {};
  std::optional<std::string> name = {};
  std::optional<ProjectKey> project = {};
};

struct DomainRow {
  DomainKey key{};
  domain::LiveDomain domain;  // without its tags
  std::optional<domain::Binding> binding;
  domain::Position chain = 0;  // the chain that it uses, by its position; 0 without a binding
};

struct NewBinding {
  domain::Position chain = 0;
  domain::TlsSwitches tls;
  base::Time bound_at;
  std::string bound_by;
  std::string bound_from;
  std::string cert_domain;  // the name by which the chain's current version covers the domain
};

// Each command of a transaction sees the writes of those before it. Every function fails with the engine's error
// (kConflict or kStoreFailure); the transaction can then only be rolled back. Used by one thread.
class Rows {
 public:
  Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;

  // Announces the commands that follow in this transaction, so that an engine may read for all of them at once.
  [[nodiscard]] virtual base::Result<void> announce(std::span<const Command* const> group) = 0;
  // Sends writes that an engine may have held back. The last call before the commit.
  [[nodiscard]] virtual base::Result<void> flush() = 0;

  // The position in the log of the next append(), which is also the id of a chain, domain, project or access key that
  // is inserted before it. It grows in the order of the commits.
  [[nodiscard]] virtual domain::Position next_position() const = 0;
  // Appends the change and the audit record of one write to a subject of `owner`.
  [[nodiscard]] virtual base::Result<void> append(const Context& context, domain::ChangeKind kind,
                                                  base::AccountId owner, std::string_view subject) = 0;
  // Appends a record that is not about a write, and a change of kind kAudit. Position and hash are the store's.
  [[nodiscard]] virtual base::Result<void> append_record(audit::Record record) = 0;
  // The hash of the record at that position; nullopt: there is none.
  [[nodiscard]] virtual base::Result<std::optional<audit::Hash>> audit_hash(domain::Position position) = 0;
  [[nodiscard]] virtual base::Result<std::optional<audit::Checkpoint>> newest_checkpoint() = 0;
  [[nodiscard]] virtual base::Result<void> put_checkpoint(const audit::Checkpoint& checkpoint) = 0;
  [[nodiscard]] virtual base::Result<void> delete_audit_through(domain::Position position) = 0;

  // Whether the store holds a vault's header or an account.
  [[nodiscard]] virtual base::Result<bool> is_used() = 0;
  [[nodiscard]] virtual base::Result<void> insert_vault_header(base::ByteView header) = 0;

  // nullopt: there is no such account.
  [[nodiscard]] virtual base::Result<std::optional<domain::AccountStatus>> account_status(base::AccountId account) = 0;
  [[nodiscard]] virtual base::Result<std::optional<Owner>> find_owner(base::AccountId account,
                                                                      std::string_view project) = 0;
  [[nodiscard]] virtual base::Result<bool> is_account_name_taken(const std::string& name) = 0;
  // Inserts the account without a project.
  [[nodiscard]] virtual base::Result<void> insert_account(const domain::Account& account,
                                                          const base::SealedBytes& wrapped_key) = 0;
  [[nodiscard]] virtual base::Result<void> set_account_status(base::AccountId account,
                                                              domain::AccountStatus status) = 0;
  [[nodiscard]] virtual base::Result<domain::AccountContent> account_content(base::AccountId account) = 0;
  // At most `limit` of each, the oldest first; of projects not `default`.
  [[nodiscard]] virtual base::Result<std::vector<domain::DomainName>> domains_of(base::AccountId account,
                                                                                 std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::vector<base::ChainId>> chains_of(base::AccountId account,
                                                                           std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::vector<std::string>> keys_of(base::AccountId account, std::int64_t limit) = 0;
  [[nodiscard]] virtual base::Result<std::vector<std::string>> projects_of(base::AccountId account,
                                                                           std::int64_t limit) = 0;
  // With its projects and everything that is counted or kept for it. It must have no chains, domains and keys.
  [[nodiscard]] virtual base::Result<void> delete_account(base::AccountId account) = 0;
  [[nodiscard]] virtual base::Result<std::optional<ProjectKey>> find_project(base::AccountId account,
                                                                             std::string_view name) = 0;
  [[nodiscard]] virtual base::Result<void> insert_project(const domain::Project& project) = 0;
  [[nodiscard]] virtual base::Result<bool> has_chains(base::AccountId account, ProjectKey project) = 0;
  [[nodiscard]] virtual base::Result<bool> has_domains(base::AccountId account, ProjectKey project) = 0;
  // The ids of the access keys that are limited to the project, sorted.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> keys_limited_to(ProjectKey project) = 0;
  // Nothing must refer to it.
  [[nodiscard]] virtual base::Result<void> delete_project(ProjectKey project) = 0;
  [[nodiscard]] virtual base::Result<std::optional<AccessKeyRow>> find_access_key(const std::string& id) = 0;
  [[nodiscard]] virtual base::Result<void> insert_access_key(const domain::AccessKey& key) = 0;
  [[nodiscard]] virtual base::Result<void> set_access_key_enabled(const std::string& id, bool enabled) = 0;
  // With what it is limited to, its attachments and its last use.
  [[nodiscard]] virtual base::Result<void> delete_access_key(const std::string& id) = 0;
  // Replaces an earlier time; does nothing when there is no such key.
  [[nodiscard]] virtual base::Result<void> put_key_use(const std::string& id, base::Time at) = 0;

  // The text of a policy; nullopt: there is no such policy.
  [[nodiscard]] virtual base::Result<std::optional<std::string>> find_policy(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<void> put_policy(const domain::PutPolicy& policy) = 0;
  [[nodiscard]] virtual base::Result<void> delete_policy(const std::string& name) = 0;
  // The holders of a policy, in words, sorted: accounts before access keys; at most `limit`.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> holders_of_policy(const std::string& name,
                                                                                 std::int64_t limit) = 0;
  // The names of the policies that the holder has.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> policies_of(const domain::PolicyHolder& holder) = 0;
  [[nodiscard]] virtual base::Result<void> insert_attachment(const std::string& policy,
                                                             const domain::PolicyHolder& holder) = 0;
  [[nodiscard]] virtual base::Result<void> delete_attachment(const std::string& policy,
                                                             const domain::PolicyHolder& holder) = 0;

  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<void> put_setting(const PutSetting& setting) = 0;
  [[nodiscard]] virtual base::Result<std::optional<std::string>> find_edge(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<void> put_edge(const PutEdge& edge) = 0;
  [[nodiscard]] virtual base::Result<void> delete_edge(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<bool> has_notify_channel(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<bool> has_notify_channel_with(const std::string& name,
                                                                   const base::SealedBytes& secret) = 0;
  [[nodiscard]] virtual base::Result<void> put_notify_channel(const PutNotifyChannel& channel) = 0;
  [[nodiscard]] virtual base::Result<std::vector<domain::MasterKey>> list_master_keys() = 0;
  [[nodiscard]] virtual base::Result<void> insert_master_key(const domain::MasterKey& key) = 0;
  [[nodiscard]] virtual base::Result<void> set_master_key_state(const std::string& id,
                                                                domain::MasterKeyState state) = 0;
  // The items that are sealed under the key; `with_unnamed`: also those that name no key.
  [[nodiscard]] virtual base::Result<std::int64_t> count_sealed(const std::string& key, bool with_unnamed) = 0;
  [[nodiscard]] virtual base::Result<void> reseal(const domain::ResealItems& items) = 0;

  // With what it was told.
  [[nodiscard]] virtual base::Result<void> delete_notify_channel(const std::string& name) = 0;
  [[nodiscard]] virtual base::Result<void> set_channel_state(const std::string& channel,
                                                             const domain::ChannelState& state) = 0;
  [[nodiscard]] virtual base::Result<void> put_told(const std::string& channel, const domain::Told& told) = 0;
  [[nodiscard]] virtual base::Result<void> delete_told(const std::string& channel, const domain::FactName& fact) = 0;

  [[nodiscard]] virtual base::Result<std::optional<ChainRow>> find_chain(const base::ChainId& chain) = 0;
  // Finds the chain of the project whose current version has held equal content the longest (law 7).
  [[nodiscard]] virtual base::Result<std::optional<ClaimRow>> find_claim(ProjectKey project,
                                                                         const domain::VersionContent& content) = 0;
  [[nodiscard]] virtual base::Result<bool> is_chain_taken(const base::ChainId& chain) = 0;
  [[nodiscard]] virtual base::Result<bool> is_version_taken(base::CertId version) = 0;
  [[nodiscard]] virtual base::Result<std::vector<base::CertId>> versions_of(domain::Position chain) = 0;
  // nullopt: the chain has no such version. `representative` stays empty.
  [[nodiscard]] virtual base::Result<std::optional<CurrentVersion>> find_version(domain::Position chain,
                                                                                 base::CertId version) = 0;
  // Inserts a chain with its first version, at next_position().
  [[nodiscard]] virtual base::Result<void> insert_chain(const Context& context, const PutVersion& command,
                                                        ProjectKey project) = 0;
  // Also inserts the issuers that the account does not have yet. update_chain() makes the version current.
  [[nodiscard]] virtual base::Result<void> insert_version(const Context& context, const PutVersion& command,
                                                          domain::Position chain) = 0;
  [[nodiscard]] virtual base::Result<void> update_chain(const ChainRow& chain, const ChainChange& change) = 0;
  [[nodiscard]] virtual base::Result<void> delete_versions(std::span<const base::CertId> versions) = 0;
  // Deletes the chain with all its versions.
  [[nodiscard]] virtual base::Result<void> delete_chain(const ChainRow& chain) = 0;
  [[nodiscard]] virtual base::Result<void> supersede(domain::Position former, const base::ChainId& by,
                                                     base::Time at) = 0;
  // Does nothing if the chain is not superseded.
  [[nodiscard]] virtual base::Result<void> end_superseded(domain::Position chain) = 0;

  // In the order of their bindings.
  [[nodiscard]] virtual base::Result<std::vector<domain::DomainName>> bound_domains(domain::Position chain) = 0;
  [[nodiscard]] virtual base::Result<bool> is_bound(domain::Position chain) = 0;
  // The latest time at which one of the chain's domains was bound.
  [[nodiscard]] virtual base::Result<std::optional<base::Time>> last_bound_at(domain::Position chain) = 0;
  [[nodiscard]] virtual base::Result<std::optional<DomainRow>> find_domain(const domain::DomainName& name) = 0;
  [[nodiscard]] virtual base::Result<std::size_t> count_vhost(base::AccountId account, const std::string& vhost) = 0;
  // Inserts at next_position(), with its tags.
  [[nodiscard]] virtual base::Result<DomainKey> insert_domain(const domain::LiveDomain& domain, ProjectKey project) = 0;
  [[nodiscard]] virtual base::Result<void> delete_domain(DomainKey domain) = 0;
  [[nodiscard]] virtual base::Result<void> set_domain_status(DomainKey domain, domain::DomainStatus status) = 0;
  [[nodiscard]] virtual base::Result<void> set_domain_vhost(DomainKey domain, const std::string& vhost) = 0;
  [[nodiscard]] virtual base::Result<void> move_domain(DomainKey domain, base::AccountId account,
                                                       ProjectKey project) = 0;
  [[nodiscard]] virtual base::Result<void> put_binding(DomainKey domain, const NewBinding& binding) = 0;
  [[nodiscard]] virtual base::Result<void> clear_binding(DomainKey domain) = 0;
  // Records the name that covers each domain of the chain.
  [[nodiscard]] virtual base::Result<void> put_covering_names(domain::Position chain,
                                                              const std::vector<std::string>& dns_names) = 0;

  // True if a receipt was written or removed.
  [[nodiscard]] virtual base::Result<bool> put_receipt(const domain::Receipt& receipt) = 0;
  [[nodiscard]] virtual base::Result<bool> delete_receipts(const std::string& edge, const std::string& domain) = 0;
  [[nodiscard]] virtual base::Result<void> delete_receipts_of_edge(const std::string& edge) = 0;
  [[nodiscard]] virtual base::Result<void> put_edge_seen(const domain::EdgeSeen& seen) = 0;
  [[nodiscard]] virtual base::Result<void> delete_edge_seen(const std::string& edge) = 0;
  // Deletes the receipts of the same edge and domain for other versions that no longer exist.
  [[nodiscard]] virtual base::Result<bool> delete_receipts_of_gone_versions(const domain::Receipt& receipt) = 0;
  // Resets the domain's receipts of the version: they only say that it is wanted.
  [[nodiscard]] virtual base::Result<void> reset_receipts(const domain::DomainName& domain, base::CertId version) = 0;
};

}  // namespace livecert::store

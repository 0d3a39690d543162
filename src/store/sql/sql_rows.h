#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rows.h"
#include "store/sql/session.h"

namespace livecert::store::sql {

// The rows of a database, statement by statement, in a session with an open transaction. The session must outlive this.
class SqlRows : public Rows {
 public:
  explicit SqlRows(Session& database) : database_(database) {}

  // Called when the next transaction has begun and the last position in the log is `last`.
  void begin_after(domain::Position last) {
    last_ = last;
    chain_end_.reset();
  }
  // The largest position in use in any table: in older formats the tables counted their own rows, none of them faster
  // than the log.
  [[nodiscard]] base::Result<domain::Position> read_last_position();

  // Both do nothing: statements run at once.
  [[nodiscard]] base::Result<void> announce(std::span<const Command* const>) override { return {}; }
  [[nodiscard]] base::Result<void> flush() override { return {}; }

  [[nodiscard]] domain::Position next_position() const override { return last_ + 1; }
  [[nodiscard]] base::Result<void> append(const Context& context, domain::ChangeKind kind, base::AccountId owner,
                                          std::string_view subject) override;
  [[nodiscard]] base::Result<void> append_record(audit::Record record) override;
  [[nodiscard]] base::Result<std::optional<audit::Hash>> audit_hash(domain::Position position) override;
  [[nodiscard]] base::Result<std::optional<audit::Checkpoint>> newest_checkpoint() override;
  [[nodiscard]] base::Result<void> put_checkpoint(const audit::Checkpoint& checkpoint) override;
  [[nodiscard]] base::Result<void> delete_audit_through(domain::Position position) override;

  [[nodiscard]] base::Result<bool> is_used() override;
  [[nodiscard]] base::Result<void> insert_vault_header(base::ByteView header) override;
  [[nodiscard]] base::Result<std::optional<domain::AccountStatus>> account_status(base::AccountId account) override;
  [[nodiscard]] base::Result<std::optional<Owner>> find_owner(base::AccountId account,
                                                              std::string_view project) override;
  [[nodiscard]] base::Result<bool> is_account_name_taken(const std::string& name) override;
  [[nodiscard]] base::Result<void> insert_account(const domain::Account& account,
                                                  const base::SealedBytes& wrapped_key) override;
  [[nodiscard]] base::Result<void> set_account_status(base::AccountId account, domain::AccountStatus status) override;
  [[nodiscard]] base::Result<domain::AccountContent> account_content(base::AccountId account) override;
  [[nodiscard]] base::Result<std::vector<domain::DomainName>> domains_of(base::AccountId account,
                                                                         std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<base::ChainId>> chains_of(base::AccountId account,
                                                                   std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<std::string>> keys_of(base::AccountId account, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<std::string>> projects_of(base::AccountId account,
                                                                   std::int64_t limit) override;
  [[nodiscard]] base::Result<void> delete_account(base::AccountId account) override;
  [[nodiscard]] base::Result<std::optional<ProjectKey>> find_project(base::AccountId account,
                                                                     std::string_view name) override;
  [[nodiscard]] base::Result<void> insert_project(const domain::Project& project) override;
  [[nodiscard]] base::Result<bool> has_chains(base::AccountId account, ProjectKey project) override;
  [[nodiscard]] base::Result<bool> has_domains(base::AccountId account, ProjectKey project) override;
  [[nodiscard]] base::Result<std::vector<std::string>> keys_limited_to(ProjectKey project) override;
  [[nodiscard]] base::Result<void> delete_project(ProjectKey project) override;
  [[nodiscard]] base::Result<std::optional<AccessKeyRow>> find_access_key(const std::string& id) override;
  [[nodiscard]] base::Result<void> insert_access_key(const domain::AccessKey& key) override;
  [[nodiscard]] base::Result<void> set_access_key_enabled(const std::string& id, bool enabled) override;
  [[nodiscard]] base::Result<void> delete_access_key(const std::string& id) override;
  [[nodiscard]] base::Result<void> put_key_use(const std::string& id, base::Time at) override;
  [[nodiscard]] base::Result<std::optional<std::string>> find_policy(const std::string& name) override;
  [[nodiscard]] base::Result<void> put_policy(const domain::PutPolicy& policy) override;
  [[nodiscard]] base::Result<void> delete_policy(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<std::string>> holders_of_policy(const std::string& name,
                                                                         std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<std::string>> policies_of(const domain::PolicyHolder& holder) override;
  [[nodiscard]] base::Result<void> insert_attachment(const std::string& policy,
                                                     const domain::PolicyHolder& holder) override;
  [[nodiscard]] base::Result<void> delete_attachment(const std::string& policy,
                                                     const domain::PolicyHolder& holder) override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) override;
  [[nodiscard]] base::Result<void> put_setting(const PutSetting& setting) override;
  [[nodiscard]] base::Result<std::optional<std::string>> find_edge(const std::string& name) override;
  [[nodiscard]] base::Result<void> put_edge(const PutEdge& edge) override;
  [[nodiscard]] base::Result<void> delete_edge(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<domain::MasterKey>> list_master_keys() override;
  [[nodiscard]] base::Result<void> insert_master_key(const domain::MasterKey& key) override;
  [[nodiscard]] base::Result<void> set_master_key_state(const std::string& id, domain::MasterKeyState state) override;
  [[nodiscard]] base::Result<std::int64_t> count_sealed(const std::string& key, bool with_unnamed) override;
  [[nodiscard]] base::Result<void> reseal(const domain::ResealItems& items) override;

  [[nodiscard]] base::Result<bool> has_notify_channel(const std::string& name) override;
  [[nodiscard]] base::Result<bool> has_notify_channel_with(const std::string& name,
                                                           const base::SealedBytes& secret) override;
  [[nodiscard]] base::Result<void> put_notify_channel(const PutNotifyChannel& channel) override;
  [[nodiscard]] base::Result<void> delete_notify_channel(const std::string& name) override;
  [[nodiscard]] base::Result<void> set_channel_state(const std::string& channel,
                                                     const domain::ChannelState& state) override;
  [[nodiscard]] base::Result<void> put_told(const std::string& channel, const domain::Told& told) override;
  [[nodiscard]] base::Result<void> delete_told(const std::string& channel, const domain::FactName& fact) override;

  [[nodiscard]] base::Result<std::optional<ChainRow>> find_chain(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::optional<ClaimRow>> find_claim(ProjectKey project,
                                                                 const domain::VersionContent& content) override;
  [[nodiscard]] base::Result<bool> is_chain_taken(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<bool> is_version_taken(base::CertId version) override;
  [[nodiscard]] base::Result<std::vector<base::CertId>> versions_of(domain::Position chain) override;
  [[nodiscard]] base::Result<std::optional<CurrentVersion>> find_version(domain::Position chain,
                                                                         base::CertId version) override;
  [[nodiscard]] base::Result<void> insert_chain(const Context& context, const PutVersion& command,
                                                ProjectKey project) override;
  [[nodiscard]] base::Result<void> insert_version(const Context& context, const PutVersion& command,
                                                  domain::Position chain) override;
  [[nodiscard]] base::Result<void> update_chain(const ChainRow& chain, const ChainChange& change) override;
  [[nodiscard]] base::Result<void> delete_versions(std::span<const base::CertId> versions) override;
  [[nodiscard]] base::Result<void> delete_chain(const ChainRow& chain) override;
  [[nodiscard]] base::Result<void> supersede(domain::Position former, const base::ChainId& by, base::Time at) override;
  [[nodiscard]] base::Result<void> end_superseded(domain::Position chain) override;

  [[nodiscard]] base::Result<std::vector<domain::DomainName>> bound_domains(domain::Position chain) override;
  [[nodiscard]] base::Result<bool> is_bound(domain::Position chain) override;
  [[nodiscard]] base::Result<std::optional<base::Time>> last_bound_at(domain::Position chain) override;
  [[nodiscard]] base::Result<std::optional<DomainRow>> find_domain(const domain::DomainName& name) override;
  [[nodiscard]] base::Result<std::size_t> count_vhost(base::AccountId account, const std::string& vhost) override;
  [[nodiscard]] base::Result<DomainKey> insert_domain(const domain::LiveDomain& domain, ProjectKey project) override;
  [[nodiscard]] base::Result<void> delete_domain(DomainKey domain) override;
  [[nodiscard]] base::Result<void> set_domain_status(DomainKey domain, domain::DomainStatus status) override;
  [[nodiscard]] base::Result<void> set_domain_vhost(DomainKey domain, const std::string& vhost) override;
  [[nodiscard]] base::Result<void> move_domain(DomainKey domain, base::AccountId account, ProjectKey project) override;
  [[nodiscard]] base::Result<void> put_binding(DomainKey domain, const NewBinding& binding) override;
  [[nodiscard]] base::Result<void> clear_binding(DomainKey domain) override;
  [[nodiscard]] base::Result<void> put_covering_names(domain::Position chain,
                                                      const std::vector<std::string>& dns_names) override;

  [[nodiscard]] base::Result<bool> put_receipt(const domain::Receipt& receipt) override;
  [[nodiscard]] base::Result<bool> delete_receipts(const std::string& edge, const std::string& domain) override;
  [[nodiscard]] base::Result<void> delete_receipts_of_edge(const std::string& edge) override;
  [[nodiscard]] base::Result<void> put_edge_seen(const domain::EdgeSeen& seen) override;
  [[nodiscard]] base::Result<void> delete_edge_seen(const std::string& edge) override;
  [[nodiscard]] base::Result<bool> delete_receipts_of_gone_versions(const domain::Receipt& receipt) override;
  [[nodiscard]] base::Result<void> reset_receipts(const domain::DomainName& domain, base::CertId version) override;

 private:
  // Whether the statement finds a row.
  template <typename... Values>
  [[nodiscard]] base::Result<bool> any_row(std::string_view sql, const Values&... values) {
    TRY_ASSIGN(Query query, database_.query(sql, values...));
    return query.next();
  }

  // The first column of all rows.
  template <typename... Values>
  [[nodiscard]] base::Result<std::vector<std::string>> texts(std::string_view sql, const Values&... values) {
    TRY_ASSIGN(Query query, database_.query(sql, values...));
    std::vector<std::string> all;
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) return all;
      all.push_back(query.text(0));
    }
  }

  // Appends change and record at next_position().
  [[nodiscard]] base::Result<void> write(audit::Record record, domain::ChangeKind kind, base::AccountId owner);
  // The hash of the last record before next_position().
  [[nodiscard]] base::Result<audit::Hash> chain_end();

  Session& database_;
  domain::Position last_ = 0;
  // Kept while the transaction is open: between two transactions, another process may append.
  std::optional<audit::Hash> chain_end_;
};

}  // namespace livecert::store::sql

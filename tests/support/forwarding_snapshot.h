#pragma once

#include <memory>
#include <utility>

#include "store/snapshot.h"

namespace livecert::store::testing {

// Passes every read on, for tests that step in at one of them.
class ForwardingSnapshot : public Snapshot {
 public:
  explicit ForwardingSnapshot(std::unique_ptr<Snapshot> inner) : inner_(std::move(inner)) {}

  base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) override {
    return inner_->find_setting(name);
  }
  base::Result<std::optional<base::Bytes>> find_vault_header() override { return inner_->find_vault_header(); }
  base::Result<std::vector<domain::MasterKey>> list_master_keys() override { return inner_->list_master_keys(); }
  base::Result<std::vector<SealedCount>> count_sealed() override { return inner_->count_sealed(); }
  base::Result<std::vector<WrappedKey>> list_account_keys(base::AccountId after, std::int64_t limit) override {
    return inner_->list_account_keys(after, limit);
  }
  base::Result<std::vector<PutSetting>> list_sealed_settings() override { return inner_->list_sealed_settings(); }
  base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) override {
    return inner_->find_credential(access_key_id);
  }
  base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) override {
    return inner_->find_account_key(account);
  }
  base::Result<std::optional<domain::Account>> find_account(base::AccountId account) override {
    return inner_->find_account(account);
  }
  base::Result<std::vector<domain::Account>> list_accounts() override { return inner_->list_accounts(); }
  base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) override {
    return inner_->list_access_keys(account);
  }
  base::Result<std::vector<store::StoredPolicy>> list_policies() override { return inner_->list_policies(); }
  base::Result<std::vector<domain::PolicyHolder>> list_holders(const std::string& policy, std::int64_t limit) override {
    return inner_->list_holders(policy, limit);
  }
  base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) override {
    return inner_->list_projects(account);
  }
  base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) override {
    return inner_->find_chain(chain);
  }
  base::Result<std::optional<domain::ChainDetail>> find_chain_alone(const base::ChainId& chain) override {
    return inner_->find_chain_alone(chain);
  }
  base::Result<std::optional<domain::ChainDetail>> find_version_alone(base::CertId version) override {
    return inner_->find_version_alone(version);
  }
  base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) override {
    return inner_->find_version(version);
  }
  base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) override {
    return inner_->list_versions(chain);
  }
  base::Result<base::CertId> largest_version() override { return inner_->largest_version(); }
  base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) override {
    return inner_->find_content(version);
  }
  base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account, base::ByteView subject_der) override {
    return inner_->find_issuers(account, subject_der);
  }
  base::Result<Outcome> preview(const Context& context, const PutVersion& command) override {
    return inner_->preview(context, command);
  }
  base::Result<Outcome> preview_bind(const Context& context, const Bind& command) override {
    return inner_->preview_bind(context, command);
  }
  base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                      std::int64_t limit) override {
    return inner_->list_chains(filter, from, skip, limit);
  }
  base::Result<ChainCounts> count_chains(const ChainFilter& filter) override { return inner_->count_chains(filter); }
  base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip, std::int64_t limit) override {
    return inner_->open_list(filter, skip, limit);
  }
  base::Result<std::vector<EndingChain>> list_ending(base::AccountId account, const std::string& project,
                                                     base::Time from, base::Time before, std::int64_t limit) override {
    return inner_->list_ending(account, project, from, before, limit);
  }
  base::Result<EndCounts> count_ends(base::AccountId account, const std::string& project, base::Time now) override {
    return inner_->count_ends(account, project, now);
  }
  base::Result<std::optional<DomainDetail>> find_domain(const domain::DomainName& name) override {
    return inner_->find_domain(name);
  }
  base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip, std::int64_t limit) override {
    return inner_->list_domains(filter, skip, limit);
  }
  base::Result<std::vector<domain::Tag>> find_tags(const domain::DomainName& domain) override {
    return inner_->find_tags(domain);
  }
  base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) override {
    return inner_->list_bound(from, limit);
  }
  base::Result<std::vector<BoundDomain>> list_bound_by_end(std::int64_t limit) override {
    return inner_->list_bound_by_end(limit);
  }
  base::Result<std::optional<BoundDomain>> find_bound(const domain::DomainName& domain) override {
    return inner_->find_bound(domain);
  }
  base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) override {
    return inner_->find_bound_to(chain);
  }
  base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) override {
    return inner_->list_receipts(filter);
  }
  base::Result<std::vector<StoredEdge>> list_edges() override { return inner_->list_edges(); }
  base::Result<std::vector<StoredNotifyChannel>> list_notify_channels() override {
    return inner_->list_notify_channels();
  }
  base::Result<std::vector<domain::Told>> list_told(const std::string& channel) override {
    return inner_->list_told(channel);
  }
  base::Result<std::int64_t> last_change() override { return inner_->last_change(); }
  base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) override {
    return inner_->changes(after, limit);
  }
  base::Result<std::vector<AuditRecord>> audit(const AuditFilter& filter, std::int64_t limit) override {
    return inner_->audit(filter, limit);
  }
  base::Result<std::vector<audit::Checkpoint>> list_checkpoints(std::int64_t after, std::int64_t limit) override {
    return inner_->list_checkpoints(after, limit);
  }
  base::Result<std::optional<audit::Checkpoint>> newest_checkpoint() override { return inner_->newest_checkpoint(); }

 private:
  std::unique_ptr<Snapshot> inner_;
};

}  // namespace livecert::store::testing

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/snapshot.h"
#include "store/sql/session.h"

namespace livecert::store::sql {

// The reads of one transaction in a session that has it open. An adapter opens and ends it.
class SqlSnapshot : public Snapshot {
 public:
  [[nodiscard]] base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> find_vault_header() override;
  [[nodiscard]] base::Result<std::vector<domain::MasterKey>> list_master_keys() override;
  [[nodiscard]] base::Result<std::vector<SealedCount>> count_sealed() override;
  [[nodiscard]] base::Result<std::vector<WrappedKey>> list_account_keys(base::AccountId after,
                                                                        std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<PutSetting>> list_sealed_settings() override;
  [[nodiscard]] base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) override;
  [[nodiscard]] base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) override;
  [[nodiscard]] base::Result<std::optional<domain::Account>> find_account(base::AccountId account) override;
  [[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts() override;
  [[nodiscard]] base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) override;
  [[nodiscard]] base::Result<std::vector<StoredPolicy>> list_policies() override;
  [[nodiscard]] base::Result<std::vector<domain::PolicyHolder>> list_holders(const std::string& policy,
                                                                             std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_chain_alone(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_version_alone(base::CertId version) override;
  [[nodiscard]] base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<base::CertId> largest_version() override;
  [[nodiscard]] base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) override;
  [[nodiscard]] base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account,
                                                                    base::ByteView subject_der) override;
  [[nodiscard]] base::Result<Outcome> preview(const Context& context, const PutVersion& command) override;
  [[nodiscard]] base::Result<Outcome> preview_bind(const Context& context, const Bind& command) override;
  [[nodiscard]] base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                                    std::int64_t limit) override;
  [[nodiscard]] base::Result<ChainCounts> count_chains(const ChainFilter& filter) override;
  [[nodiscard]] base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip,
                                                    std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<EndingChain>> list_ending(base::AccountId account, const std::string& project,
                                                                   base::Time from, base::Time before,
                                                                   std::int64_t limit) override;
  [[nodiscard]] base::Result<EndCounts> count_ends(base::AccountId account, const std::string& project,
                                                   base::Time now) override;
  [[nodiscard]] base::Result<std::optional<DomainDetail>> find_domain(const domain::DomainName& name) override;
  [[nodiscard]] base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip,
                                                      std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<domain::Tag>> find_tags(const domain::DomainName& domain) override;
  [[nodiscard]] base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<BoundDomain>> list_bound_by_end(std::int64_t limit) override;
  [[nodiscard]] base::Result<std::optional<BoundDomain>> find_bound(const domain::DomainName& domain) override;
  [[nodiscard]] base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) override;
  [[nodiscard]] base::Result<std::vector<StoredEdge>> list_edges() override;
  [[nodiscard]] base::Result<std::vector<StoredNotifyChannel>> list_notify_channels() override;
  [[nodiscard]] base::Result<std::vector<domain::Told>> list_told(const std::string& channel) override;
  [[nodiscard]] base::Result<std::int64_t> last_change() override;
  [[nodiscard]] base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<AuditRecord>> audit(const AuditFilter& filter, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<audit::Checkpoint>> list_checkpoints(std::int64_t after,
                                                                              std::int64_t limit) override;
  [[nodiscard]] base::Result<std::optional<audit::Checkpoint>> newest_checkpoint() override;

 protected:
  // The session must outlive it.
  explicit SqlSnapshot(Session& database) : database_(database) {}

 private:
  Session& database_;
};

}  // namespace livecert::store::sql

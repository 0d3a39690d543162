#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/store.h"

// The reads of the port, one function each: a single short statement or two on one connection, so that no reader holds
// the write-ahead log back.
namespace livecert::store::sqlite {

[[nodiscard]] base::Result<std::optional<base::Bytes>> find_setting(Connection& database, const std::string& name);
[[nodiscard]] base::Result<std::optional<base::Bytes>> find_vault_header(Connection& database);
[[nodiscard]] base::Result<std::optional<Credential>> find_credential(Connection& database,
                                                                      const std::string& access_key_id);
[[nodiscard]] base::Result<std::optional<base::SealedBytes>> find_account_key(Connection& database,
                                                                              base::AccountId account);

[[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_chain(Connection& database,
                                                                          const base::ChainId& chain);
[[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_version(Connection& database, base::CertId version);
[[nodiscard]] base::Result<std::optional<domain::VersionContent>> find_content(Connection& database,
                                                                               base::CertId version);
[[nodiscard]] base::Result<std::vector<base::Bytes>> find_issuers(Connection& database, base::AccountId account,
                                                                  base::ByteView subject_der);

// From the columns chain_id, version, account, name, name of the project, created_at, not_before, not_after,
// superseded_by, superseded_at and representative, which come first in the query and are followed by the row of the
// chain; without the domains.
inline constexpr int kSummaryRow = 11;
[[nodiscard]] base::Result<domain::ChainSummary> read_summary(const Query& query);

[[nodiscard]] base::Result<std::vector<domain::VersionSummary>> list_versions(Connection& database,
                                                                              const base::ChainId& chain);
// On a snapshot that the caller has begun.
[[nodiscard]] base::Result<ChainPage> list_chains(Connection& database, const ChainFilter& filter, Cursor from,
                                                  std::int64_t skip, std::int64_t limit);
[[nodiscard]] base::Result<CountedPage> open_list(Connection& database, const ChainFilter& filter, std::int64_t skip,
                                                  std::int64_t limit);
[[nodiscard]] base::Result<ChainCounts> count_chains(Connection& database, const ChainFilter& filter);

// On a snapshot that the caller has begun.
[[nodiscard]] base::Result<std::optional<DomainDetail>> find_domain(Connection& database, const std::string& name);
[[nodiscard]] base::Result<DomainPage> list_domains(Connection& database, const DomainFilter& filter, std::int64_t skip,
                                                    std::int64_t limit);

[[nodiscard]] base::Result<std::vector<domain::Tag>> find_tags(Connection& database, const std::string& domain);

[[nodiscard]] base::Result<std::optional<domain::Account>> find_account(Connection& database, base::AccountId account);
[[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts(Connection& database);
[[nodiscard]] base::Result<std::vector<domain::AccessKey>> list_access_keys(Connection& database,
                                                                            base::AccountId account);
[[nodiscard]] base::Result<std::vector<domain::Project>> list_projects(Connection& database, base::AccountId account);

[[nodiscard]] base::Result<BoundPage> list_bound(Connection& database, Cursor from, std::int64_t limit);
[[nodiscard]] base::Result<std::optional<BoundDomain>> find_bound(Connection& database, const std::string& domain);
[[nodiscard]] base::Result<std::vector<BoundDomain>> find_bound_to(Connection& database, const base::ChainId& chain);

[[nodiscard]] base::Result<std::vector<domain::Receipt>> list_receipts(Connection& database,
                                                                       const ReceiptFilter& filter);
[[nodiscard]] base::Result<std::vector<StoredEdge>> list_edges(Connection& database);

[[nodiscard]] base::Result<std::int64_t> last_change(Connection& database);
[[nodiscard]] base::Result<std::vector<Change>> changes(Connection& database, std::int64_t after, std::int64_t limit);
[[nodiscard]] base::Result<std::vector<AuditRecord>> audit(Connection& database, std::int64_t after,
                                                           std::int64_t limit);

}  // namespace livecert::store::sqlite

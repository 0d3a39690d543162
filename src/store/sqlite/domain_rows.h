#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/store.h"

// What commands and reads share of the table of domains.
namespace livecert::store::sqlite {

struct DomainRow {
  std::int64_t row = 0;
  std::int64_t chain_row = 0;  // 0: nothing is bound
  domain::LiveDomain domain;   // without its tags
  std::optional<domain::Binding> binding;
  // Of what is bound, as the chain and the domain themselves keep it: the version's row may be large.
  std::string chain_name;
  base::CertId version;
  base::Time not_before;
  base::Time not_after;
  std::string cert_domain;
};

// The columns that read_domain_row() reads, which come first in the query, from `domains` with kDomainJoins.
inline constexpr std::string_view kDomainColumns =
    "domains.id, domains.name, domains.account, projects.name, domains.vhost, domains.type, domains.region,"
    " domains.status, domains.created_at, domains.chain, chains.chain_id, domains.https, domains.http2,"
    " domains.min_version, domains.max_version, domains.bound_at, domains.bound_by, domains.bound_from,"
    " domains.cert_domain, chains.name, chains.current_version, chains.not_before, chains.not_after";
inline constexpr std::string_view kDomainJoins =
    " JOIN projects ON projects.id = domains.project LEFT JOIN chains ON chains.id = domains.chain";
[[nodiscard]] base::Result<DomainRow> read_domain_row(const Query& query);

[[nodiscard]] base::Result<std::optional<DomainRow>> find_domain_row(Connection& database, const std::string& name);

// What uses a chain no longer, and what follows from it (law 10): `next_chain` takes its place, nullopt: nothing does.
struct Successor {
  std::int64_t row = 0;
  base::ChainId id;
};
[[nodiscard]] base::Result<void> release_chain(Connection& database, const Context& context, std::int64_t chain_row,
                                               const std::optional<Successor>& successor);

// Makes the domain use the chain, whose current version covers it by the name `cert_domain`.
[[nodiscard]] base::Result<void> write_binding(Connection& database, const Context& context, std::int64_t domain_row,
                                               std::int64_t chain_row, const domain::TlsSwitches& tls,
                                               const std::string& cert_domain);
// A version with these names has become the chain's current one: notes by which of them each bound domain is covered.
[[nodiscard]] base::Result<void> write_cert_domains(Connection& database, std::int64_t chain_row,
                                                    const std::vector<std::string>& dns_names);
// The receipts of what the domain is to be served with from now on tell of an earlier order (law 11).
[[nodiscard]] base::Result<void> begin_receipts_anew(Connection& database, const std::string& domain,
                                                     base::CertId version);
[[nodiscard]] base::Result<void> clear_binding(Connection& database, std::int64_t domain_row);

// `row` of the new domain.
[[nodiscard]] base::Result<std::int64_t> insert_domain(Connection& database, const domain::LiveDomain& domain,
                                                       std::int64_t project_row);

// How many domains of the account have the vhost.
[[nodiscard]] base::Result<std::size_t> count_vhost(Connection& database, base::AccountId account,
                                                    const std::string& vhost);

}  // namespace livecert::store::sqlite

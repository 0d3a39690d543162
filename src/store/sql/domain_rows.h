#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rows.h"
#include "store/sql/session.h"

// Code that commands and reads of domains share.
namespace livecert::store::sql {

// A domain with the facts of its chain that lists show. They come from the rows of chain and domain, because the
// version's row may be large.
struct StoredDomain {
  DomainRow row;
  std::string chain_name;
  base::CertId version;
  base::Time not_before;
  base::Time not_after;
  base::Time ends_at;  // as domain::ChainSummary::ends_at
  std::string cert_domain;
};

// The columns that read_domain() reads, which come first in the query, from `domains` with kDomainJoins.
inline constexpr std::string_view kDomainColumns =
    "domains.id, domains.name, domains.account, projects.name, domains.vhost, domains.type, domains.region,"
    " domains.status, domains.created_at, domains.chain, chains.chain_id, domains.https, domains.http2,"
    " domains.min_version, domains.max_version, domains.bound_at, domains.bound_by, domains.bound_from,"
    " domains.cert_domain, chains.name, chains.current_version, chains.not_before, chains.not_after,"
    " coalesce(early_ends.ends_at, chains.not_after)";
inline constexpr std::string_view kDomainJoins =
    " JOIN projects ON projects.id = domains.project LEFT JOIN chains ON chains.id = domains.chain"
    " LEFT JOIN early_ends ON early_ends.version = chains.current_version";
[[nodiscard]] base::Result<StoredDomain> read_domain(const Query& query);

[[nodiscard]] base::Result<std::optional<StoredDomain>> find_stored_domain(Session& database,
                                                                           const domain::DomainName& name);

}  // namespace livecert::store::sql

#include "store/sql/chain_rows.h"
#include "store/sql/piece.h"
#include "store/sql/queries.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

// The limits of a read of issuers, because an account may hold any number with one name. The bytes count after the
// first.
constexpr std::int64_t kMaxNamesakes = 64;
constexpr std::size_t kMaxNamesakeBytes = 512UL * 1024;

// The issuers of a version from its JSON array of rows, in the array's order.
base::Result<std::vector<domain::IssuerCertificate>> read_issuers(Session& database, const std::string& rows) {
  std::vector<domain::IssuerCertificate> issuers;
  Piece piece;
  piece.add("SELECT issuer_certificates.sha256, issuer_certificates.subject_der, issuer_certificates.der FROM ");
  piece.add(database.dialect().list_of_numbers, rows);
  piece.add(" AS listed JOIN issuer_certificates ON issuer_certificates.id = listed.value ORDER BY listed.key");
  TRY_ASSIGN(Query query, piece.query(database));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return issuers;
    TRY_ASSIGN(const auto sha256, query.fixed<32>(0));
    issuers.push_back({sha256, query.blob(1), query.blob(2)});
  }
}

enum class WithDomains : std::uint8_t { kNo, kYes };

base::Result<std::optional<domain::ChainDetail>> read_detail(Session& database, Query query, WithDomains with_domains) {
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<domain::ChainDetail>();
  domain::ChainDetail detail;
  TRY_ASSIGN(detail.summary, read_summary(query));
  if (with_domains == WithDomains::kYes) {
    TRY_ASSIGN(detail.summary.domains, bound_domains(database, query.integer(kSummaryRow)));
  }
  detail.key_kind = query.text(kSummaryRow + 1);
  detail.certificates.push_back(query.blob(kSummaryRow + 2));
  TRY_ASSIGN(auto issuers, read_issuers(database, query.text(kSummaryRow + 3)));
  for (domain::IssuerCertificate& issuer : issuers) detail.certificates.push_back(std::move(issuer.der));
  return std::optional(std::move(detail));
}

// What read_detail() reads, from rows of chains, their projects and one version with its early end.
constexpr std::string_view kSelectDetail =
    "SELECT chains.chain_id, versions.id, chains.account, chains.name, projects.name, chains.created_at,"
    " versions.not_before, versions.not_after, chains.superseded_by, chains.superseded_at, chains.representative,"
    " early_ends.ends_at, chains.id, versions.key_kind, versions.leaf_der, versions.issuers";

base::Result<std::optional<domain::ChainDetail>> read_chain(Session& database, const base::ChainId& chain,
                                                            WithDomains with_domains) {
  Piece piece;
  piece.add(kSelectDetail);
  piece.add(
      " FROM chains JOIN projects ON projects.id = chains.project"
      " JOIN versions ON versions.id = chains.current_version"
      " LEFT JOIN early_ends ON early_ends.version = versions.id"
      " WHERE chains.chain_key = ? AND chains.chain_id = ?",
      chain_key(chain), base::to_bytes(chain.bytes()));
  TRY_ASSIGN(Query query, piece.query(database));
  return read_detail(database, std::move(query), with_domains);
}

base::Result<std::optional<domain::ChainDetail>> read_version(Session& database, base::CertId version,
                                                              WithDomains with_domains) {
  Piece piece;
  piece.add(kSelectDetail);
  piece.add(
      " FROM versions JOIN chains ON chains.id = versions.chain JOIN projects ON projects.id = chains.project"
      " LEFT JOIN early_ends ON early_ends.version = versions.id WHERE versions.id = ?",
      version.number());
  TRY_ASSIGN(Query query, piece.query(database));
  return read_detail(database, std::move(query), with_domains);
}

}  // namespace

base::Result<domain::ChainSummary> read_summary(const Query& query) {
  domain::ChainSummary summary;
  TRY_ASSIGN(const auto id, query.fixed<16>(0));
  summary.id = base::ChainId(id);
  summary.current = base::CertId(query.integer(1));
  summary.account = base::AccountId(query.integer(2));
  summary.name = query.text(3);
  summary.project = query.text(4);
  summary.created_at = base::from_unix_micros(query.integer(5));
  summary.not_before = base::from_unix_micros(query.integer(6));
  summary.not_after = base::from_unix_micros(query.integer(7));
  summary.representative = query.text(10);
  summary.ends_at = query.is_null(11) ? summary.not_after : base::from_unix_micros(query.integer(11));
  if (query.is_null(9)) return summary;
  TRY_ASSIGN(const auto by, query.fixed<16>(8));
  summary.superseded = domain::ChainSummary::Superseded{base::ChainId(by), base::from_unix_micros(query.integer(9))};
  return summary;
}

base::Result<std::optional<domain::ChainDetail>> SqlSnapshot::find_chain(const base::ChainId& chain) {
  return read_chain(database_, chain, WithDomains::kYes);
}

base::Result<std::optional<domain::ChainDetail>> SqlSnapshot::find_chain_alone(const base::ChainId& chain) {
  return read_chain(database_, chain, WithDomains::kNo);
}

base::Result<std::optional<domain::ChainDetail>> SqlSnapshot::find_version(base::CertId version) {
  return read_version(database_, version, WithDomains::kYes);
}

base::Result<std::optional<domain::ChainDetail>> SqlSnapshot::find_version_alone(base::CertId version) {
  return read_version(database_, version, WithDomains::kNo);
}

base::Result<std::optional<domain::VersionContent>> SqlSnapshot::find_content(base::CertId version) {
  TRY_ASSIGN(Query query, database_.query("SELECT leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
                                          " not_before, not_after, sealed_key, early_ends.ends_at FROM versions"
                                          " LEFT JOIN early_ends ON early_ends.version = versions.id WHERE id = ?",
                                          version.number()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<domain::VersionContent>();
  domain::VersionContent content;
  content.leaf_der = query.blob(0);
  TRY_ASSIGN(content.issuers, read_issuers(database_, query.text(1)));
  TRY_ASSIGN(content.content_digest, query.fixed<32>(2));
  TRY_ASSIGN(content.leaf_key_digest, query.fixed<32>(3));
  content.key_kind = query.text(4);
  content.not_before = base::from_unix_micros(query.integer(5));
  content.not_after = base::from_unix_micros(query.integer(6));
  content.sealed_key.bytes = query.blob(7);
  if (!query.is_null(8)) content.ends_early = base::from_unix_micros(query.integer(8));
  return std::optional(std::move(content));
}

base::Result<std::vector<base::Bytes>> SqlSnapshot::find_issuers(base::AccountId account, base::ByteView subject_der) {
  std::vector<base::Bytes> issuers;
  TRY_ASSIGN(Query query,
             database_.query("SELECT der FROM issuer_certificates INDEXED BY issuer_certificates_by_subject"
                             " WHERE account = ? AND subject_der = ? ORDER BY id DESC LIMIT ?",
                             account.number(), subject_der, kMaxNamesakes));
  for (std::size_t bytes = 0;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return issuers;
    bytes += query.view(0).size();
    if (bytes > kMaxNamesakeBytes && !issuers.empty()) return issuers;
    issuers.push_back(query.blob(0));
  }
}

base::Result<base::CertId> SqlSnapshot::largest_version() {
  TRY_ASSIGN(const std::int64_t largest, database_.read_integer("SELECT coalesce(max(id), 0) FROM versions"));
  return base::CertId(largest);
}

base::Result<std::vector<domain::VersionSummary>> SqlSnapshot::list_versions(const base::ChainId& chain) {
  std::vector<domain::VersionSummary> versions;
  TRY_ASSIGN(Query query,
             database_.query("SELECT versions.id, versions.id = chains.current_version, versions.key_kind,"
                             " versions.not_before, versions.not_after, versions.created_at, versions.created_by,"
                             " versions.created_from, versions.leaf_der,"
                             " coalesce(early_ends.ends_at, versions.not_after) FROM chains"
                             " JOIN versions ON versions.chain = chains.id"
                             " LEFT JOIN early_ends ON early_ends.version = versions.id"
                             " WHERE chains.chain_key = ? AND chains.chain_id = ? ORDER BY versions.id DESC",
                             chain_key(chain), chain.bytes()));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return versions;
    domain::VersionSummary version;
    version.id = base::CertId(query.integer(0));
    version.is_current = query.flag(1);
    version.key_kind = query.text(2);
    version.not_before = base::from_unix_micros(query.integer(3));
    version.not_after = base::from_unix_micros(query.integer(4));
    version.created_at = base::from_unix_micros(query.integer(5));
    version.created_by = query.text(6);
    version.created_from = query.text(7);
    version.leaf_der = query.blob(8);
    version.ends_at = base::from_unix_micros(query.integer(9));
    versions.push_back(std::move(version));
  }
}

}  // namespace livecert::store::sql

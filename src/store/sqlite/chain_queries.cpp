#include <algorithm>
#include <bit>
#include <limits>
#include <variant>

#include "store/sqlite/commands.h"
#include "store/sqlite/queries.h"

namespace livecert::store::sqlite {
namespace {

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
  return summary;
}

// The issuers of a version from its JSON array of rows, in the array's order.
base::Result<std::vector<domain::IssuerCertificate>> read_issuers(Connection& database, const std::string& rows) {
  std::vector<domain::IssuerCertificate> issuers;
  TRY_ASSIGN(Query query, database.query("SELECT issuer_certificates.sha256, issuer_certificates.subject_der,"
                                         " issuer_certificates.der FROM json_each(?) AS listed"
                                         " JOIN issuer_certificates ON issuer_certificates.id = listed.value"
                                         " ORDER BY listed.key",
                                         rows));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return issuers;
    TRY_ASSIGN(const auto sha256, query.fixed<32>(0));
    issuers.push_back({sha256, query.blob(1), query.blob(2)});
  }
}

base::Result<std::optional<domain::ChainDetail>> read_detail(Connection& database, Query query) {
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<domain::ChainDetail>();
  domain::ChainDetail detail;
  TRY_ASSIGN(detail.summary, read_summary(query));
  detail.key_kind = query.text(8);
  detail.certificates.push_back(query.blob(9));
  TRY_ASSIGN(auto issuers, read_issuers(database, query.text(10)));
  for (domain::IssuerCertificate& issuer : issuers) detail.certificates.push_back(std::move(issuer.der));
  return std::optional(std::move(detail));
}

}  // namespace

base::Result<std::optional<domain::ChainDetail>> find_chain(Connection& database, const base::ChainId& chain) {
  TRY_ASSIGN(Query query,
             database.query("SELECT chains.chain_id, versions.id, chains.account, chains.name, projects.name,"
                            " chains.created_at, versions.not_before, versions.not_after,"
                            " versions.key_kind, versions.leaf_der, versions.issuers FROM chains"
                            " JOIN projects ON projects.id = chains.project"
                            " JOIN versions ON versions.id = chains.current_version"
                            " WHERE chains.chain_id_prefix = ? AND chains.chain_id = ?",
                            index_prefix(chain.bytes()), chain.bytes()));
  return read_detail(database, std::move(query));
}

base::Result<std::optional<domain::ChainDetail>> find_version(Connection& database, base::CertId version) {
  TRY_ASSIGN(Query query,
             database.query("SELECT chains.chain_id, versions.id, chains.account, chains.name, projects.name,"
                            " chains.created_at, versions.not_before, versions.not_after,"
                            " versions.key_kind, versions.leaf_der, versions.issuers FROM versions"
                            " JOIN chains ON chains.id = versions.chain"
                            " JOIN projects ON projects.id = chains.project"
                            " WHERE versions.id = ?",
                            version.number()));
  return read_detail(database, std::move(query));
}

base::Result<std::optional<domain::VersionContent>> find_content(Connection& database, base::CertId version) {
  TRY_ASSIGN(Query query, database.query("SELECT leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
                                         " not_before, not_after, sealed_key FROM versions WHERE id = ?",
                                         version.number()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<domain::VersionContent>();
  domain::VersionContent content;
  content.leaf_der = query.blob(0);
  TRY_ASSIGN(content.issuers, read_issuers(database, query.text(1)));
  TRY_ASSIGN(content.content_digest, query.fixed<32>(2));
  TRY_ASSIGN(content.leaf_key_digest, query.fixed<32>(3));
  content.key_kind = query.text(4);
  content.not_before = base::from_unix_micros(query.integer(5));
  content.not_after = base::from_unix_micros(query.integer(6));
  content.sealed_key.bytes = query.blob(7);
  return std::optional(std::move(content));
}

base::Result<std::vector<base::Bytes>> find_issuers(Connection& database, base::AccountId account,
                                                    base::ByteView subject_der) {
  std::vector<base::Bytes> issuers;
  TRY_ASSIGN(Query query, database.query("SELECT der FROM issuer_certificates WHERE account = ? AND subject_der = ?"
                                         " ORDER BY id",
                                         account.number(), subject_der));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return issuers;
    issuers.push_back(query.blob(0));
  }
}

namespace {

// The chains of an account that match a filter, as the condition of a SELECT from `chains` and the values bound to it.
// Names and projects are compared by SQLite; the text never becomes part of the statement.
class Condition {
 public:
  explicit Condition(const ChainFilter& filter) {
    add("chains.account = ?", filter.account.number());
    if (!filter.projects.empty()) add_projects(filter.account, filter.projects);
    // lower() knows ASCII letters only, as the port promises.
    if (filter.name_contains) add("instr(lower(chains.name), ?) > 0", base::to_ascii_lower(*filter.name_contains));
  }

  void add(const char* comparison, std::variant<std::int64_t, std::string> value) {
    text_ += text_.empty() ? "" : " AND ";
    text_ += comparison;
    values_.push_back(std::move(value));
  }

  // Rounded up to a power of two by repeating the last, so that few different statements have to be kept.
  void add_projects(base::AccountId account, const std::vector<std::string>& projects) {
    text_ += " AND chains.project IN (SELECT id FROM projects WHERE account = ? AND name IN (?";
    values_.emplace_back(account.number());
    values_.emplace_back(projects.front());
    for (std::size_t i = 1; i < std::bit_ceil(projects.size()); ++i) {
      text_ += ", ?";
      values_.emplace_back(projects[std::min(i, projects.size() - 1)]);
    }
    text_ += "))";
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  void bind_to(Query& query) const {
    for (const auto& value : values_) {
      if (const auto* number = std::get_if<std::int64_t>(&value)) query.bind(*number);
      if (const auto* text = std::get_if<std::string>(&value)) query.bind(std::string_view(*text));
    }
  }

 private:
  std::string text_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

}  // namespace

base::Result<ChainPage> list_chains(Connection& database, const ChainFilter& filter, Cursor from, std::int64_t skip,
                                    std::int64_t limit) {
  LIVECERT_CHECK(skip >= 0 && limit > 0);
  Condition condition(filter);
  if (from.position != 0) condition.add("chains.id < ?", from.position);
  if (filter.expired) {
    condition.add(*filter.expired ? "chains.not_after < ?" : "chains.not_after >= ?", base::to_unix_micros(filter.now));
  }
  // The inner statement finds its rows in the index alone, so that skipping many costs little. One row more than asked
  // for tells whether there is a following page.
  TRY_ASSIGN(
      Query query,
      database.query("SELECT chains.chain_id, chains.current_version, chains.account, chains.name, projects.name,"
                     " chains.created_at, chains.not_before, chains.not_after, chains.id"
                     " FROM (SELECT chains.id AS id FROM chains WHERE " +
                     condition.text() +
                     " ORDER BY chains.id DESC LIMIT ? OFFSET ?) AS page"
                     " JOIN chains ON chains.id = page.id JOIN projects ON projects.id = chains.project"
                     " ORDER BY page.id DESC"));
  condition.bind_to(query);
  query.bind(limit == std::numeric_limits<std::int64_t>::max() ? limit : limit + 1);
  query.bind(skip);
  ChainPage page;
  for (std::int64_t last = 0;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return page;
    if (static_cast<std::int64_t>(page.chains.size()) == limit) {
      page.next = Cursor{last};
      return page;
    }
    TRY_ASSIGN(auto summary, read_summary(query));
    page.chains.push_back(std::move(summary));
    last = query.integer(8);
  }
}

base::Result<ChainCounts> count_chains(Connection& database, const ChainFilter& filter) {
  const Condition condition(filter);
  TRY_ASSIGN(Query query, database.query("SELECT count(*), coalesce(sum(chains.not_after < ?), 0),"
                                         " coalesce(sum(chains.not_after >= ? AND chains.not_after <= ?), 0)"
                                         " FROM chains WHERE " +
                                         condition.text()));
  query.bind(base::to_unix_micros(filter.now));
  query.bind(base::to_unix_micros(filter.now));
  query.bind(base::to_unix_micros(filter.now + domain::kClosingWindow));
  condition.bind_to(query);
  TRY(query.next());
  ChainCounts counts;
  counts.expired = query.integer(1);
  counts.active = query.integer(0) - counts.expired;
  counts.closing = query.integer(2);
  counts.total = !filter.expired ? query.integer(0) : *filter.expired ? counts.expired : counts.active;
  return counts;
}

}  // namespace livecert::store::sqlite

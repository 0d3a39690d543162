#include <algorithm>
#include <limits>

#include "store/sqlite/chain_rows.h"
#include "store/sqlite/piece.h"
#include "store/sqlite/queries.h"

namespace livecert::store::sqlite {
namespace {

// The rows of the projects a filter admits.
Piece project_rows(const ChainFilter& filter) {
  Piece piece;
  piece.add("(SELECT id FROM projects WHERE account = ?", filter.account.number());
  piece.add_any_of(" AND name IN ", filter.projects);
  piece.add(")");
  return piece;
}

// The chains whose id begins with these digits, by the index on the first eight bytes: a range without a change of sign
// in it, since the digits before the range's first one are the same.
void add_id_prefix(Piece& piece, const std::string& digits) {
  constexpr std::size_t kIndexed = 16;
  std::string first = digits.substr(0, kIndexed);
  std::string last = first;
  first.resize(kIndexed, '0');
  last.resize(kIndexed, 'f');
  piece.add(" FROM chains INDEXED BY chains_by_chain_id WHERE chains.chain_id_prefix BETWEEN ? AND ?",
            index_prefix(*base::parse_hex(first)), index_prefix(*base::parse_hex(last)));
  if (digits.size() > kIndexed) piece.add(" AND instr(lower(hex(chains.chain_id)), ?) = 1", digits);
}

// Where to look for the rows that match: what is few among many is found by an index of its own; all else on the way
// through the account's chains, whose index holds the columns that are asked about most.
void add_source(Piece& piece, const ChainFilter& filter) {
  const std::optional<base::Time> ends_before = filter.expired.value_or(false) ? filter.now : filter.expires_before;
  if (filter.domain) {
    piece.add(" FROM chains WHERE chains.id = (SELECT chain FROM domains WHERE name = ?)", *filter.domain);
  } else if (filter.id_prefix) {
    add_id_prefix(piece, *filter.id_prefix);
  } else if (filter.superseded.value_or(false)) {
    piece.add(" FROM chains INDEXED BY chains_superseded WHERE chains.superseded_at IS NOT NULL");
  } else if (ends_before) {
    piece.add(" FROM chains INDEXED BY chains_by_expiry WHERE chains.not_after < ?",
              base::to_unix_micros(*ends_before));
    piece.add(" AND chains.project IN ");
    piece.add(project_rows(filter));
  } else {
    piece.add(" FROM chains INDEXED BY chains_by_account WHERE chains.account = ?", filter.account.number());
  }
}

// The rows of `chains` that match, for a SELECT of some of their columns.
Piece matching_rows(const ChainFilter& filter, Cursor from) {
  Piece piece;
  add_source(piece, filter);
  piece.add(" AND chains.account = ?", filter.account.number());
  if (filter.expired) {
    piece.add(*filter.expired ? " AND chains.not_after < ?" : " AND chains.not_after >= ?",
              base::to_unix_micros(filter.now));
  }
  if (filter.expires_before) piece.add(" AND chains.not_after < ?", base::to_unix_micros(*filter.expires_before));
  if (filter.superseded) {
    piece.add(*filter.superseded ? " AND chains.superseded_at IS NOT NULL" : " AND chains.superseded_at IS NULL");
  }
  if (!filter.projects.empty()) {
    piece.add(" AND chains.project IN ");
    piece.add(project_rows(filter));
  }
  // lower() knows ASCII letters only, as the port promises.
  if (filter.name_contains) {
    piece.add(" AND instr(lower(chains.name), ?) > 0", base::to_ascii_lower(*filter.name_contains));
  }
  if (from.position != 0) piece.add(" AND chains.id < ?", from.position);
  return piece;
}

base::Result<void> add_domains(Connection& database, const std::vector<std::int64_t>& rows,
                               std::vector<domain::ChainSummary>& chains) {
  TRY_ASSIGN(const std::int64_t bound,
             database.read_integer("SELECT EXISTS (SELECT 1 FROM domains INDEXED BY domains_by_chain"
                                   " WHERE chain IS NOT NULL)"));
  for (std::size_t i = 0; i < rows.size() && bound != 0; ++i) {
    TRY_ASSIGN(chains[i].domains, bound_domains(database, rows[i]));
  }
  return {};
}

// Whether the sums of days answer a count.
bool asks_for_projects_only(const ChainFilter& filter) {
  return !filter.name_contains && !filter.domain && !filter.superseded && !filter.expires_before && !filter.id_prefix;
}

// Of a statement whose columns are the number of all chains, of those that ended before now, and of those that end
// within the closing window.
base::Result<ChainCounts> read_counts(Query query, const std::optional<bool>& expired) {
  TRY(query.next());
  ChainCounts counts;
  counts.expired = query.integer(1);
  counts.active = query.integer(0) - counts.expired;
  counts.closing = query.integer(2);
  counts.total = !expired ? query.integer(0) : *expired ? counts.expired : counts.active;
  return counts;
}

// The number of chains in `projects` that end before `time`: whole days from their sums, the last one chain by chain.
Piece ended_before(const Piece& projects, base::Time time) {
  const std::int64_t day = day_of(time);
  const base::Time midnight{std::chrono::days(day)};
  Piece piece;
  piece.add("(SELECT coalesce(sum(chains), 0) FROM expiry_days WHERE day < ? AND project IN ", day);
  piece.add(projects);
  piece.add(") + (SELECT count(*) FROM chains INDEXED BY chains_by_expiry WHERE not_after >= ? AND not_after < ?",
            base::to_unix_micros(midnight), base::to_unix_micros(time));
  piece.add(" AND project IN ");
  piece.add(projects);
  piece.add(")");
  return piece;
}

}  // namespace

base::Result<ChainPage> list_chains(Connection& database, const ChainFilter& filter, Cursor from, std::int64_t skip,
                                    std::int64_t limit) {
  LIVECERT_CHECK(skip >= 0 && limit > 0);
  // The inner statement finds its rows in an index alone, so that skipping many costs little. One row more than asked
  // for tells whether there is a following page.
  Piece piece;
  piece.add(
      "SELECT chains.chain_id, chains.current_version, chains.account, chains.name, projects.name, chains.created_at,"
      " chains.not_before, chains.not_after, chains.superseded_by, chains.superseded_at, chains.id"
      " FROM (SELECT chains.id AS id");
  piece.add(matching_rows(filter, from));
  piece.add(" ORDER BY chains.id DESC LIMIT ? OFFSET ?) AS page",
            std::min(limit, std::numeric_limits<std::int64_t>::max() - 1) + 1, skip);
  piece.add(
      " JOIN chains ON chains.id = page.id JOIN projects ON projects.id = chains.project"
      " ORDER BY page.id DESC");
  TRY_ASSIGN(Query query, piece.query(database));
  ChainPage page;
  std::vector<std::int64_t> rows;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) break;
    if (static_cast<std::int64_t>(page.chains.size()) == limit) {
      page.next = Cursor{rows.back()};
      break;
    }
    TRY_ASSIGN(auto summary, read_summary(query));
    page.chains.push_back(std::move(summary));
    rows.push_back(query.integer(kSummaryRow));
  }
  TRY(add_domains(database, rows, page.chains));
  return page;
}

base::Result<ChainCounts> count_chains(Connection& database, const ChainFilter& filter) {
  // After the last moment that still counts as closing.
  const base::Time closed = filter.now + domain::kClosingWindow + std::chrono::microseconds(1);
  Piece piece;
  if (!asks_for_projects_only(filter)) {
    ChainFilter all = filter;
    all.expired.reset();
    piece.add(
        "SELECT count(*), coalesce(sum(chains.not_after < ?), 0),"
        " coalesce(sum(chains.not_after >= ? AND chains.not_after < ?), 0)",
        base::to_unix_micros(filter.now), base::to_unix_micros(filter.now), base::to_unix_micros(closed));
    piece.add(matching_rows(all, {}));
  } else {
    const Piece projects = project_rows(filter);
    piece.add(
        "SELECT counts.total, counts.ended, counts.closed - counts.ended FROM (SELECT ("
        "SELECT coalesce(sum(chains), 0) FROM expiry_days WHERE project IN ");
    piece.add(projects);
    piece.add(") AS total, ");
    piece.add(ended_before(projects, filter.now));
    piece.add(" AS ended, ");
    piece.add(ended_before(projects, closed));
    piece.add(" AS closed) AS counts");
  }
  TRY_ASSIGN(Query query, piece.query(database));
  return read_counts(std::move(query), filter.expired);
}

}  // namespace livecert::store::sqlite

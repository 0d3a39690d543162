#include <algorithm>
#include <limits>

#include "store/sql/chain_rows.h"
#include "store/sql/piece.h"
#include "store/sql/queries.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

// The current versions of one project that end before their leaf, from an account's early ends.
constexpr std::string_view kCurrentOfProject =
    " JOIN chains ON chains.id = early_ends.chain AND chains.current_version = early_ends.version"
    " WHERE early_ends.account = ? AND chains.project = (SELECT id FROM projects WHERE account = ? AND name = ?)";

// The rows of the projects that a filter admits.
Piece project_rows(const ChainFilter& filter) {
  Piece piece;
  piece.add("(SELECT id FROM projects WHERE account = ?", filter.account.number());
  piece.add_any_of(" AND name IN ", filter.projects);
  piece.add(")");
  return piece;
}

// Restricts the chains to ids that begin with these digits, by the first eight bytes. Both ends of the range begin with
// the same digit, so its sign never changes within it.
void add_id_prefix(Piece& piece, const std::string& digits) {
  constexpr std::size_t kDigits = 32;
  std::string first = digits;
  std::string last = digits;
  first.resize(kDigits, '0');
  last.resize(kDigits, 'f');
  const base::Bytes from = *base::parse_hex(first);
  const base::Bytes to = *base::parse_hex(last);
  piece.add(" AND chains.chain_id_prefix BETWEEN ? AND ?", index_prefix(from), index_prefix(to));
  if (digits.size() > kDigits / 2) piece.add(" AND chains.chain_id BETWEEN ? AND ?", from, to);
}

// The account's chains that end before the time because of an issuer.
Piece chains_ending_early(const ChainFilter& filter) {
  Piece piece;
  piece.add(
      "SELECT early_ends.chain FROM early_ends INDEXED BY early_ends_by_account"
      " JOIN chains AS early ON early.id = early_ends.chain AND early.current_version = early_ends.version"
      " WHERE early_ends.account = ?",
      filter.account.number());
  piece.add(" AND early_ends.ends_at < ?", base::to_unix_micros(*filter.ends_before));
  return piece;
}

// Adds the source of the matching rows, for the account alone. Filters that only few chains match have their own index;
// all others read the account's chains through an index that holds the columns that are asked about most. No source
// reads more rows of the table than the list shows.
void add_source(Piece& piece, const ChainFilter& filter) {
  const std::optional<base::Time> ended_before = filter.expired.value_or(false) ? filter.now : filter.expires_before;
  const auto of_account = [&](std::string_view index) {
    piece.add(index);
    piece.add(" chains.account = ?", filter.account.number());
  };
  if (filter.domain) {
    piece.add(" FROM chains WHERE chains.id = (SELECT chain FROM domains WHERE name = ?)", *filter.domain);
    of_account(" AND");
  } else if (filter.superseded.value_or(false) && !filter.id_prefix) {
    of_account(" FROM chains INDEXED BY chains_superseded WHERE");
  } else if (ended_before && !filter.name_contains && !filter.id_prefix) {
    piece.add(" FROM chains INDEXED BY chains_by_expiry WHERE chains.not_after < ?",
              base::to_unix_micros(*ended_before));
    // The projects are the account's. A condition on the account too would read each row.
    piece.add(" AND chains.project IN ");
    piece.add(project_rows(filter));
  } else if (filter.ends_before && !filter.name_contains && !filter.id_prefix) {
    piece.add(" FROM chains WHERE chains.id IN (SELECT id FROM chains INDEXED BY chains_by_expiry WHERE not_after < ?",
              base::to_unix_micros(*filter.ends_before));
    piece.add(" AND project IN ");
    piece.add(project_rows(filter));
    piece.add(" UNION ALL ");
    piece.add(chains_ending_early(filter));
    piece.add(")");
  } else {
    of_account(" FROM chains INDEXED BY chains_by_account WHERE");
  }
  if (filter.id_prefix) add_id_prefix(piece, *filter.id_prefix);
}

// The rows of `chains` that match, for a SELECT of some of their columns.
Piece matching_rows(const ChainFilter& filter, Cursor from) {
  Piece piece;
  add_source(piece, filter);
  if (filter.expired) {
    piece.add(*filter.expired ? " AND chains.not_after < ?" : " AND chains.not_after >= ?",
              base::to_unix_micros(filter.now));
  }
  if (filter.expires_before) piece.add(" AND chains.not_after < ?", base::to_unix_micros(*filter.expires_before));
  if (filter.ends_before) {
    piece.add(" AND (chains.not_after < ? OR chains.id IN (", base::to_unix_micros(*filter.ends_before));
    piece.add(chains_ending_early(filter));
    piece.add("))");
  }
  if (filter.bound_only) {
    piece.add(" AND chains.id IN (SELECT chain FROM domains INDEXED BY domains_by_chain WHERE chain IS NOT NULL)");
  }
  if (filter.superseded) {
    piece.add(*filter.superseded ? " AND chains.superseded_at IS NOT NULL"
                                 : " AND chains.id NOT IN (SELECT id FROM chains INDEXED BY chains_superseded"
                                   " WHERE superseded_at IS NOT NULL AND account = ?)");
    if (!*filter.superseded) piece.add("", filter.account.number());
  }
  if (!filter.projects.empty()) {
    piece.add(" AND chains.project IN ");
    piece.add(project_rows(filter));
  }
  // The function knows ASCII letters only, as the port promises.
  if (filter.name_contains) {
    piece.add(" AND contains_ascii_ci(chains.name, ?)", base::to_ascii_lower(*filter.name_contains));
  }
  if (from.position != 0) piece.add(" AND chains.id < ?", from.position);
  return piece;
}

// Whether all chains of the account match.
bool admits_all(const ChainFilter& filter) {
  return filter.projects.empty() && !filter.name_contains && !filter.expired && !filter.domain && !filter.superseded &&
         !filter.expires_before && !filter.ends_before && !filter.bound_only && !filter.id_prefix;
}

// A place in the list of all chains of an account, and how many to leave out from there.
struct Start {
  Cursor from;
  std::int64_t skip = 0;
};

// Finds the place after `skip` chains from the newest one; skips whole blocks by their counters.
base::Result<Start> find_start(Session& database, base::AccountId account, std::int64_t skip) {
  Start start{{}, skip};
  TRY_ASSIGN(Query query, database.query("SELECT block, chains FROM chain_blocks WHERE account = ? ORDER BY block DESC",
                                         account.number()));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found || start.skip < query.integer(1)) return start;
    start.skip -= query.integer(1);
    start.from.position = std::max<std::int64_t>(first_row_of_block(query.integer(0)), 1);
  }
}

base::Result<void> add_domains(Session& database, const std::vector<std::int64_t>& rows,
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
  return !filter.name_contains && !filter.domain && !filter.superseded && !filter.expires_before &&
         !filter.ends_before && !filter.bound_only && !filter.id_prefix;
}

// Reads a statement whose columns are the number of all chains, of those that ended before now, and of those that end
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

// Adds the number of chains in `projects` that end on the day of `time` and before it, counted chain by chain.
void add_ended_on_day(Piece& piece, const Piece& projects, base::Time time) {
  const base::Time midnight = std::chrono::floor<std::chrono::days>(time);
  piece.add(
      "(SELECT count(*) FROM chains INDEXED BY chains_by_expiry WHERE not_after >= ? AND not_after < ?"
      " AND project IN ",
      base::to_unix_micros(midnight), base::to_unix_micros(time));
  piece.add(projects);
  piece.add(")");
}

// The page of the chains that the statement `ids` finds in the column `id`, newest first: up to `limit`, and one more
// if another page follows.
base::Result<ChainPage> read_page(Session& database, const Piece& ids, std::int64_t limit) {
  Piece piece;
  piece.add(
      "SELECT chains.chain_id, chains.current_version, chains.account, chains.name, projects.name, chains.created_at,"
      " chains.not_before, chains.not_after, chains.superseded_by, chains.superseded_at, chains.representative,"
      " early_ends.ends_at, chains.id FROM (");
  piece.add(ids);
  piece.add(") AS page ");
  piece.add(database.dialect().ordered_join);
  piece.add(
      " chains ON chains.id = page.id JOIN projects ON projects.id = chains.project"
      " LEFT JOIN early_ends ON early_ends.version = chains.current_version ORDER BY page.id DESC");
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

// The first moment that no longer counts as closing.
base::Time end_of_closing(const ChainFilter& filter) {
  return filter.now + domain::kClosingWindow + std::chrono::microseconds(1);
}

// The filter of the counts, which include expired chains and others.
ChainFilter without_expired(ChainFilter filter) {
  filter.expired.reset();
  return filter;
}

// Reads counts and page in one pass over all matching rows: two passes would take twice as long.
base::Result<CountedPage> scan_list(Session& database, const ChainFilter& filter, std::int64_t skip,
                                    std::int64_t limit) {
  Piece piece;
  piece.add("SELECT chains.id, chains.not_after");
  piece.add(matching_rows(without_expired(filter), {}));
  piece.add(" ORDER BY chains.id DESC");
  TRY_ASSIGN(Query query, piece.query(database));
  const std::int64_t now = base::to_unix_micros(filter.now);
  const std::int64_t closed = base::to_unix_micros(end_of_closing(filter));
  CountedPage counted;
  std::string ids;
  std::int64_t kept = 0;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) break;
    const std::int64_t not_after = query.integer(1);
    const bool expired = not_after < now;
    ++(expired ? counted.counts.expired : counted.counts.active);
    if (!expired && not_after < closed) ++counted.counts.closing;
    if (filter.expired && *filter.expired != expired) continue;
    // One more than asked for tells whether there is a following page.
    if (counted.counts.total++ < skip || kept > limit) continue;
    ids += (ids.empty() ? "[" : ",") + std::to_string(query.integer(0));
    ++kept;
  }
  if (kept == 0) return counted;
  Piece listed;
  listed.add("SELECT value AS id FROM ");
  listed.add(database.dialect().list_of_numbers, ids + "]");
  listed.add(" AS listed");
  TRY_ASSIGN(counted.page, read_page(database, listed, limit));
  return counted;
}

}  // namespace

base::Result<ChainPage> SqlSnapshot::list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                                 std::int64_t limit) {
  LIVECERT_CHECK(skip >= 0 && limit > 0);
  Start start{from, skip};
  if (admits_all(filter) && from.position == 0 && skip > 0) {
    TRY_ASSIGN(start, find_start(database_, filter.account, skip));
  }
  // The rows are found in an index alone, so that skipping many costs little. One more than asked for tells whether
  // there is a following page.
  Piece ids;
  ids.add("SELECT chains.id AS id");
  ids.add(matching_rows(filter, start.from));
  ids.add(" ORDER BY chains.id DESC LIMIT ? OFFSET ?",
          std::min(limit, std::numeric_limits<std::int64_t>::max() - 1) + 1, start.skip);
  return read_page(database_, ids, limit);
}

base::Result<CountedPage> SqlSnapshot::open_list(const ChainFilter& filter, std::int64_t skip, std::int64_t limit) {
  LIVECERT_CHECK(skip >= 0 && limit > 0);
  if (!asks_for_projects_only(filter)) return scan_list(database_, filter, skip, limit);
  CountedPage counted;
  TRY_ASSIGN(counted.counts, count_chains(filter));
  if (skip >= counted.counts.total) return counted;
  TRY_ASSIGN(counted.page, list_chains(filter, {}, skip, limit));
  return counted;
}

base::Result<ChainCounts> SqlSnapshot::count_chains(const ChainFilter& filter) {
  const base::Time closed = end_of_closing(filter);
  Piece piece;
  if (!asks_for_projects_only(filter)) {
    piece.add(
        "SELECT count(*), count(*) FILTER (WHERE chains.not_after < ?),"
        " count(*) FILTER (WHERE chains.not_after >= ? AND chains.not_after < ?)",
        base::to_unix_micros(filter.now), base::to_unix_micros(filter.now), base::to_unix_micros(closed));
    piece.add(matching_rows(without_expired(filter), {}));
  } else {
    const Piece projects = project_rows(filter);
    piece.add(
        "SELECT CAST(total AS BIGINT), CAST(ended AS BIGINT), CAST(closed - ended AS BIGINT)"
        " FROM (SELECT coalesce(sum(chains), 0) AS total,"
        " coalesce(sum(CASE WHEN day < ? THEN chains END), 0) + ",
        day_of(filter.now));
    add_ended_on_day(piece, projects, filter.now);
    piece.add(" AS ended, coalesce(sum(CASE WHEN day < ? THEN chains END), 0) + ", day_of(closed));
    add_ended_on_day(piece, projects, closed);
    piece.add(" AS closed FROM expiry_days WHERE project IN ");
    piece.add(projects);
    piece.add(") AS days");
  }
  TRY_ASSIGN(Query query, piece.query(database_));
  return read_counts(std::move(query), filter.expired);
}

base::Result<std::vector<EndingChain>> SqlSnapshot::list_ending(base::AccountId account, const std::string& project,
                                                                base::Time from, base::Time before,
                                                                std::int64_t limit) {
  LIVECERT_CHECK(limit > 0);
  std::vector<EndingChain> chains;
  const auto add_all = [&](Query query) -> base::Result<void> {
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) return {};
      TRY_ASSIGN(const auto chain, query.fixed<16>(0));
      chains.push_back(
          {base::ChainId(chain), base::CertId(query.integer(1)), base::from_unix_micros(query.integer(2))});
    }
  };
  const std::int64_t first = base::to_unix_micros(from);
  const std::int64_t end = base::to_unix_micros(before);
  // Each way has an index in the order of its ends: the chains that end with their leaf, and those that end before it.
  TRY_ASSIGN(Query by_leaf, database_.query("SELECT chain_id, current_version, not_after"
                                            " FROM chains INDEXED BY chains_by_expiry"
                                            " WHERE project = (SELECT id FROM projects WHERE account = ? AND name = ?)"
                                            " AND not_after >= ? AND not_after < ? AND NOT EXISTS (SELECT 1"
                                            " FROM early_ends WHERE early_ends.version = chains.current_version)"
                                            " ORDER BY not_after LIMIT ?",
                                            account.number(), project, first, end, limit));
  TRY(add_all(std::move(by_leaf)));
  TRY_ASSIGN(Query early, database_.query("SELECT chains.chain_id, chains.current_version, early_ends.ends_at"
                                          " FROM early_ends INDEXED BY early_ends_by_account" +
                                              std::string(kCurrentOfProject) +
                                              " AND early_ends.ends_at >= ? AND early_ends.ends_at < ?"
                                              " ORDER BY early_ends.ends_at LIMIT ?",
                                          account.number(), account.number(), project, first, end, limit));
  TRY(add_all(std::move(early)));
  std::ranges::stable_sort(chains, {}, &EndingChain::ends_at);
  if (static_cast<std::int64_t>(chains.size()) > limit) chains.resize(static_cast<std::size_t>(limit));
  return chains;
}

// The leaves are counted by day, so that this costs little among a million; the chains that end earlier are few, and
// are moved to where they belong.
base::Result<EndCounts> SqlSnapshot::count_ends(base::AccountId account, const std::string& project, base::Time now) {
  ChainFilter filter;
  filter.account = account;
  filter.projects = {project};
  filter.now = now;
  TRY_ASSIGN(const ChainCounts leaves, count_chains(filter));
  const std::int64_t moment = base::to_unix_micros(now);
  const std::int64_t closed = base::to_unix_micros(end_of_closing(filter));
  TRY_ASSIGN(Query query,
             database_.query(
                 "SELECT count(*) FILTER (WHERE early_ends.ends_at < ?),"
                 " count(*) FILTER (WHERE early_ends.ends_at < ? AND chains.not_after < ?),"
                 " count(*) FILTER (WHERE early_ends.ends_at >= ? AND chains.not_after >= ?)"
                 " FROM early_ends INDEXED BY early_ends_by_account" +
                     std::string(kCurrentOfProject) + " AND early_ends.ends_at < ? AND chains.not_after >= ?",
                 moment, moment, closed, moment, closed, account.number(), account.number(), project, closed, moment));
  TRY(query.next());
  const std::int64_t ended = query.integer(0);
  const std::int64_t ended_of_closing = query.integer(1);
  const std::int64_t closing_of_valid = query.integer(2);
  EndCounts counts;
  counts.ended = leaves.expired + ended;
  counts.closing = leaves.closing - ended_of_closing + closing_of_valid;
  counts.valid = leaves.active + leaves.expired - counts.ended - counts.closing;
  return counts;
}

}  // namespace livecert::store::sql

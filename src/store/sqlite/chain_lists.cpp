#include <algorithm>
#include <bit>
#include <limits>
#include <variant>

#include "store/sqlite/commands.h"
#include "store/sqlite/queries.h"

namespace livecert::store::sqlite {
namespace {

// A piece of a statement with the values of its `?`, in order. What comes from outside is only ever a value.
class Piece {
 public:
  void add(std::string_view text) { text_ += text; }
  template <typename... Values>
  void add(std::string_view text, const Values&... values) {
    text_ += text;
    (values_.emplace_back(values), ...);
  }
  void add(const Piece& other) {
    text_ += other.text_;
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  }

  [[nodiscard]] base::Result<Query> query(Connection& database) const {
    TRY_ASSIGN(Query query, database.query(text_));
    for (const auto& value : values_) {
      if (const auto* number = std::get_if<std::int64_t>(&value)) query.bind(*number);
      if (const auto* text = std::get_if<std::string>(&value)) query.bind(std::string_view(*text));
    }
    return query;
  }

 private:
  std::string text_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

// The rows of the projects a filter admits. Their number is rounded up to a power of two by repeating the last one, so
// that few different statements have to be kept.
Piece project_rows(const ChainFilter& filter) {
  Piece piece;
  piece.add("(SELECT id FROM projects WHERE account = ?", filter.account.number());
  for (std::size_t i = 0; i < std::bit_ceil(filter.projects.size()) && !filter.projects.empty(); ++i) {
    piece.add(i == 0 ? " AND name IN (?" : ", ?", filter.projects[std::min(i, filter.projects.size() - 1)]);
  }
  piece.add(filter.projects.empty() ? ")" : "))");
  return piece;
}

// lower() knows ASCII letters only, as the port promises.
void add_name(Piece& piece, const ChainFilter& filter) {
  if (!filter.name_contains) return;
  piece.add(" AND instr(lower(chains.name), ?) > 0", base::to_ascii_lower(*filter.name_contains));
}

// The rows of `chains` that match, for a SELECT of some of their columns.
// The expired ones are few among many and found by their time; all others are found on the way through the account's
// chains, whose index holds every column that is asked about.
Piece matching_rows(const ChainFilter& filter, Cursor from) {
  Piece piece;
  if (filter.expired.value_or(false)) {
    piece.add(" FROM chains INDEXED BY chains_by_expiry WHERE chains.not_after < ?", base::to_unix_micros(filter.now));
    piece.add(" AND chains.project IN ");
    piece.add(project_rows(filter));
  } else {
    piece.add(" FROM chains INDEXED BY chains_by_account WHERE chains.account = ?", filter.account.number());
    if (filter.expired) piece.add(" AND chains.not_after >= ?", base::to_unix_micros(filter.now));
    if (!filter.projects.empty()) {
      piece.add(" AND chains.project IN ");
      piece.add(project_rows(filter));
    }
  }
  add_name(piece, filter);
  if (from.position != 0) piece.add(" AND chains.id < ?", from.position);
  return piece;
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
      " chains.not_before, chains.not_after, chains.id FROM (SELECT chains.id AS id");
  piece.add(matching_rows(filter, from));
  piece.add(" ORDER BY chains.id DESC LIMIT ? OFFSET ?) AS page",
            std::min(limit, std::numeric_limits<std::int64_t>::max() - 1) + 1, skip);
  piece.add(
      " JOIN chains ON chains.id = page.id JOIN projects ON projects.id = chains.project"
      " ORDER BY page.id DESC");
  TRY_ASSIGN(Query query, piece.query(database));
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
  // After the last moment that still counts as closing.
  const base::Time closed = filter.now + domain::kClosingWindow + std::chrono::microseconds(1);
  Piece piece;
  if (filter.name_contains) {
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

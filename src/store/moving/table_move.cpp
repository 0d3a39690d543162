#include "store/moving/table_move.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <optional>

#include "store/move_mark.h"
#include "store/moving/row.h"

namespace livecert::store::moving {
namespace {

constexpr std::int64_t kWholeRowsAtOnce = 1000;
constexpr std::int64_t kKeysAtOnce = 20'000;
constexpr std::size_t kRowsInTransaction = 1000;
constexpr std::size_t kValuesInStatement = 800;
constexpr std::size_t kRowsInStatement = 64;

std::string list_of(const Table& table, std::size_t columns) {
  std::string list;
  for (std::size_t i = 0; i < columns; ++i) {
    // `key` is a word of SQL's own.
    list += (i == 0 ? "\"" : ", \"") + std::string(table.columns[i].name) + "\"";
  }
  return list;
}

std::string marks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

// Reads a table in the order of its keys, a part at a time.
class Cursor {
 public:
  // Up to the key `known_upto`, rows are only keys.
  Cursor(End& end, const Table& table, std::int64_t known_upto)
      : session_(end.session()), table_(table), known_upto_(known_upto), reads_keys_(known_upto > kNone) {}
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

  // Nullptr: there are no more. Valid until the next call.
  [[nodiscard]] base::Result<const Row*> next() {
    while (place_ == rows_.size()) {
      if (is_over_) return static_cast<const Row*>(nullptr);
      TRY(refill());
    }
    return &rows_[place_++];
  }

 private:
  base::Result<void> refill() {
    const std::size_t columns = reads_keys_ ? table_.key_columns : table_.columns.size();
    const std::int64_t limit = reads_keys_ ? kKeysAtOnce : kWholeRowsAtOnce;
    if (!rows_.empty()) last_ = std::move(rows_.back());
    rows_.clear();
    place_ = 0;

    const std::string key = list_of(table_, table_.key_columns);
    std::string condition;
    std::vector<sql::Value> values;
    if (last_) {
      condition = "(" + key + ") > (" + marks(table_.key_columns) + ")";
      values = last_->values();
      values.resize(table_.key_columns);
    }
    const auto add = [&](const std::string& another) { condition += (condition.empty() ? "" : " AND ") + another; };
    if (reads_keys_) {
      add("id <= ?");
      values.emplace_back(known_upto_);
    }
    if (table_.name == "settings") {
      add("name <> ?");
      values.emplace_back(kMoveSetting);
    }
    values.emplace_back(limit);
    TRY_ASSIGN(
        sql::Query query,
        session_.query_with("SELECT " + list_of(table_, columns) + " FROM " + std::string(table_.name) +
                                (condition.empty() ? "" : " WHERE ") + condition + " ORDER BY " + key + " LIMIT ?",
                            values));
    rows_.reserve(static_cast<std::size_t>(limit));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) break;
      rows_.push_back(Row::read(query, table_, columns));
    }
    if (static_cast<std::int64_t>(rows_.size()) == limit) return {};
    is_over_ = !reads_keys_;
    reads_keys_ = false;
    return {};
  }

  sql::Session& session_;
  const Table& table_;
  const std::int64_t known_upto_;
  bool reads_keys_;
  bool is_over_ = false;
  std::vector<Row> rows_;
  std::size_t place_ = 0;
  std::optional<Row> last_;
};

}  // namespace

class TableMove::Pass {
 public:
  Pass(TableMove& move, const Progress& progress)
      : move_(move),
        table_(move.table_),
        progress_(progress),
        known_(std::exchange(move.known_, {})),
        known_upto_(known_.empty() ? Cursor::kNone : known_.back().first) {}

  [[nodiscard]] base::Result<Compared> run() {
    Cursor source(move_.from_, table_, known_upto_);
    Cursor target(move_.to_, table_, known_upto_);
    TRY_ASSIGN(const Row* ours, source.next());
    TRY_ASSIGN(const Row* theirs, target.next());
    while (ours != nullptr || theirs != nullptr) {
      std::strong_ordering order = std::strong_ordering::equal;
      if (ours == nullptr) {
        order = std::strong_ordering::greater;
      } else if (theirs == nullptr) {
        order = std::strong_ordering::less;
      } else {
        order = compare_keys(*ours, *theirs, table_.key_columns);
      }
      if (std::is_lt(order)) {
        TRY(bring(*ours));
      } else if (std::is_gt(order)) {
        TRY(remove(*theirs));
      } else {
        TRY(compare(*ours, *theirs));
      }
      if (std::is_lteq(order)) {
        TRY(count());
        TRY_ASSIGN(ours, source.next());
      }
      if (std::is_gteq(order)) {
        TRY_ASSIGN(theirs, target.next());
      }
    }
    TRY(write());
    if (progress_) progress_(uncounted_);
    found_.source = source_.finish();
    found_.target = target_.finish();
    return found_;
  }

 private:
  [[nodiscard]] base::Result<void> count() {
    ++found_.rows;
    if (++uncounted_ == kWholeRowsAtOnce) {
      if (progress_) progress_(uncounted_);
      uncounted_ = 0;
    }
    return {};
  }

  [[nodiscard]] bool is_whole(const Row& row) const { return row.columns() == table_.columns.size(); }

  // The row with that key; nullopt: it is gone.
  [[nodiscard]] base::Result<std::optional<Row>> read_whole(End& end, const Row& row) {
    if (is_whole(row)) return std::optional(row);
    TRY_ASSIGN(sql::Query query,
               end.session().query_with("SELECT " + list_of(table_, table_.columns.size()) + " FROM " +
                                            std::string(table_.name) + " WHERE " + key_condition(),
                                        row.values()));
    TRY_ASSIGN(const bool found, query.next());
    return found ? std::optional(Row::read(query, table_, table_.columns.size())) : std::nullopt;
  }

  [[nodiscard]] std::string key_condition() const {
    std::string condition;
    for (std::size_t i = 0; i < table_.key_columns; ++i) {
      condition += (i == 0 ? "\"" : " AND \"") + std::string(table_.columns[i].name) + "\" = ?";
    }
    return condition;
  }

  base::Result<void> bring(const Row& row) {
    TRY_ASSIGN(auto whole, read_whole(move_.from_, row));
    if (!whole) return {};
    source_.update(crypto::sha256(whole->bytes()));
    ++found_.differences;
    to_insert_.push_back(*std::move(whole));
    return write_some();
  }

  base::Result<void> remove(const Row& row) {
    target_.update(crypto::sha256(row.bytes()));
    ++found_.differences;
    to_remove_.push_back(row);
    return write_some();
  }

  [[nodiscard]] base::Result<void> compare(const Row& ours, const Row& theirs) {
    if (const crypto::Sha256Digest* known = find_known(ours)) {
      agree(ours, *known);
      return {};
    }
    TRY_ASSIGN(auto source, read_whole(move_.from_, ours));
    TRY_ASSIGN(auto target, read_whole(move_.to_, theirs));
    if (!source && !target) return {};
    if (source && target && std::ranges::equal(source->bytes(), target->bytes())) {
      agree(*source, crypto::sha256(source->bytes()));
      return {};
    }
    if (target) TRY(remove(*target));
    if (!source) return {};
    // It counts once.
    if (target) --found_.differences;
    return bring(*source);
  }

  void agree(const Row& row, const crypto::Sha256Digest& digest) {
    source_.update(digest);
    target_.update(digest);
    if (table_.is_immutable) move_.known_.emplace_back(row.number(), digest);
  }

  // Keys come in their order.
  [[nodiscard]] const crypto::Sha256Digest* find_known(const Row& row) {
    if (known_.empty() || is_whole(row)) return nullptr;
    const std::int64_t key = row.number();
    while (next_known_ < known_.size() && known_[next_known_].first < key) ++next_known_;
    const bool is_known = next_known_ < known_.size() && known_[next_known_].first == key;
    return is_known ? &known_[next_known_].second : nullptr;
  }

  base::Result<void> write_some() {
    if (to_remove_.size() + to_insert_.size() < kRowsInTransaction) return {};
    return write();
  }

  // First what has to go, because a row that differs does both.
  base::Result<void> write() {
    if (to_remove_.empty() && to_insert_.empty()) return {};
    TRY(move_.to_.begin());
    auto written = write_all();
    if (written) written = move_.to_.commit();
    if (!written) move_.to_.roll_back();
    to_remove_.clear();
    to_insert_.clear();
    return written;
  }

  base::Result<void> write_all() {
    sql::Session& session = move_.to_.session();
    const std::string removal = "DELETE FROM " + std::string(table_.name) + " WHERE " + key_condition();
    for (const Row& row : to_remove_) {
      std::vector<sql::Value> key = row.values();
      key.resize(table_.key_columns);
      TRY(session.run_with(removal, key));
    }
    const std::size_t most = std::min(kRowsInStatement, kValuesInStatement / table_.columns.size());
    for (std::size_t first = 0; first < to_insert_.size();) {
      const std::size_t rows = to_insert_.size() - first >= most ? most : 1;
      TRY(insert(std::span(to_insert_).subspan(first, rows)));
      first += rows;
    }
    return {};
  }

  // A row whose unique value another row still has is left out; the next comparison finds it missing.
  base::Result<void> insert(std::span<const Row> rows) {
    std::string text =
        "INSERT INTO " + std::string(table_.name) + " (" + list_of(table_, table_.columns.size()) + ") VALUES ";
    std::vector<sql::Value> values;
    for (const Row& row : rows) {
      if (!values.empty()) text += ", ";
      text += '(';
      std::vector<sql::Value> own = row.values();
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (i != 0) text += ", ";
        // A value that is absent counts as a number for the session.
        const bool is_perhaps_blob = table_.columns[i].kind == Kind::kBlob && table_.columns[i].may_be_absent;
        text += is_perhaps_blob ? "NULLIF(?, " + std::string(move_.to_.empty_blob()) + ")" : "?";
        if (is_perhaps_blob && std::holds_alternative<std::monostate>(own[i])) own[i] = base::ByteView();
      }
      text += ')';
      values.insert(values.end(), own.begin(), own.end());
    }
    return move_.to_.session().run_with(text + " ON CONFLICT DO NOTHING", values);
  }

  TableMove& move_;
  const Table& table_;
  const Progress& progress_;
  const std::vector<std::pair<std::int64_t, crypto::Sha256Digest>> known_;
  const std::int64_t known_upto_;
  std::size_t next_known_ = 0;
  Compared found_;
  std::int64_t uncounted_ = 0;
  crypto::Sha256 source_;
  crypto::Sha256 target_;
  std::vector<Row> to_remove_;
  std::vector<Row> to_insert_;
};

base::Result<Compared> TableMove::bring(const Progress& progress) {
  return Pass(*this, progress).run();
}

}  // namespace livecert::store::moving

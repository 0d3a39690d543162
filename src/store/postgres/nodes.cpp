#include "store/postgres/nodes.h"

#include <string>

#include "store/postgres/schema.h"
#include "store/sql/queries.h"

namespace livecert::store::postgres {
namespace {

constexpr std::int64_t kNumbers = 1024;  // ten bits of a CertID

struct Choice {
  Node node;
  bool is_new = false;
};

// A number that was given back, or else one that was never used, or else the one whose lease ended first: a process
// that the database has not heard of for long may still come back and go on with its number.
base::Result<Choice> choose(Connection& database) {
  TRY_ASSIGN(sql::Query query, database.query("SELECT id, epoch, until, " + std::string(kDatabaseTime) +
                                              " FROM nodes ORDER BY until, id"));
  std::optional<Choice> ended;
  std::int64_t used = 0;
  std::int64_t largest = -1;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) break;
    const Choice row{{query.integer(0), query.integer(1) + 1}, false};
    if (query.integer(2) == 0) return row;
    if (!ended && query.integer(2) < query.integer(3)) ended = row;
    largest = std::max(largest, row.node.number);
    ++used;
  }
  if (largest + 1 < kNumbers) return Choice{{largest + 1, 1}, true};
  if (ended) return *ended;
  return base::Error{base::ErrorCode::kConfiguration,
                     "the database has " + std::to_string(used) + " nodes, and no number is left for another one"};
}

base::Result<Node> take_chosen(Connection& database) {
  TRY(database.post_text("BEGIN"));
  TRY(database.read_integer("SELECT position FROM head WHERE id = 1 FOR UPDATE"));
  TRY_ASSIGN(const auto moved, sql::find_why_moved(database));
  if (moved) return base::Error{base::ErrorCode::kConfiguration, "The database of the store: " + *moved + "."};
  TRY_ASSIGN(const Choice choice, choose(database));
  if (choice.is_new) {
    TRY(database.run("INSERT INTO nodes (id, epoch, until, last_group, format) VALUES (?, ?, 0, 0, ?)",
                     choice.node.number, choice.node.epoch, newest_format()));
  } else {
    TRY(database.run("UPDATE nodes SET epoch = ?, last_group = 0, format = ? WHERE id = ?", choice.node.epoch,
                     newest_format(), choice.node.number));
  }
  TRY(renew(database, choice.node));
  TRY(database.execute("COMMIT"));
  return choice.node;
}

}  // namespace

base::Result<Node> take_number(Connection& database) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    auto taken = take_chosen(database);
    if (taken) return taken;
    if (database.is_open()) static_cast<void>(database.execute("ROLLBACK"));
    if (taken.error().code != base::ErrorCode::kConflict || attempt == kAttempts) return taken;
  }
}

base::Result<bool> renew(Connection& database, const Node& node) {
  static const std::string statement =
      "UPDATE nodes SET until = " + std::string(kDatabaseTime) + " + ? WHERE id = ? AND epoch = ?";
  return database.change(statement, kLeaseSeconds * 1'000'000, node.number, node.epoch);
}

base::Result<bool> has_company(Connection& database, const Node& node) {
  static const std::string statement =
      "SELECT 1 FROM nodes WHERE id <> ? AND until > " + std::string(kDatabaseTime) + " LIMIT 1";
  TRY_ASSIGN(sql::Query query, database.query(statement, node.number));
  return query.next();
}

base::Result<void> release(Connection& database, const Node& node) {
  TRY(database.change("UPDATE nodes SET until = 0 WHERE id = ? AND epoch = ?", node.number, node.epoch));
  return {};
}

}  // namespace livecert::store::postgres

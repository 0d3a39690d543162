#include "store/moving/move.h"

#include <atomic>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/moving/postgres_end.h"
#include "store/moving/sqlite_end.h"
#include "store/moving/tables.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/server.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// Moves between an embedded store and a PostgreSQL server.
namespace livecert::store::testing {
namespace {

using moving::End;
using ::testing::AllOf;
using ::testing::HasSubstr;

class PostgresMove : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    address = server->make_schema();
  }

  [[nodiscard]] std::filesystem::path file() const { return directory.path() / "livecert.db"; }
  std::string sqlite(const std::string& sql) const { return run_sql(file(), sql); }
  std::string postgres(const std::string& sql) const { return server->run(sql, schema_of(address)); }
  [[nodiscard]] postgres::Options postgres_options() const {
    postgres::Options options;
    options.address.uri = address;
    options.demands.fsync = false;
    return options;
  }

  base::Result<std::unique_ptr<Store>> open_sqlite() {
    sqlite::Options options;
    options.directory = directory.path();
    TRY_ASSIGN(auto store, sqlite::SqliteStore::open(options, clock));
    return std::unique_ptr<Store>(std::move(store));
  }
  base::Result<std::unique_ptr<Store>> open_postgres() {
    TRY_ASSIGN(auto store, postgres::PostgresStore::open(postgres_options(), clock));
    return std::unique_ptr<Store>(std::move(store));
  }
  static std::unique_ptr<Store> usable(base::Result<std::unique_ptr<Store>> opened) {
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  static Outcome submit(Store& store, Command command) {
    return store.submit(context_of(kRoot), std::move(command)).wait();
  }

  // What commands make, and rows with the values that engines could take differently.
  void fill(int chains) {
    const auto store = usable(open_sqlite());
    ASSERT_TRUE(store && populate(*store));
    for (int number = 1; number <= chains; ++number) {
      ASSERT_EQ(submit(*store, creation(static_cast<std::uint64_t>(number))).kind, OutcomeKind::kDone);
    }
    static_cast<void>(submit(*store, update(chain_id(1), 900'001)));
    const auto name = domain::DomainName::parse("push.example.net");
    ASSERT_TRUE(name);
    static_cast<void>(submit(*store, CreateDomains{{{live_domain(*name), std::nullopt}}}));
    static_cast<void>(submit(*store, bind_of(2, *name, {"*.example.net"})));
    static_cast<void>(submit(*store, PutEdge{"b", "{}"}));
    static_cast<void>(submit(*store, PutEdge{"a", "{\"x\":\"名\"}"}));
    static_cast<void>(submit(*store, PutSetting{"other", {0, 1, 255}}));
    ASSERT_EQ(submit(*store, KeepSeen{{{"a", "epoch", clock.now(), domain::Evidence::kHandshake}}}).kind,
              OutcomeKind::kDone);
    ASSERT_EQ(sqlite("SELECT count(*) FROM domains WHERE chain IS NOT NULL"), "1");
    ASSERT_EQ(sqlite("INSERT INTO early_ends VALUES (-7, 1, 2, 9223372036854775807)"), "");
    ASSERT_EQ(sqlite("INSERT INTO domain_tags (id, domain, key, value) SELECT 5, id, 'k', '' FROM domains LIMIT 1"),
              "");
    // The order of the keys matters: Z is before a, a before é, and the empty text before all.
    for (const char* edge : {"", "Z", "a", "é", "a b"}) {
      ASSERT_EQ(sqlite(std::string("INSERT INTO receipts VALUES ('push.example.net', '") + edge +
                       "', 3, x'00ff', 1, NULL, 2, NULL, 0, 'a ''quote''\n', 'waiting', NULL, NULL, 4, '', NULL, "
                       "NULL, 1, 5, '')"),
                "");
    }
    ASSERT_EQ(sqlite("INSERT INTO policies VALUES (1, '政策', '{}', 7);"
                     "INSERT INTO policy_attachments VALUES (1, 1, '', '政策'), (9, 1, 'AKLT', '政策');"
                     "INSERT INTO access_key_uses VALUES ('AKLT', 8), ('', 9);"
                     "UPDATE access_keys SET expires_at = 9 WHERE id = (SELECT max(id) FROM access_keys);"
                     "INSERT INTO access_key_domains SELECT 1, max(id), '*.example.net' FROM access_keys"),
              "");
    ASSERT_EQ(sqlite("INSERT INTO notify_channels (name, definition, sealed_secret) VALUES ('c', '{}', x'')"), "");
    ASSERT_EQ(sqlite("INSERT INTO told VALUES ('c', 'k', 'd', '', 1, 2, 3)"), "");
    ASSERT_EQ(sqlite("UPDATE chains SET superseded_by = x'" + std::string(64, 'A') +
                     "', superseded_at = 5 WHERE id = (SELECT min(id) FROM chains)"),
              "");
  }

  base::Result<moving::Report> to_postgres(const moving::Options& options = {}) {
    TRY_ASSIGN(const auto from, moving::open_sqlite_source(directory.path()));
    TRY_ASSIGN(const auto to, moving::open_postgres_end(postgres_options(), true));
    return moving::move(*from, *to, options);
  }
  base::Result<moving::Report> to_sqlite(const std::filesystem::path& target) {
    TRY_ASSIGN(const auto from, moving::open_postgres_end(postgres_options(), false));
    TRY_ASSIGN(const auto to, moving::open_sqlite_target(target, clock));
    return moving::move(*from, *to, {});
  }
  static std::string why(const base::Result<moving::Report>& report) {
    return report ? "" : report.error().message + " " + report.error().detail;
  }

  ManualClock clock;
  TemporaryDirectory directory;
  PostgresServer* server = nullptr;
  std::string address;
};

// TABLE.COLUMN of all that the list moves, and of all that it leaves behind.
std::set<std::string> columns_of_list(std::span<const moving::LeftBehind> left_behind) {
  std::set<std::string> columns;
  for (const moving::Table& table : moving::tables()) {
    for (const moving::Column& column : table.columns) {
      columns.insert(std::string(table.name) + "." + std::string(column.name) + (column.may_be_absent ? "?" : ""));
    }
  }
  for (const moving::LeftBehind& left : left_behind) {
    columns.insert(std::string(left.table) + "." + std::string(left.column));
  }
  return columns;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

TEST_F(PostgresMove, TheListHasEveryColumnOfBothEngines) {
  ASSERT_TRUE(usable(open_sqlite()));
  ASSERT_TRUE(usable(open_postgres()));
  const std::string in_sqlite = sqlite(
      "SELECT group_concat(CASE WHEN t.name = 'fence' THEN 'fence.' ELSE t.name || '.' || c.name ||"
      " CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE '?' END END, char(10))"
      " FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'");
  EXPECT_EQ(lines_of(in_sqlite), columns_of_list(moving::left_behind_in_sqlite()));
  const std::string in_postgres = postgres(
      "SELECT string_agg(CASE WHEN table_name IN ('livecert_schema', 'head', 'nodes', 'leases', 'turns')"
      " THEN table_name || '.' ELSE table_name || '.' || column_name ||"
      " CASE WHEN is_nullable = 'YES' THEN '?' ELSE '' END END, chr(10))"
      " FROM information_schema.columns WHERE table_schema = current_schema()");
  EXPECT_EQ(lines_of(in_postgres), columns_of_list(moving::left_behind_in_postgres()));
}

TEST_F(PostgresMove, TheListHasTheKeysAndTheKindsOfBothEngines) {
  ASSERT_TRUE(usable(open_sqlite()));
  ASSERT_TRUE(usable(open_postgres()));
  for (const moving::Table& table : moving::tables()) {
    const std::string name(table.name);
    std::string key;
    for (std::size_t i = 0; i < table.key_columns; ++i) key += (i == 0 ? "" : ",") + std::string(table.columns[i].name);
    EXPECT_EQ(postgres("SELECT string_agg(a.attname, ',' ORDER BY array_position(i.indkey::int[], a.attnum::int)) FROM"
                       " pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
                       " WHERE i.indisprimary AND i.indrelid = '" +
                       name + "'::regclass"),
              key)
        << name;
    for (const moving::Column& column : table.columns) {
      const char* const types[] = {"bigint INTEGER", "text TEXT", "bytea BLOB"};
      const std::string where = "table_name = '" + name + "' AND column_name = '" + std::string(column.name) + "'";
      const std::string found =
          postgres("SELECT data_type FROM information_schema.columns WHERE table_schema = current_schema() AND " +
                   where) +
          " " +
          sqlite("SELECT type FROM pragma_table_info('" + name + "') WHERE name = '" + std::string(column.name) + "'");
      EXPECT_EQ(found, types[static_cast<std::size_t>(column.kind)]) << name << "." << column.name;
    }
  }
}

TEST_F(PostgresMove, TheListHasEveryForeignKeyAndCounter) {
  ASSERT_TRUE(usable(open_postgres()));
  std::set<std::string> keys;
  for (const moving::ForeignKey& key : moving::foreign_keys_of_postgres()) {
    keys.insert(std::string(key.table) + " " + std::string(key.name) + " " + std::string(key.definition));
  }
  EXPECT_EQ(lines_of(postgres("SELECT string_agg(c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid),"
                              " chr(10)) FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid"
                              " WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace")),
            keys);
  std::set<std::string> counting;
  for (const std::string_view table : moving::counting_tables_of_postgres()) counting.emplace(table);
  EXPECT_EQ(lines_of(postgres("SELECT string_agg(table_name, chr(10)) FROM information_schema.columns"
                              " WHERE table_schema = current_schema() AND is_identity = 'YES'")),
            counting);
}

TEST_F(PostgresMove, EverythingMovesThereAndBack) {
  ASSERT_NO_FATAL_FAILURE(fill(1200));
  const auto there = to_postgres();
  ASSERT_TRUE(there) << why(there);
  ASSERT_EQ(there->tables.size(), moving::tables().size());
  for (const moving::TableReport& table : there->tables) {
    const std::string name(table.table);
    const std::string marked = name == "settings" ? " WHERE name <> 'move'" : "";
    EXPECT_EQ(std::to_string(table.rows), sqlite("SELECT count(*) FROM " + name + marked)) << name;
    EXPECT_EQ(std::to_string(table.rows), postgres("SELECT count(*) FROM " + name)) << name;
  }
  EXPECT_EQ(postgres("SELECT superseded_by = decode(repeat('AA', 32), 'hex') FROM chains ORDER BY id LIMIT 1"), "t");

  // The source is closed and says why.
  const auto closed = open_sqlite();
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message,
              AllOf(HasSubstr("was moved to postgres://livecert@"), HasSubstr("start the service with that store")));
  {
    const auto store = usable(open_postgres());
    ASSERT_TRUE(store);
    EXPECT_EQ(submit(*store, creation(5)).kind, OutcomeKind::kConverged) << "equal content finds its chain";
    EXPECT_EQ(submit(*store, creation(2000)).kind, OutcomeKind::kDone);
    const auto name = domain::DomainName::parse("more.example.net");
    domain::LiveDomain more = live_domain(*name);
    more.tags = {{"k", "v"}};
    EXPECT_EQ(submit(*store, CreateDomains{{{more, std::nullopt}}}).kind, OutcomeKind::kDone);
    EXPECT_EQ(submit(*store, PutPolicy{"more", "{}", clock.now()}).kind, OutcomeKind::kDone);
    EXPECT_EQ(submit(*store, AttachPolicy{"more", false, {kOther, ""}}).kind, OutcomeKind::kDone);
    EXPECT_EQ(postgres("SELECT max(id) = (SELECT position FROM head) FROM changes"), "t");
  }

  // Back into the same directory, which has the former rows.
  const auto back = to_sqlite(directory.path());
  ASSERT_TRUE(back) << why(back);
  EXPECT_EQ(sqlite("SELECT count(*) FROM settings WHERE name = 'move'"), "0");
  EXPECT_EQ(sqlite("DELETE FROM early_ends; UPDATE chains SET superseded_by = NULL, superseded_at = NULL;"
                   "DELETE FROM receipts; DELETE FROM told; DELETE FROM notify_channels"),
            "");
  EXPECT_EQ(inspect(directory.path()), "");
  const auto store = usable(open_sqlite());
  ASSERT_TRUE(store);
  EXPECT_EQ(submit(*store, creation(2000)).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(*store, creation(2001)).kind, OutcomeKind::kDone);
  const auto refused = open_postgres();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("was moved to " + moving::name_of(directory.path())));
}

TEST_F(PostgresMove, WhatIsWrittenMeanwhileMovesToo) {
  ASSERT_NO_FATAL_FAILURE(fill(300));
  const auto store = usable(open_sqlite());
  ASSERT_TRUE(store);
  std::atomic<bool> is_over = false;
  std::uint64_t done = 0;
  Outcome last;
  std::jthread writer([&] {
    for (std::uint64_t number = 10'000; !is_over; ++number) {
      last = submit(*store, creation(number));
      if (last.kind != OutcomeKind::kDone) return;
      ++done;
      if (number % 3 == 0) last = submit(*store, DeleteChain{chain_id(number - 1), std::nullopt});
    }
  });
  const auto moved = to_postgres();
  is_over = true;
  writer.join();
  ASSERT_TRUE(moved) << why(moved);
  EXPECT_GE(moved->comparisons, 3);
  // The writer may never have been refused if it was slow; the next write is.
  const Outcome refused = submit(*store, creation(9'000));
  EXPECT_EQ(refused.kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(store->health().state, Health::State::kMoved);
  EXPECT_THAT(store->health().why, HasSubstr("was moved to postgres://livecert@"));
  EXPECT_GT(done, 0U);
  EXPECT_EQ(postgres("SELECT count(*) FROM chains"), sqlite("SELECT count(*) FROM chains"));
  EXPECT_EQ(postgres("SELECT max(id) FROM audit"), sqlite("SELECT max(id) FROM audit"));
  EXPECT_EQ(postgres("SELECT sum(chains) FROM expiry_days"), sqlite("SELECT count(*) FROM chains"));
}

TEST_F(PostgresMove, ADatabaseThatNodesUseIsLeftByAllOfThem) {
  const auto a = usable(open_postgres());
  ASSERT_TRUE(a && populate(*a));
  const auto b = usable(open_postgres());
  ASSERT_TRUE(b);
  EXPECT_EQ(submit(*a, creation(1)).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(*b, creation(2)).kind, OutcomeKind::kDone);
  const auto moved = to_sqlite(directory.path());
  ASSERT_TRUE(moved) << why(moved);
  for (Store* store : {a.get(), b.get()}) {
    EXPECT_EQ(submit(*store, creation(3)).kind, OutcomeKind::kUnavailable);
    EXPECT_THAT(store->health().why, HasSubstr("was moved to " + moving::name_of(directory.path())));
  }
  EXPECT_EQ(inspect(directory.path()), "");
  const auto store = usable(open_sqlite());
  ASSERT_TRUE(store);
  EXPECT_EQ(submit(*store, creation(1)).kind, OutcomeKind::kConverged);
}

TEST_F(PostgresMove, AnInterruptedMoveGoesOnAndMendsWhatDiffers) {
  ASSERT_NO_FATAL_FAILURE(fill(1500));
  // As a process leaves it that was killed in the middle: the target is marked, and has a part of the rows.
  struct Killed {};
  EXPECT_THROW(
      {
        moving::Options options;
        options.progress = [](moving::Stage, std::int64_t done, std::int64_t) {
          if (done > 2000) throw Killed();
        };
        static_cast<void>(to_postgres(options));
      },
      Killed);
  const auto incomplete = open_postgres();
  ASSERT_FALSE(incomplete);
  EXPECT_THAT(incomplete.error().message, HasSubstr("is not complete"));
  ASSERT_NE(postgres("SELECT count(*) FROM chains"), "0");
  // Differences of each sort.
  static_cast<void>(postgres("UPDATE chains SET name = 'planted' WHERE id = (SELECT min(id) FROM chains)"));
  static_cast<void>(postgres("DELETE FROM changes"));
  static_cast<void>(postgres("INSERT INTO told VALUES ('planted', '', '', '', 0, 0, 0)"));
  static_cast<void>(postgres("DELETE FROM accounts"));
  const auto moved = to_postgres();
  ASSERT_TRUE(moved) << why(moved);
  EXPECT_EQ(postgres("SELECT count(*) FROM chains WHERE name = 'planted'"), "0");
  EXPECT_EQ(postgres("SELECT count(*) FROM told WHERE channel = 'planted'"), "0");
  EXPECT_EQ(postgres("SELECT count(*) FROM changes"), sqlite("SELECT count(*) FROM changes"));
  EXPECT_TRUE(usable(open_postgres()));
}

TEST_F(PostgresMove, ATableThatDoesNotKeepWhatIsWrittenIsFoundAndTheSourceGoesOn) {
  ASSERT_NO_FATAL_FAILURE(fill(10));
  ASSERT_TRUE(usable(open_postgres()));
  static_cast<void>(
      postgres("CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
               " $$ BEGIN NEW.name := NEW.name || 'x'; RETURN NEW; END $$;"
               " CREATE TRIGGER spoil BEFORE INSERT ON chains FOR EACH ROW EXECUTE FUNCTION spoil()"));
  const auto moved = to_postgres();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().detail, HasSubstr("the table chains of postgres://livecert@"));
  {
    const auto store = usable(open_sqlite());
    ASSERT_TRUE(store);
    EXPECT_EQ(submit(*store, creation(2000)).kind, OutcomeKind::kDone);
  }
  EXPECT_FALSE(open_postgres()) << "it is not complete";
  static_cast<void>(postgres("DROP TRIGGER spoil ON chains"));
  const auto again = to_postgres();
  EXPECT_TRUE(again) << why(again);
}

TEST_F(PostgresMove, ASourceThatIsStoppedGoesOnAfterACancel) {
  ASSERT_NO_FATAL_FAILURE(fill(3));
  const auto from = moving::open_sqlite_source(directory.path());
  ASSERT_TRUE(from);
  const auto not_moving = moving::cancel_move(**from);
  ASSERT_FALSE(not_moving);
  EXPECT_THAT(not_moving.error().message, HasSubstr("is not being moved"));
  const auto store = usable(open_sqlite());
  ASSERT_TRUE((*from)->change_mark(std::nullopt, MoveMark{MoveMark::State::kStopped, "elsewhere"}));
  EXPECT_EQ(submit(*store, creation(100)).kind, OutcomeKind::kUnavailable);
  EXPECT_THAT(store->health().why, HasSubstr("--cancel"));
  ASSERT_TRUE(moving::cancel_move(**from));
  EXPECT_EQ(submit(*store, creation(100)).kind, OutcomeKind::kDone);
  EXPECT_EQ(store->health().state, Health::State::kSound);
  // Never when the content is elsewhere.
  ASSERT_TRUE((*from)->change_mark(std::nullopt, MoveMark{MoveMark::State::kGone, "elsewhere"}));
  EXPECT_FALSE(moving::cancel_move(**from));
}

TEST_F(PostgresMove, AStoreInUseIsNoTargetAndAnEmptyOneNoSource) {
  ASSERT_NO_FATAL_FAILURE(fill(3));
  {
    const auto store = usable(open_postgres());
    ASSERT_TRUE(store && populate(*store));
  }
  const auto taken = to_postgres();
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, HasSubstr("is in use: a move needs an empty one"));
  address = server->make_schema();
  ASSERT_TRUE(usable(open_postgres()));
  const TemporaryDirectory other;
  const auto empty = to_sqlite(other.path());
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("there is nothing to move"));
  EXPECT_TRUE(usable(open_sqlite())) << "nothing was changed";
}

}  // namespace
}  // namespace livecert::store::testing

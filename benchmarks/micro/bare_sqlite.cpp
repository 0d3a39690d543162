#include "benchmarks/micro/bare_sqlite.h"

#include <chrono>
#include <cstdlib>
#include <string>

#include "base/owned_descriptor.h"
#include "store/sql/chain_rows.h"
#include "store/sqlite/schema.h"

namespace livecert::benchmarks {
namespace {

using store::sqlite::Connection;

constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA foreign_keys = OFF";

// A new database; each gets a file of its own.
std::unique_ptr<Connection> create(const std::filesystem::path& directory) {
  std::string file = (directory / "bare-XXXXXX").string();
  LIVECERT_CHECK(base::OwnedDescriptor(::mkstemp(file.data())).is_open());
  auto database = must(Connection::open(file, Connection::Mode::kReadWrite, ""));
  LIVECERT_CHECK(database->execute(store::sqlite::kPageSetting).has_value());
  LIVECERT_CHECK(database->execute(kSettings).has_value());
  LIVECERT_CHECK(store::sqlite::migrate(*database, store::sqlite::released_migrations(), {}).has_value());
  return database;
}

template <typename... Values>
void run(Connection& database, std::string_view sql, const Values&... values) {
  LIVECERT_CHECK(database.run(sql, values...).has_value());
}

}  // namespace

BareSqlite::BareSqlite(Fixture& fixture) : context_(fixture.make_context()), database_(create(fixture.directory())) {
  for (const Upload& upload : fixture.uploads()) commands_.push_back(fixture.put_version_of(upload));
}

void BareSqlite::put(std::size_t count) {
  LIVECERT_CHECK(database_->execute("BEGIN IMMEDIATE").has_value());
  for (std::size_t i = 0; i < count; ++i, ++next_) insert(commands_[next_ % commands_.size()], next_);
  LIVECERT_CHECK(database_->execute("COMMIT").has_value());
}

// Rows of a new chain, as docs/formats/store.md has them.
void BareSqlite::insert(const store::PutVersion& command, std::uint64_t number) {
  const domain::VersionContent& content = command.content;
  const std::int64_t account = context_.caller.account.number();
  const std::int64_t now = base::to_unix_micros(context_.at);
  const std::int64_t not_before = base::to_unix_micros(content.not_before);
  const std::int64_t not_after = base::to_unix_micros(content.not_after);
  constexpr std::int64_t kProject = 1;
  // Random like ids and digests, and different each time (an odd factor permutes the numbers).
  const auto scattered = static_cast<std::int64_t>(number * 0x9E3779B97F4A7C15U);
  domain::Digest digest = content.content_digest;
  for (std::size_t i = 0; i < 3; ++i) digest[i] = static_cast<std::uint8_t>(scattered >> 8 * (i + 4));
  const auto version = static_cast<std::int64_t>(number);
  run(*database_,
      "INSERT INTO chains (chain_id_prefix, chain_key, chain_id, account, project, name, created_at, current_version,"
      " content_key, not_before, not_after, representative) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      scattered, version, base::ByteView(command.chain.bytes()), account, kProject, *command.name, now, version,
      store::sql::content_key(content.not_before, digest), not_before, not_after, command.representative);
  const std::int64_t row = sqlite3_last_insert_rowid(database_->handle());
  run(*database_,
      "INSERT INTO versions (id, chain, leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
      " not_before, not_after, created_at, created_by, created_from, sealed_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      version, row, base::ByteView(content.leaf_der), std::string_view("[1]"), base::ByteView(content.content_digest),
      base::ByteView(content.leaf_key_digest), content.key_kind, not_before, not_after, now,
      context_.caller.access_key_id, context_.peer_address, base::ByteView(content.sealed_key.bytes));
  run(*database_,
      "INSERT INTO expiry_days (project, day, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (project, day) DO UPDATE SET chains = chains + 1",
      kProject, not_after / std::chrono::microseconds(std::chrono::days(1)).count());
  run(*database_,
      "INSERT INTO chain_blocks (account, block, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (account, block) DO UPDATE SET chains = chains + 1",
      account, store::sql::block_of(row));
  const std::string subject = command.chain.to_string();
  run(*database_,
      "INSERT INTO audit (at, account, access_key_id, action, request_id, peer_address, subject)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      now, account, context_.caller.access_key_id, context_.action, context_.request_id, context_.peer_address,
      subject);
  run(*database_, "INSERT INTO changes (kind, account, subject) VALUES (?, ?, ?)", std::string_view("chain"), account,
      subject);
}

}  // namespace livecert::benchmarks

#include "store/sqlite/chain_rows.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace livecert::store::sqlite {

std::int64_t day_of(base::Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

base::Result<void> count_expiry(Connection& database, const std::optional<ExpiryDay>& before,
                                const std::optional<ExpiryDay>& after) {
  if (before == after) return {};
  if (before) {
    TRY(database.run("UPDATE expiry_days SET chains = chains - 1 WHERE project = ? AND day = ?", before->project_row,
                     before->day));
  }
  if (!after) return {};
  return database.run(
      "INSERT INTO expiry_days (project, day, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (project, day) DO UPDATE SET chains = chains + 1",
      after->project_row, after->day);
}

base::Result<void> add_to_block(Connection& database, base::AccountId account, std::int64_t chain_row) {
  return database.run(
      "INSERT INTO chain_blocks (account, block, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (account, block) DO UPDATE SET chains = chains + 1",
      account.number(), block_of(chain_row));
}

base::Result<void> take_from_block(Connection& database, base::AccountId account, std::int64_t chain_row) {
  const std::int64_t block = block_of(chain_row);
  TRY(database.run("UPDATE chain_blocks SET chains = chains - 1 WHERE account = ? AND block = ?", account.number(),
                   block));
  return database.run("DELETE FROM chain_blocks WHERE account = ? AND block = ? AND chains = 0", account.number(),
                      block);
}

base::Result<std::optional<ChainRow>> find_chain_row(Connection& database, const base::ChainId& chain) {
  TRY_ASSIGN(Query query,
             database.query("SELECT chains.id, chains.account, chains.project, projects.name, chains.name,"
                            " chains.current_version, versions.content_digest, chains.not_before, chains.not_after,"
                            " chains.superseded_at FROM chains"
                            " JOIN projects ON projects.id = chains.project"
                            " JOIN versions ON versions.id = chains.current_version"
                            " WHERE chains.chain_key = ? AND chains.chain_id = ?",
                            chain_key(chain), chain.bytes()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<ChainRow>();
  ChainRow row;
  row.row = query.integer(0);
  row.state.account = base::AccountId(query.integer(1));
  row.state.project = query.text(3);
  row.state.name = query.text(4);
  row.state.current = base::CertId(query.integer(5));
  TRY_ASSIGN(row.state.content_digest, query.fixed<32>(6));
  row.state.not_before = base::from_unix_micros(query.integer(7));
  row.state.not_after = base::from_unix_micros(query.integer(8));
  row.expiry = {query.integer(2), day_of(row.state.not_after)};
  row.superseded = !query.is_null(9);
  return std::optional(std::move(row));
}

base::Result<std::vector<std::string>> bound_domains(Connection& database, std::int64_t chain_row) {
  std::vector<std::string> names;
  TRY_ASSIGN(
      Query query,
      database.query("SELECT name FROM domains INDEXED BY domains_by_chain WHERE chain = ? ORDER BY bound_at, id",
                     chain_row));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return names;
    names.push_back(query.text(0));
  }
}

base::Result<void> make_current(Connection& database, const ChainRow& chain, const CurrentVersion& version) {
  return database.run(
      "UPDATE chains SET current_version = ?, content_key = ?, not_before = ?, not_after = ?, representative = ?"
      " WHERE id = ?",
      version.id.number(), content_key(version.not_before, version.content_digest),
      base::to_unix_micros(version.not_before), base::to_unix_micros(version.not_after), version.representative,
      chain.row);
}

base::Result<void> end_superseded(Connection& database, std::int64_t chain_row) {
  return database.run(
      "UPDATE chains SET superseded_by = NULL, superseded_at = NULL WHERE id = ? AND superseded_at IS NOT NULL",
      chain_row);
}

base::Result<std::optional<domain::AccountStatus>> find_account_status(Connection& database, base::AccountId account) {
  using domain::AccountStatus;
  TRY_ASSIGN(Query query, database.query("SELECT status = 'active' FROM accounts WHERE id = ?", account.number()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<AccountStatus>();
  return std::optional(query.flag(0) ? AccountStatus::kActive : AccountStatus::kSuspended);
}

base::Result<std::int64_t> find_project_row(Connection& database, base::AccountId account, std::string_view name) {
  TRY_ASSIGN(Query query,
             database.query("SELECT id FROM projects WHERE account = ? AND name = ?", account.number(), name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? query.integer(0) : 0;
}

std::int64_t index_prefix(base::ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes.first(8)) value = value << 8 | byte;
  return static_cast<std::int64_t>(value);
}

std::int64_t chain_key(const base::ChainId& chain) {
  const base::ByteView bytes = chain.bytes();
  std::array<std::uint8_t, 8> key{};
  std::copy(bytes.begin() + 10, bytes.end(), key.begin());
  std::copy(bytes.begin() + 8, bytes.begin() + 10, key.begin() + 6);
  return index_prefix(key);
}

std::int64_t content_key(base::Time not_before, const domain::Digest& content_digest) {
  constexpr std::int64_t kDigests = 1 << 24;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(not_before.time_since_epoch()).count();
  return seconds * kDigests + (content_digest[0] << 16 | content_digest[1] << 8 | content_digest[2]);
}

}  // namespace livecert::store::sqlite

#include "store/sql/chain_rows.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "store/sql/sql_rows.h"

namespace livecert::store::sql {
namespace {

using domain::Position;

struct ExpiryDay {
  ProjectKey project{};
  std::int64_t day = 0;
  bool operator==(const ExpiryDay&) const = default;
};

// Moves one chain from a day to another. `before` is nullopt for a new chain, `after` for a deleted one.
base::Result<void> count_expiry(Session& database, const std::optional<ExpiryDay>& before,
                                const std::optional<ExpiryDay>& after) {
  if (before == after) return {};
  if (before) {
    TRY(database.run("UPDATE expiry_days SET chains = chains - 1 WHERE project = ? AND day = ?",
                     static_cast<std::int64_t>(before->project), before->day));
  }
  if (!after) return {};
  return database.run(
      "INSERT INTO expiry_days (project, day, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (project, day) DO UPDATE SET chains = expiry_days.chains + 1",
      static_cast<std::int64_t>(after->project), after->day);
}

base::Result<void> add_to_block(Session& database, base::AccountId account, Position chain) {
  return database.run(
      "INSERT INTO chain_blocks (account, block, chains) VALUES (?, ?, 1)"
      " ON CONFLICT (account, block) DO UPDATE SET chains = chain_blocks.chains + 1",
      account.number(), block_of(chain));
}

base::Result<void> take_from_block(Session& database, base::AccountId account, Position chain) {
  const std::int64_t block = block_of(chain);
  TRY(database.run("UPDATE chain_blocks SET chains = chains - 1 WHERE account = ? AND block = ?", account.number(),
                   block));
  return database.run("DELETE FROM chain_blocks WHERE account = ? AND block = ? AND chains = 0", account.number(),
                      block);
}

base::Result<void> make_current(Session& database, Position chain, const CurrentVersion& version, Position since) {
  return database.run(
      "UPDATE chains SET current_version = ?, content_key = ?, not_before = ?, not_after = ?, representative = ?,"
      " current_since = ? WHERE id = ?",
      version.id.number(), content_key(version.not_before, version.content_digest),
      base::to_unix_micros(version.not_before), base::to_unix_micros(version.not_after), version.representative, since,
      chain);
}

}  // namespace

base::Result<std::optional<ChainRow>> SqlRows::find_chain(const base::ChainId& chain) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT chains.id, chains.account, chains.project, projects.name, chains.name,"
                             " chains.current_version, versions.content_digest, chains.not_before, chains.not_after,"
                             " chains.superseded_at FROM chains"
                             " JOIN projects ON projects.id = chains.project"
                             " JOIN versions ON versions.id = chains.current_version"
                             " WHERE chains.chain_key = ? AND chains.chain_id = ?",
                             chain_key(chain), chain.bytes()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<ChainRow>();
  ChainRow row;
  row.state.made_at = query.integer(0);
  row.state.account = base::AccountId(query.integer(1));
  row.project = ProjectKey{query.integer(2)};
  row.state.project = query.text(3);
  row.state.name = query.text(4);
  row.state.current = base::CertId(query.integer(5));
  TRY_ASSIGN(row.state.content_digest, query.fixed<32>(6));
  row.state.not_before = base::from_unix_micros(query.integer(7));
  row.state.not_after = base::from_unix_micros(query.integer(8));
  row.is_superseded = !query.is_null(9);
  return std::optional(std::move(row));
}

// A chain that never changed has held its content since it was made. Its column is empty, which costs uploads nothing.
// SQLite would choose the first by a temporary B-tree for each upload (87 KB, made and wiped), and there is hardly ever
// more than one row.
base::Result<std::optional<ClaimRow>> SqlRows::find_claim(ProjectKey project, const domain::VersionContent& content) {
  TRY_ASSIGN(Query query, database_.query("SELECT chains.chain_id, chains.current_version, chains.id,"
                                          " coalesce(chains.current_since, chains.id)"
                                          " FROM chains INDEXED BY chains_by_content"
                                          " JOIN versions ON versions.id = chains.current_version"
                                          " WHERE chains.content_key = ? AND chains.project = ?"
                                          " AND versions.content_digest = ?",
                                          content_key(content.not_before, content.content_digest),
                                          static_cast<std::int64_t>(project), base::ByteView(content.content_digest)));
  std::optional<ClaimRow> first;
  Position first_since = 0;
  while (true) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return first;
    const base::CertId version(query.integer(1));
    const Position since = query.integer(3);
    if (first && std::pair(first_since, first->claim.current) < std::pair(since, version)) continue;
    TRY_ASSIGN(const auto chain, query.fixed<16>(0));
    first = ClaimRow{{base::ChainId(chain), version}, query.integer(2)};
    first_since = since;
  }
}

base::Result<bool> SqlRows::is_chain_taken(const base::ChainId& chain) {
  return any_row("SELECT id FROM chains WHERE chain_key = ? AND chain_id = ?", chain_key(chain), chain.bytes());
}

base::Result<void> SqlRows::insert_chain(const Context& context, const PutVersion& command, ProjectKey project) {
  const Position row = next_position();
  const domain::VersionContent& content = command.content;
  TRY(
      database_.run("INSERT INTO chains (id, chain_id_prefix, chain_key, chain_id, account, project, name, created_at,"
                    " current_version, content_key, not_before, not_after, representative)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    row, index_prefix(command.chain.bytes()), chain_key(command.chain), command.chain.bytes(),
                    context.caller.account.number(), static_cast<std::int64_t>(project), command.name.value_or(""),
                    base::to_unix_micros(context.at), command.version.number(),
                    content_key(content.not_before, content.content_digest), base::to_unix_micros(content.not_before),
                    base::to_unix_micros(content.not_after), command.representative));
  TRY(insert_version(context, command, row));
  TRY(add_to_block(database_, context.caller.account, row));
  return count_expiry(database_, std::nullopt, ExpiryDay{project, day_of(content.not_after)});
}

base::Result<void> SqlRows::update_chain(const ChainRow& chain, const ChainChange& change) {
  const Position row = chain.state.made_at;
  const ProjectKey project = change.project.value_or(chain.project);
  if (change.version) TRY(make_current(database_, row, *change.version, next_position()));
  if (change.name || change.project) {
    TRY(database_.run("UPDATE chains SET name = ?, project = ? WHERE id = ?", change.name.value_or(chain.state.name),
                      static_cast<std::int64_t>(project), row));
  }
  const base::Time not_after = change.version ? change.version->not_after : chain.state.not_after;
  return count_expiry(database_, ExpiryDay{chain.project, day_of(chain.state.not_after)},
                      ExpiryDay{project, day_of(not_after)});
}

base::Result<void> SqlRows::delete_chain(const ChainRow& chain) {
  const Position row = chain.state.made_at;
  TRY(database_.run("DELETE FROM versions WHERE chain = ?", row));
  TRY(database_.run("DELETE FROM early_ends WHERE chain = ?", row));
  TRY(database_.run("DELETE FROM chains WHERE id = ?", row));
  TRY(take_from_block(database_, chain.state.account, row));
  return count_expiry(database_, ExpiryDay{chain.project, day_of(chain.state.not_after)}, std::nullopt);
}

base::Result<void> SqlRows::supersede(Position former, const base::ChainId& by, base::Time at) {
  return database_.run("UPDATE chains SET superseded_by = ?, superseded_at = ? WHERE id = ?", by.bytes(),
                       base::to_unix_micros(at), former);
}

base::Result<void> SqlRows::end_superseded(Position chain) {
  return database_.run(
      "UPDATE chains SET superseded_by = NULL, superseded_at = NULL WHERE id = ? AND superseded_at IS NOT NULL", chain);
}

base::Result<std::vector<domain::DomainName>> SqlRows::bound_domains(Position chain) {
  return sql::bound_domains(database_, chain);
}

std::int64_t day_of(base::Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

base::Result<std::vector<domain::DomainName>> bound_domains(Session& database, std::int64_t chain_row) {
  std::vector<domain::DomainName> names;
  TRY_ASSIGN(
      Query query,
      database.query("SELECT name FROM domains INDEXED BY domains_by_chain WHERE chain = ? ORDER BY bound_at, id",
                     chain_row));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return names;
    TRY_ASSIGN(names.emplace_back(), query.name(0));
  }
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

}  // namespace livecert::store::sql

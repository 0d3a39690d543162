#include <utility>

#include "store/sql/audit_reading.h"
#include "store/sql/sql_rows.h"

namespace livecert::store::sql {

base::Result<audit::Checkpoint> read_checkpoint(const Query& row) {
  audit::Checkpoint checkpoint;
  checkpoint.position = row.integer(0);
  checkpoint.at = base::from_unix_micros(row.integer(1));
  TRY_ASSIGN(checkpoint.hash, row.fixed<32>(2));
  checkpoint.cut_through = row.integer(3);
  TRY_ASSIGN(checkpoint.public_key, row.fixed<32>(4));
  TRY_ASSIGN(checkpoint.signature, row.fixed<64>(5));
  return checkpoint;
}

base::Result<std::optional<audit::Checkpoint>> find_newest_checkpoint(Session& database) {
  TRY_ASSIGN(Query query, database.query("SELECT id, at, hash, cut_through, public_key, signature"
                                         " FROM audit_checkpoints ORDER BY id DESC LIMIT 1"));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<audit::Checkpoint>();
  TRY_ASSIGN(const audit::Checkpoint checkpoint, read_checkpoint(query));
  return std::optional(checkpoint);
}

base::Result<audit::Hash> SqlRows::chain_end() {
  if (chain_end_) return *chain_end_;
  TRY_ASSIGN(Query query, database_.query("SELECT hash FROM audit ORDER BY id DESC LIMIT 1"));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return audit::kBeforeAll;
  return query.fixed<32>(0);
}

base::Result<void> SqlRows::write(audit::Record record, domain::ChangeKind kind, base::AccountId owner) {
  record.position = next_position();
  TRY_ASSIGN(const audit::Hash before, chain_end());
  record.hash = audit::hash_of(before, record);
  TRY(database_.run("INSERT INTO changes (id, kind, account, subject) VALUES (?, ?, ?, ?)", record.position,
                    domain::to_text(kind), owner.number(), record.subject));
  TRY(database_.run(
      "INSERT INTO audit (id, at, account, access_key_id, action, request_id, peer_address, subject,"
      " kind, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.position, base::to_unix_micros(record.at), record.account.number(), record.access_key_id, record.action,
      record.request_id, record.peer_address, record.subject, record.kind, record.detail, base::ByteView(record.hash)));
  last_ = record.position;
  chain_end_ = record.hash;
  return {};
}

base::Result<void> SqlRows::append(const Context& context, domain::ChangeKind kind, base::AccountId owner,
                                   std::string_view subject) {
  audit::Record record;
  record.at = context.at;
  record.account = context.caller.account;
  record.access_key_id = context.caller.access_key_id;
  record.action = context.action;
  record.request_id = context.request_id;
  record.peer_address = context.peer_address;
  record.subject = subject;
  return write(std::move(record), kind, owner);
}

base::Result<void> SqlRows::append_record(audit::Record record) {
  const base::AccountId owner = record.account;
  return write(std::move(record), domain::ChangeKind::kAudit, owner);
}

base::Result<std::optional<audit::Hash>> SqlRows::audit_hash(domain::Position position) {
  TRY_ASSIGN(Query query, database_.query("SELECT hash FROM audit WHERE id = ?", position));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<audit::Hash>();
  TRY_ASSIGN(const audit::Hash hash, query.fixed<32>(0));
  return std::optional(hash);
}

base::Result<std::optional<audit::Checkpoint>> SqlRows::newest_checkpoint() {
  return find_newest_checkpoint(database_);
}

base::Result<void> SqlRows::put_checkpoint(const audit::Checkpoint& checkpoint) {
  return database_.run(
      "INSERT INTO audit_checkpoints (id, at, hash, cut_through, public_key, signature) VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (id) DO UPDATE SET at = excluded.at, hash = excluded.hash, cut_through = excluded.cut_through,"
      " public_key = excluded.public_key, signature = excluded.signature",
      checkpoint.position, base::to_unix_micros(checkpoint.at), base::ByteView(checkpoint.hash), checkpoint.cut_through,
      base::ByteView(checkpoint.public_key), base::ByteView(checkpoint.signature));
}

base::Result<void> SqlRows::delete_audit_through(domain::Position position) {
  return database_.run("DELETE FROM audit WHERE id <= ?", position);
}

}  // namespace livecert::store::sql

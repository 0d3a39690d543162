#include <algorithm>

#include "store/sql/audit_reading.h"
#include "store/sql/piece.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

base::Result<AuditRecord> read_record(const Query& row) {
  AuditRecord record;
  record.position = row.integer(0);
  record.at = base::from_unix_micros(row.integer(1));
  record.account = base::AccountId(row.integer(2));
  record.access_key_id = row.text(3);
  record.action = row.text(4);
  record.request_id = row.text(5);
  record.peer_address = row.text(6);
  record.subject = row.text(7);
  record.kind = row.text(8);
  record.detail = row.text(9);
  TRY_ASSIGN(record.hash, row.fixed<32>(10));
  return record;
}

}  // namespace

base::Result<std::vector<AuditRecord>> SqlSnapshot::audit(const AuditFilter& filter, std::int64_t limit) {
  Piece piece;
  piece.add(
      "SELECT id, at, account, access_key_id, action, request_id, peer_address, subject, kind, detail, hash FROM audit"
      " WHERE id > ?",
      filter.after);
  if (filter.before) piece.add(" AND id < ?", *filter.before);
  if (filter.account) piece.add(" AND account = ?", filter.account->number());
  if (filter.access_key_id) piece.add(" AND access_key_id = ?", *filter.access_key_id);
  if (filter.action) piece.add(" AND action = ?", *filter.action);
  if (filter.subject) piece.add(" AND subject = ?", *filter.subject);
  if (filter.peer_address) piece.add(" AND peer_address = ?", *filter.peer_address);
  if (filter.kind) piece.add(" AND kind = ?", *filter.kind);
  if (filter.from) piece.add(" AND at >= ?", base::to_unix_micros(*filter.from));
  if (filter.to) piece.add(" AND at < ?", base::to_unix_micros(*filter.to));
  piece.add(filter.newest_first ? " ORDER BY id DESC LIMIT ?" : " ORDER BY id LIMIT ?", limit);
  TRY_ASSIGN(Query query, piece.query(database_));
  std::vector<AuditRecord> records;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return records;
    TRY_ASSIGN(AuditRecord record, read_record(query));
    records.push_back(std::move(record));
  }
}

base::Result<std::vector<audit::Checkpoint>> SqlSnapshot::list_checkpoints(std::int64_t after, std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT id, at, hash, cut_through, public_key, signature"
                                          " FROM audit_checkpoints WHERE id > ? ORDER BY id LIMIT ?",
                                          after, limit));
  std::vector<audit::Checkpoint> checkpoints;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return checkpoints;
    TRY_ASSIGN(const audit::Checkpoint checkpoint, read_checkpoint(query));
    checkpoints.push_back(checkpoint);
  }
}

base::Result<std::optional<audit::Checkpoint>> SqlSnapshot::newest_checkpoint() {
  return find_newest_checkpoint(database_);
}

}  // namespace livecert::store::sql

#include "store/sql/edge_seen.h"
#include "store/sql/sql_rows.h"

namespace livecert::store::sql {
namespace {

std::optional<std::int64_t> to_micros(const std::optional<base::Time>& time) {
  if (!time) return std::nullopt;
  return base::to_unix_micros(*time);
}

}  // namespace

base::Result<bool> SqlRows::put_receipt(const domain::Receipt& receipt) {
  return database_.change(
      "INSERT INTO receipts (domain, edge, version, chain, wanted_at, written_at, acknowledged_at, proved_at, attempts,"
      " failure, phase, shown_since, last_seen, shown_until, seen_by, failing_since, next_try, is_final, valid_until,"
      " epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (domain, edge, version) DO UPDATE SET"
      " chain = excluded.chain, wanted_at = excluded.wanted_at, written_at = excluded.written_at,"
      " acknowledged_at = excluded.acknowledged_at, proved_at = excluded.proved_at, attempts = excluded.attempts,"
      " failure = excluded.failure, phase = excluded.phase, shown_since = excluded.shown_since,"
      " last_seen = excluded.last_seen, shown_until = excluded.shown_until, seen_by = excluded.seen_by,"
      " failing_since = excluded.failing_since, next_try = excluded.next_try, is_final = excluded.is_final,"
      " valid_until = excluded.valid_until, epoch = excluded.epoch"
      " WHERE (receipts.chain, receipts.wanted_at, receipts.written_at, receipts.acknowledged_at, receipts.proved_at,"
      " receipts.attempts, receipts.failure, receipts.phase, receipts.shown_since, receipts.last_seen,"
      " receipts.shown_until, receipts.seen_by, receipts.failing_since, receipts.next_try, receipts.is_final,"
      " receipts.valid_until, receipts.epoch) IS DISTINCT FROM (excluded.chain,"
      " excluded.wanted_at, excluded.written_at, excluded.acknowledged_at, excluded.proved_at, excluded.attempts,"
      " excluded.failure, excluded.phase, excluded.shown_since, excluded.last_seen, excluded.shown_until,"
      " excluded.seen_by, excluded.failing_since, excluded.next_try, excluded.is_final, excluded.valid_until,"
      " excluded.epoch)",
      receipt.domain, receipt.edge, receipt.version.number(), receipt.chain.bytes(),
      base::to_unix_micros(receipt.wanted_at), to_micros(receipt.written_at), to_micros(receipt.acknowledged_at),
      to_micros(receipt.proved_at), receipt.attempts, receipt.failure, domain::to_text(receipt.phase),
      to_micros(receipt.shown_since), to_micros(receipt.last_seen), to_micros(receipt.shown_until),
      domain::to_text(receipt.seen_by), to_micros(receipt.failing_since), to_micros(receipt.next_try),
      static_cast<std::int64_t>(receipt.is_final), base::to_unix_micros(receipt.valid_until), receipt.epoch);
}

base::Result<bool> SqlRows::delete_receipts(const std::string& edge, const std::string& domain) {
  return database_.change("DELETE FROM receipts WHERE domain = ? AND edge = ?", domain, edge);
}

base::Result<void> SqlRows::delete_receipts_of_edge(const std::string& edge) {
  return database_.run("DELETE FROM receipts WHERE edge = ?", edge);
}

base::Result<void> SqlRows::put_edge_seen(const domain::EdgeSeen& seen) {
  return put_setting({edge_seen_setting(seen.edge), to_setting(seen)});
}

base::Result<void> SqlRows::delete_edge_seen(const std::string& edge) {
  return database_.run("DELETE FROM settings WHERE name = ?", edge_seen_setting(edge));
}

base::Result<bool> SqlRows::delete_receipts_of_gone_versions(const domain::Receipt& receipt) {
  return database_.change(
      "DELETE FROM receipts WHERE domain = ? AND edge = ? AND version <> ?"
      " AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.id = receipts.version)",
      receipt.domain, receipt.edge, receipt.version.number());
}

base::Result<void> SqlRows::reset_receipts(const domain::DomainName& domain, base::CertId version) {
  return database_.run(
      "UPDATE receipts SET written_at = NULL, acknowledged_at = NULL, proved_at = NULL, attempts = 0, failure = '',"
      " phase = 'waiting', failing_since = NULL, next_try = NULL, is_final = 0"
      " WHERE domain = ? AND version = ?",
      domain, version.number());
}

}  // namespace livecert::store::sql

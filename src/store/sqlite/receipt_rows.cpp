#include "store/sqlite/sqlite_rows.h"

namespace livecert::store::sqlite {
namespace {

std::optional<std::int64_t> to_micros(const std::optional<base::Time>& time) {
  if (!time) return std::nullopt;
  return base::to_unix_micros(*time);
}

}  // namespace

base::Result<bool> SqliteRows::put_receipt(const domain::Receipt& receipt) {
  return run_changing(
      "INSERT INTO receipts (domain, edge, version, chain, wanted_at, written_at, acknowledged_at, proved_at, attempts,"
      " failure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (domain, edge, version) DO UPDATE SET"
      " chain = excluded.chain, wanted_at = excluded.wanted_at, written_at = excluded.written_at,"
      " acknowledged_at = excluded.acknowledged_at, proved_at = excluded.proved_at, attempts = excluded.attempts,"
      " failure = excluded.failure"
      " WHERE (chain, wanted_at, written_at, acknowledged_at, proved_at, attempts, failure) IS NOT (excluded.chain,"
      " excluded.wanted_at, excluded.written_at, excluded.acknowledged_at, excluded.proved_at, excluded.attempts,"
      " excluded.failure)",
      receipt.domain, receipt.edge, receipt.version.number(), receipt.chain.bytes(),
      base::to_unix_micros(receipt.wanted_at), to_micros(receipt.written_at), to_micros(receipt.acknowledged_at),
      to_micros(receipt.proved_at), receipt.attempts, receipt.failure);
}

base::Result<bool> SqliteRows::delete_receipts(const std::string& edge, const std::string& domain) {
  return run_changing("DELETE FROM receipts WHERE domain = ? AND edge = ?", domain, edge);
}

base::Result<bool> SqliteRows::delete_receipts_of_gone_versions(const domain::Receipt& receipt) {
  return run_changing(
      "DELETE FROM receipts WHERE domain = ? AND edge = ? AND version <> ?"
      " AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.id = receipts.version)",
      receipt.domain, receipt.edge, receipt.version.number());
}

base::Result<void> SqliteRows::reset_receipts(const std::string& domain, base::CertId version) {
  return database_.run(
      "UPDATE receipts SET written_at = NULL, acknowledged_at = NULL, proved_at = NULL, attempts = 0, failure = ''"
      " WHERE domain = ? AND version = ?",
      domain, version.number());
}

}  // namespace livecert::store::sqlite

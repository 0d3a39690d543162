#include "store/sqlite/commands.h"

namespace livecert::store::sqlite {
namespace {

std::optional<std::int64_t> to_micros(const std::optional<base::Time>& time) {
  if (!time) return std::nullopt;
  return base::to_unix_micros(*time);
}

base::Result<void> forget_gone_versions(Connection& database, const domain::Receipt& receipt) {
  return database.run(
      "DELETE FROM receipts WHERE domain = ? AND edge = ? AND version <> ?"
      " AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.id = receipts.version)",
      receipt.domain, receipt.edge, receipt.version.number());
}

// Writes nothing when the same is there already.
base::Result<void> keep(Connection& database, const domain::Receipt& receipt) {
  return database.run(
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

Outcome outcome_of(bool wrote) {
  return {wrote ? OutcomeKind::kDone : OutcomeKind::kConverged};
}

}  // namespace

base::Result<Outcome> apply_one(Connection& database, const Context&, const KeepReceipts& command) {
  const std::int64_t before = database.rows_written();
  // First: what is kept now may tell of versions that are gone, and stays.
  for (const domain::Receipt& receipt : command.receipts) TRY(forget_gone_versions(database, receipt));
  for (const domain::Receipt& receipt : command.receipts) TRY(keep(database, receipt));
  return outcome_of(database.rows_written() != before);
}

base::Result<Outcome> apply_one(Connection& database, const Context&, const ForgetReceipts& command) {
  const std::int64_t before = database.rows_written();
  for (const std::string& domain : command.domains) {
    TRY(database.run("DELETE FROM receipts WHERE domain = ? AND edge = ?", domain, command.edge));
  }
  return outcome_of(database.rows_written() != before);
}

}  // namespace livecert::store::sqlite

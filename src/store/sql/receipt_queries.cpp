#include <map>

#include "store/sql/edge_seen.h"
#include "store/sql/piece.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

std::optional<base::Time> read_time(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return base::from_unix_micros(query.integer(column));
}

base::Result<domain::Receipt> read_receipt(const Query& query) {
  domain::Receipt receipt;
  receipt.edge = query.text(0);
  receipt.domain = query.text(1);
  TRY_ASSIGN(const auto chain, query.fixed<16>(2));
  receipt.chain = base::ChainId(chain);
  receipt.version = base::CertId(query.integer(3));
  receipt.wanted_at = base::from_unix_micros(query.integer(4));
  receipt.written_at = read_time(query, 5);
  receipt.acknowledged_at = read_time(query, 6);
  receipt.proved_at = read_time(query, 7);
  receipt.attempts = query.integer(8);
  receipt.failure = query.text(9);
  // An unknown word counts as one that claims nothing.
  receipt.phase = domain::parse_delivery_phase(query.text(10)).value_or(domain::DeliveryPhase::kWaiting);
  receipt.shown_since = read_time(query, 11);
  receipt.last_seen = read_time(query, 12);
  receipt.shown_until = read_time(query, 13);
  receipt.seen_by = domain::parse_evidence(query.text(14)).value_or(domain::Evidence::kNone);
  receipt.failing_since = read_time(query, 15);
  receipt.next_try = read_time(query, 16);
  receipt.is_final = query.integer(17) != 0;
  receipt.valid_until = base::from_unix_micros(query.integer(18));
  receipt.epoch = query.text(19);
  return receipt;
}

}  // namespace

base::Result<std::vector<domain::Receipt>> SqlSnapshot::list_receipts(const ReceiptFilter& filter) {
  Piece piece;
  piece.add(
      "SELECT edge, domain, chain, version, wanted_at, written_at, acknowledged_at, proved_at, attempts, failure,"
      " phase, shown_since, last_seen, shown_until, seen_by, failing_since, next_try, is_final, valid_until, epoch"
      " FROM receipts WHERE TRUE");
  if (filter.edge) piece.add(" AND edge = ?", *filter.edge);
  if (filter.domain) piece.add(" AND domain = ?", *filter.domain);
  if (filter.chain) piece.add(" AND chain = ?", base::to_bytes(filter.chain->bytes()));
  if (filter.version) piece.add(" AND version = ?", filter.version->number());
  piece.add(" ORDER BY domain, edge, version DESC");
  std::vector<domain::Receipt> receipts;
  {
    TRY_ASSIGN(Query query, piece.query(database_));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) break;
      TRY_ASSIGN(domain::Receipt receipt, read_receipt(query));
      receipts.push_back(std::move(receipt));
    }
  }
  // By edge; nullopt: nothing is known of it.
  std::map<std::string, std::optional<domain::EdgeSeen>> edges;
  for (domain::Receipt& receipt : receipts) {
    if (!receipt.is_shown()) continue;
    auto known = edges.find(receipt.edge);
    if (known == edges.end()) {
      TRY_ASSIGN(const auto value, find_setting(edge_seen_setting(receipt.edge)));
      known = edges.emplace(receipt.edge, value ? parse_edge_seen(receipt.edge, *value) : std::nullopt).first;
    }
    if (known->second) domain::note_seen(receipt, *known->second);
  }
  return receipts;
}

}  // namespace livecert::store::sql

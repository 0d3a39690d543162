#include <array>
#include <utility>

#include "domain/sealed_mark.h"
#include "store/sql/sql_rows.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

using domain::MasterKey;
using domain::MasterKeyState;

constexpr std::array<std::uint8_t, 1> kUnnamed{domain::kMarkWithoutKey};
constexpr std::array<std::uint8_t, 1> kNamed{domain::kMarkWithKey};

// Certificates among the settings begin with the 48 of DER's SEQUENCE, so that the first byte tells sealed ones.
constexpr std::string_view kCounts =
    "SELECT CASE WHEN substr(item, 1, 1) = ? THEN substr(item, 1, 9) ELSE substr(item, 1, 1) END AS mark, count(*)"
    " FROM (SELECT wrapped_key AS item FROM accounts UNION ALL SELECT value FROM settings"
    " UNION ALL SELECT sealed_secret FROM notify_channels) AS items GROUP BY 1";

base::Result<std::vector<MasterKey>> read_master_keys(Session& database) {
  TRY_ASSIGN(Query query, database.query("SELECT id, header, state, added_at FROM master_keys ORDER BY id"));
  std::vector<MasterKey> keys;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return keys;
    // A state of a newer release counts as the one in which the key is kept and not used.
    keys.push_back({query.text(0), query.blob(1),
                    domain::parse_master_key_state(query.text(2)).value_or(MasterKeyState::kFormer),
                    base::from_unix_micros(query.integer(3))});
  }
}

base::Result<std::vector<SealedCount>> read_counts(Session& database) {
  TRY_ASSIGN(Query query, database.query(kCounts, base::ByteView(kNamed)));
  std::vector<SealedCount> counts;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return counts;
    const base::Bytes mark = query.blob(0);
    const auto key = domain::key_in_mark(mark);
    const bool is_unnamed = !mark.empty() && mark.front() == domain::kMarkWithoutKey;
    if (key || is_unnamed) counts.push_back({key.value_or(""), query.integer(1)});
  }
}

}  // namespace

base::Result<std::vector<MasterKey>> SqlRows::list_master_keys() {
  return read_master_keys(database_);
}

base::Result<void> SqlRows::insert_master_key(const MasterKey& key) {
  return database_.run("INSERT INTO master_keys (id, header, state, added_at) VALUES (?, ?, ?, ?)", key.id,
                       base::ByteView(key.header), domain::to_text(key.state), base::to_unix_micros(key.added_at));
}

base::Result<void> SqlRows::set_master_key_state(const std::string& id, MasterKeyState state) {
  return database_.run("UPDATE master_keys SET state = ? WHERE id = ?", domain::to_text(state), id);
}

base::Result<std::int64_t> SqlRows::count_sealed(const std::string& key, bool with_unnamed) {
  TRY_ASSIGN(const auto counts, read_counts(database_));
  std::int64_t items = 0;
  for (const SealedCount& count : counts) {
    if (count.key == key || (with_unnamed && count.key.empty())) items += count.items;
  }
  return items;
}

base::Result<void> SqlRows::reseal(const domain::ResealItems& items) {
  for (const auto& item : items.account_keys) {
    TRY(database_.run("UPDATE accounts SET wrapped_key = ? WHERE id = ? AND wrapped_key = ?",
                      base::ByteView(item.to.bytes), item.account.number(), base::ByteView(item.from.bytes)));
  }
  for (const auto& item : items.settings) {
    TRY(database_.run("UPDATE settings SET value = ? WHERE name = ? AND value = ?", base::ByteView(item.to.bytes),
                      item.name, base::ByteView(item.from.bytes)));
  }
  for (const auto& item : items.channels) {
    TRY(database_.run("UPDATE notify_channels SET sealed_secret = ? WHERE name = ? AND sealed_secret = ?",
                      base::ByteView(item.to.bytes), item.name, base::ByteView(item.from.bytes)));
  }
  return {};
}

base::Result<std::vector<MasterKey>> SqlSnapshot::list_master_keys() {
  return read_master_keys(database_);
}

base::Result<std::vector<SealedCount>> SqlSnapshot::count_sealed() {
  return read_counts(database_);
}

base::Result<std::vector<WrappedKey>> SqlSnapshot::list_account_keys(base::AccountId after, std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT id, wrapped_key FROM accounts WHERE id > ? ORDER BY id LIMIT ?",
                                          after.number(), limit));
  std::vector<WrappedKey> keys;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return keys;
    keys.push_back({base::AccountId(query.integer(0)), {query.blob(1)}});
  }
}

base::Result<std::vector<PutSetting>> SqlSnapshot::list_sealed_settings() {
  TRY_ASSIGN(Query query,
             database_.query("SELECT name, value FROM settings WHERE substr(value, 1, 1) IN (?, ?) ORDER BY name",
                             base::ByteView(kUnnamed), base::ByteView(kNamed)));
  std::vector<PutSetting> settings;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return settings;
    settings.push_back({query.text(0), query.blob(1)});
  }
}

}  // namespace livecert::store::sql

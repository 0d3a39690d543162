#include <utility>

#include "store/sql/sql_rows.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

std::optional<std::int64_t> to_column(const std::optional<base::Time>& time) {
  if (!time) return std::nullopt;
  return base::to_unix_micros(*time);
}

std::optional<base::Time> from_column(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return base::from_unix_micros(query.integer(column));
}

}  // namespace

base::Result<bool> SqlRows::has_notify_channel(const std::string& name) {
  return any_row("SELECT 1 FROM notify_channels WHERE name = ?", name);
}

base::Result<bool> SqlRows::has_notify_channel_with(const std::string& name, const base::SealedBytes& secret) {
  return any_row("SELECT 1 FROM notify_channels WHERE name = ? AND sealed_secret = ?", name,
                 base::ByteView(secret.bytes));
}

base::Result<void> SqlRows::put_notify_channel(const PutNotifyChannel& channel) {
  return database_.run(
      "INSERT INTO notify_channels (name, definition, sealed_secret) VALUES (?, ?, ?)"
      " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, sealed_secret = excluded.sealed_secret,"
      " failures = 0, failure = '', failing_since = NULL, next_try = NULL",
      channel.name, channel.definition, base::ByteView(channel.secret.bytes));
}

base::Result<void> SqlRows::delete_notify_channel(const std::string& name) {
  TRY(database_.run("DELETE FROM told WHERE channel = ?", name));
  return database_.run("DELETE FROM notify_channels WHERE name = ?", name);
}

base::Result<void> SqlRows::set_channel_state(const std::string& channel, const domain::ChannelState& state) {
  return database_.run(
      "UPDATE notify_channels SET failures = ?, failure = ?, failing_since = ?, next_try = ?, delivered_at = ?"
      " WHERE name = ?",
      state.failures, state.failure, to_column(state.failing_since), to_column(state.next_try),
      to_column(state.delivered_at), channel);
}

base::Result<void> SqlRows::put_told(const std::string& channel, const domain::Told& told) {
  return database_.run(
      "INSERT INTO told (channel, kind, domain, edge, level, ends_at, told_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (channel, kind, domain, edge) DO UPDATE SET"
      " level = excluded.level, ends_at = excluded.ends_at, told_at = excluded.told_at",
      channel, domain::to_text(told.fact.kind), told.fact.domain, told.fact.edge, told.level,
      base::to_unix_micros(told.ends_at), base::to_unix_micros(told.told_at));
}

base::Result<void> SqlRows::delete_told(const std::string& channel, const domain::FactName& fact) {
  return database_.run("DELETE FROM told WHERE channel = ? AND kind = ? AND domain = ? AND edge = ?", channel,
                       domain::to_text(fact.kind), fact.domain, fact.edge);
}

base::Result<std::vector<StoredNotifyChannel>> SqlSnapshot::list_notify_channels() {
  TRY_ASSIGN(Query query, database_.query("SELECT name, definition, sealed_secret, failures, failure, failing_since,"
                                          " next_try, delivered_at FROM notify_channels ORDER BY name"));
  std::vector<StoredNotifyChannel> channels;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return channels;
    channels.push_back(
        {query.text(0),
         query.text(1),
         {query.blob(2)},
         {query.integer(3), query.text(4), from_column(query, 5), from_column(query, 6), from_column(query, 7)}});
  }
}

base::Result<std::vector<domain::Told>> SqlSnapshot::list_told(const std::string& channel) {
  TRY_ASSIGN(Query query, database_.query("SELECT kind, domain, edge, level, ends_at, told_at FROM told"
                                          " WHERE channel = ? ORDER BY kind, domain, edge",
                                          channel));
  std::vector<domain::Told> told;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return told;
    // A kind of a newer release, which this one cannot tell about.
    const auto kind = domain::parse_fact_kind(query.text(0));
    if (!kind) continue;
    told.push_back({{*kind, query.text(1), query.text(2)},
                    query.integer(3),
                    base::from_unix_micros(query.integer(4)),
                    base::from_unix_micros(query.integer(5))});
  }
}

}  // namespace livecert::store::sql

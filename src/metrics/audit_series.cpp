#include "metrics/audit_series.h"

#include <chrono>
#include <string>
#include <utility>

namespace livecert::metrics {
namespace {

constexpr auto kBetweenCounts = std::chrono::minutes(1);

double seconds_of(base::Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

std::optional<std::vector<service::ListedMasterKey>> AuditSeries::master_keys() {
  const std::lock_guard lock(mutex_);
  const base::SteadyTime now = services_.clock.steady_now();
  if (keys_ && now - counted_at_ < kBetweenCounts) return keys_;
  auto keys = service::list_master_keys(services_);
  if (!keys) return std::nullopt;
  keys_ = *std::move(keys);
  counted_at_ = now;
  return keys_;
}

Families AuditSeries::collect() {
  const service::AuditBook::Counts counts = book_.counts();
  auto records = counters("livecert_audit_records_total", "Records of the audit that are not about a write, by kind.");
  for (const std::string_view kind : {audit::kRefusal, audit::kOpening, audit::kSignIn}) {
    const auto found = counts.written.find(std::string(kind));
    add(records, found == counts.written.end() ? 0 : static_cast<double>(found->second), {{"kind", std::string(kind)}});
  }
  auto failures = counters("livecert_audit_write_failures_total", "Attempts to write such records that failed.");
  add(failures, static_cast<double>(counts.failures));
  auto lost = counters("livecert_audit_records_lost_total", "Such records that were lost while the store took none.");
  add(lost, static_cast<double>(counts.lost));
  auto waiting = gauges("livecert_audit_records_waiting", "Such records that wait to be written.");
  add(waiting, static_cast<double>(counts.waiting));
  Families families{std::move(records), std::move(failures), std::move(lost), std::move(waiting)};
  if (const auto last = services_.store.ask(&store::Snapshot::last_change)) {
    auto position = gauges("livecert_audit_last_record", "The position of the audit's last record.");
    add(position, static_cast<double>(*last));
    families.push_back(std::move(position));
  }
  if (const auto newest = services_.store.ask(&store::Snapshot::newest_checkpoint); newest && *newest) {
    auto signed_to = gauges("livecert_audit_signed_to", "The position up to which checkpoints prove the audit.");
    auto at = gauges("livecert_audit_last_checkpoint_timestamp_seconds", "When the audit was signed last.");
    auto cut = gauges("livecert_audit_cut_through", "The position up to which old records were removed.");
    add(signed_to, static_cast<double>((*newest)->position));
    add(at, seconds_of((*newest)->at));
    add(cut, static_cast<double>((*newest)->cut_through));
    families.push_back(std::move(signed_to));
    families.push_back(std::move(at));
    families.push_back(std::move(cut));
  }
  if (const auto keys = master_keys()) {
    auto items = gauges("livecert_master_key_items", "Keys of accounts and items of the service under a master key.");
    auto added = gauges("livecert_master_key_added_timestamp_seconds", "When the store first knew the master key.");
    auto held = gauges("livecert_master_key_held", "1 when this process has the master key.");
    for (const service::ListedMasterKey& key : *keys) {
      const Labels labels{{"key", key.key.id}, {"state", std::string(domain::to_text(key.key.state))}};
      add(items, static_cast<double>(key.items), labels);
      add(added, seconds_of(key.key.added_at), labels);
      add(held, key.is_held ? 1 : 0, labels);
    }
    families.push_back(std::move(items));
    families.push_back(std::move(added));
    families.push_back(std::move(held));
  }
  return families;
}

}  // namespace livecert::metrics

#include "service/audit_checkpoints.h"

#include <utility>

#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kRecordsAtOnce = 1000;

base::Result<std::optional<base::SecretBytes>> find_audit_key(Services& services) {
  TRY_ASSIGN(auto sealed, services.store.ask(&store::Snapshot::find_setting, kAuditKey));
  if (!sealed) return std::optional<base::SecretBytes>();
  TRY_ASSIGN(base::SecretBytes key, services.vault.open_own(kAuditKey, {*std::move(sealed)}));
  return std::optional(std::move(key));
}

// Reads the key again after it was made: another process may have made one at the same time, and the last one counts.
base::Result<base::SecretBytes> find_or_make_audit_key(Services& services) {
  TRY_ASSIGN(auto found, find_audit_key(services));
  if (found) return *std::move(found);
  TRY_ASSIGN(base::SealedBytes sealed, services.vault.seal_own(kAuditKey, crypto::make_ed25519_key(services.random)));
  TRY(submit(services, own_context(services, "MakeAuditKey"), store::PutSetting{kAuditKey, std::move(sealed.bytes)}));
  TRY_ASSIGN(auto made, find_audit_key(services));
  if (!made) return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "the audit's key is gone again"};
  return *std::move(made);
}

base::Error chain_broken(std::int64_t after) {
  const std::string what = "the audit does not follow from its checkpoint at position " + std::to_string(after) +
                           ", so nothing after it is signed: run livecert audit verify";
  return {base::ErrorCode::kStoreFailure, what, what};
}

struct ChainEnd {
  std::int64_t position = 0;
  audit::Hash hash = audit::kBeforeAll;
  base::Time at;
};

// Follows the chain from a checkpoint to its end.
base::Result<ChainEnd> follow_chain(store::Store& store, const ChainEnd& from) {
  ChainEnd end = from;
  for (;;) {
    store::AuditFilter filter;
    filter.after = end.position;
    TRY_ASSIGN(const auto records, store.ask(&store::Snapshot::audit, filter, kRecordsAtOnce));
    for (const store::AuditRecord& record : records) {
      if (audit::hash_of(end.hash, record) != record.hash) return chain_broken(from.position);
      end = {record.position, record.hash, record.at};
    }
    if (records.size() < static_cast<std::size_t>(kRecordsAtOnce)) return end;
  }
}

base::Result<std::optional<store::AuditRecord>> newest_record(store::Snapshot& snapshot) {
  store::AuditFilter filter;
  filter.newest_first = true;
  TRY_ASSIGN(auto records, snapshot.audit(filter, 1));
  if (records.empty()) return std::optional<store::AuditRecord>();
  return std::optional(std::move(records.front()));
}

}  // namespace

base::Result<void> prepare_audit_key(Services& services) {
  TRY_ASSIGN(const base::SecretBytes key, find_or_make_audit_key(services));
  return {};
}

base::Result<std::optional<audit::Checkpoint>> keep_checkpoint(Services& services, const Context& context,
                                                               std::optional<CheckpointRule> rule) {
  std::optional<audit::Checkpoint> newest;
  {
    TRY_ASSIGN(const auto snapshot, services.store.read());
    TRY_ASSIGN(newest, snapshot->newest_checkpoint());
    TRY_ASSIGN(const auto last, newest_record(*snapshot));
    const std::int64_t signed_to = newest ? newest->position : 0;
    const std::int64_t position = last ? last->position : 0;
    if (position < signed_to) return chain_broken(signed_to);
    if (position == signed_to) return newest;
    // A clock that was set back delays nothing.
    const bool is_due = !rule || !newest || position - signed_to >= rule->records ||
                        services.clock.now() - newest->at >= rule->age || services.clock.now() < newest->at;
    if (!is_due) return newest;
  }
  TRY_ASSIGN(const base::SecretBytes key, find_or_make_audit_key(services));
  const ChainEnd from = newest ? ChainEnd{newest->position, newest->hash, newest->at} : ChainEnd();
  TRY_ASSIGN(const ChainEnd end, follow_chain(services.store, from));
  audit::Checkpoint next;
  next.position = end.position;
  next.hash = end.hash;
  next.at = services.clock.now();
  next.cut_through = newest ? newest->cut_through : 0;
  TRY_ASSIGN(next, audit::signed_by(key, next));
  TRY(submit(services, context, store::KeepCheckpoint{next}));
  return std::optional(next);
}

base::Result<CheckpointPage> list_checkpoints(Services& services, std::int64_t after, std::int64_t size) {
  CheckpointPage page;
  TRY_ASSIGN(const auto key, find_audit_key(services));
  if (key) page.public_key = crypto::ed25519_public_key(*key);
  TRY_ASSIGN(page.checkpoints, services.store.ask(&store::Snapshot::list_checkpoints, after, size));
  page.is_end = page.checkpoints.size() < static_cast<std::size_t>(size);
  return page;
}

}  // namespace livecert::service

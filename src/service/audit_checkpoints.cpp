#include "service/audit_checkpoints.h"

#include <algorithm>
#include <utility>

#include "service/outcome_error.h"
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

ChainEnd end_at(const std::optional<audit::Checkpoint>& checkpoint) {
  return checkpoint ? ChainEnd{checkpoint->position, checkpoint->hash, checkpoint->at} : ChainEnd();
}

// Follows the chain from a checkpoint to its end, or to the last record before that position.
base::Result<ChainEnd> follow_chain(store::Store& store, const ChainEnd& from,
                                    std::optional<std::int64_t> before = std::nullopt) {
  ChainEnd end = from;
  for (;;) {
    store::AuditFilter filter;
    filter.after = end.position;
    filter.before = before;
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

// What one attempt came to: nullopt when another process cut the audit meanwhile.
using Attempt = std::optional<std::optional<audit::Checkpoint>>;

base::Result<Attempt> try_to_sign(Services& services, const Context& context, std::optional<CheckpointRule> rule,
                                  std::int64_t cut_through) {
  std::optional<audit::Checkpoint> newest;
  {
    TRY_ASSIGN(const auto snapshot, services.store.read());
    TRY_ASSIGN(newest, snapshot->newest_checkpoint());
    TRY_ASSIGN(const auto last, newest_record(*snapshot));
    const std::int64_t signed_to = newest ? newest->position : 0;
    const std::int64_t position = last ? last->position : 0;
    if (position < signed_to) return chain_broken(signed_to);
    const bool says_enough = newest ? newest->cut_through >= cut_through : cut_through == 0;
    if (position == signed_to && says_enough) return Attempt(newest);
    // A clock that was set back delays nothing.
    const bool is_due = !rule || !newest || position - signed_to >= rule->records ||
                        services.clock.now() - newest->at >= rule->age || services.clock.now() < newest->at;
    if (!is_due) return Attempt(newest);
  }
  TRY_ASSIGN(const base::SecretBytes key, find_or_make_audit_key(services));
  TRY_ASSIGN(const ChainEnd end, follow_chain(services.store, end_at(newest)));
  audit::Checkpoint next;
  next.position = end.position;
  next.hash = end.hash;
  next.at = services.clock.now();
  next.cut_through = std::max(newest ? newest->cut_through : 0, cut_through);
  TRY_ASSIGN(next, audit::signed_by(key, next));
  const store::Outcome outcome = services.store.submit(context, store::KeepCheckpoint{next}).wait();
  if (outcome.reason() == domain::Reason::kStale) return Attempt();
  if (!took_effect(outcome)) return to_error(outcome);
  return Attempt(next);
}

base::Result<std::optional<audit::Checkpoint>> sign_chain(Services& services, const Context& context,
                                                          std::optional<CheckpointRule> rule,
                                                          std::int64_t cut_through) {
  constexpr int kMostTries = 5;  // each is lost only to another process that cut the audit
  for (int tries = 1;; ++tries) {
    TRY_ASSIGN(const Attempt attempt, try_to_sign(services, context, rule, cut_through));
    if (attempt) return *attempt;
    if (tries == kMostTries) return base::Error{base::ErrorCode::kConflict, "other processes cut the audit; try again"};
  }
}

}  // namespace

base::Result<void> prepare_audit_key(Services& services) {
  TRY_ASSIGN(const base::SecretBytes key, find_or_make_audit_key(services));
  return {};
}

base::Result<std::optional<audit::Checkpoint>> keep_checkpoint(Services& services, const Context& context,
                                                               std::optional<CheckpointRule> rule) {
  return sign_chain(services, context, rule, 0);
}

base::Result<void> permit_cut(Services& services, const Context& context, const std::optional<audit::Checkpoint>& begin,
                              const audit::Checkpoint& end) {
  TRY_ASSIGN(const base::SecretBytes key, find_or_make_audit_key(services));
  const auto public_key = crypto::ed25519_public_key(key);
  const auto is_ours = [&](const audit::Checkpoint& checkpoint) {
    return checkpoint.public_key == public_key && audit::has_valid_signature(checkpoint);
  };
  const ChainEnd from = end_at(begin);
  if ((begin && !is_ours(*begin)) || !is_ours(end)) return chain_broken(from.position);
  TRY_ASSIGN(const ChainEnd reached, follow_chain(services.store, from, end.position + 1));
  if (reached.position != end.position || reached.hash != end.hash) return chain_broken(from.position);
  TRY(sign_chain(services, context, std::nullopt, end.position));
  return {};
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

#include "service/cut_audit.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "service/audit_checkpoints.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kCheckpointsAtOnce = 1000;
// One step removes the records of this many checkpoints: about as many thousands of records at most.
constexpr std::size_t kCheckpointsInStep = 10;

struct OldPart {
  std::optional<audit::Checkpoint> begin;      // the last one before the first record: where the chain was cut before
  std::vector<audit::Checkpoint> checkpoints;  // those after it that are old enough
};

base::Result<OldPart> find_old_part(store::Store& store, std::int64_t first, base::Time before) {
  OldPart part;
  for (std::int64_t after = 0;;) {
    TRY_ASSIGN(const auto page, store.ask(&store::Snapshot::list_checkpoints, after, kCheckpointsAtOnce));
    for (const audit::Checkpoint& checkpoint : page) {
      after = checkpoint.position;
      if (checkpoint.position < first) {
        part.begin = checkpoint;
      } else if (checkpoint.at < before) {
        part.checkpoints.push_back(checkpoint);
      } else {
        return part;
      }
    }
    if (page.size() < static_cast<std::size_t>(kCheckpointsAtOnce)) return part;
  }
}

}  // namespace

base::Result<std::int64_t> cut_audit(Services& services, base::Time before, const std::function<bool()>& is_stopping) {
  TRY_ASSIGN(const auto first, services.store.ask(&store::Snapshot::audit, store::AuditFilter(), 1));
  if (first.empty()) return 0;
  TRY_ASSIGN(const OldPart part, find_old_part(services.store, first.front().position, before));
  if (part.checkpoints.empty()) return 0;
  TRY(permit_cut(services, own_context(services, "CutAudit"), part.begin, part.checkpoints.back()));
  std::int64_t cut = 0;
  for (std::size_t done = 0; done < part.checkpoints.size() && !is_stopping(); done += kCheckpointsInStep) {
    const std::size_t end = std::min(part.checkpoints.size(), done + kCheckpointsInStep);
    const std::int64_t through = part.checkpoints[end - 1].position;
    TRY(submit(services, own_context(services, "CutAudit"), store::CutAudit{through}));
    cut = through;
  }
  return cut;
}

}  // namespace livecert::service

#include "service/prune_certs.h"

#include <utility>

#include "service/access.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

using store::OutcomeKind;

constexpr std::int64_t kPruneBatch = 200;

enum class Removal : std::uint8_t { kRemoved, kStays, kTooLate };

// Whether it was bound, renewed, moved or deleted since it was listed.
bool is_other_now(const store::Outcome& outcome) {
  using domain::Reason;
  const auto reason = outcome.reason();
  return reason == Reason::kStale || reason == Reason::kBound || reason == Reason::kKept ||
         reason == Reason::kForbidden || reason == Reason::kAbsent;
}

// Whether the chain is within the domains that the caller's key is limited to, and which version was found so.
struct Reach {
  bool is_within = true;
  std::optional<base::CertId> judged = {};
};
base::Result<Reach> reach_of(Services& services, const Context& context, const domain::ChainSummary& chain) {
  if (context.caller.domains.empty()) return Reach();
  TRY_ASSIGN(const auto found, services.store.ask(&store::Snapshot::find_chain_alone, chain.id));
  if (!found) return Reach{false};
  const auto judged = check_chain_domains(context.caller, *found);
  if (judged) return Reach{true, *judged};
  if (judged.error().code == base::ErrorCode::kProjectForbidden) return Reach{false};
  return judged.error();
}

base::Result<Removal> remove(Services& services, const Context& context, const domain::ChainSummary& chain,
                             base::Time limit, const std::optional<base::CertId>& judged) {
  const store::Outcome outcome = services.store.submit(context, store::DeleteChain{chain.id, limit, judged}).wait();
  if (outcome.kind == OutcomeKind::kDone) return Removal::kRemoved;
  if (outcome.kind == OutcomeKind::kDeadlineExceeded) return Removal::kTooLate;
  if (is_other_now(outcome)) return Removal::kStays;
  return to_error(outcome);
}

// Returns false when it is time to stop.
base::Result<bool> prune_batch(Services& services, const Context& context, const PruneCertsInput& input,
                               base::Time limit, std::vector<domain::ChainSummary> batch, PruneCertsOutput& output) {
  for (domain::ChainSummary& chain : batch) {
    if (output.chains.size() == kMaxPruned) return false;
    TRY_ASSIGN(const Reach reach, reach_of(services, context, chain));
    if (!reach.is_within) continue;
    Removal removal = Removal::kRemoved;
    if (!input.dry_run) {
      TRY_ASSIGN(removal, remove(services, context, chain, limit, reach.judged));
    }
    if (removal == Removal::kTooLate) return false;
    if (removal == Removal::kRemoved) output.chains.push_back(std::move(chain));
  }
  return true;
}

}  // namespace

base::Result<PruneCertsOutput> prune_certs(Services& services, const Context& context, const PruneCertsInput& input) {
  const base::Time limit = input.as_of.value_or(context.at) - input.expired_for;
  store::ChainFilter filter;
  filter.account = context.caller.account;
  TRY_ASSIGN(filter.projects, visible_projects(context.caller, input.project));
  filter.superseded = true;
  filter.expires_before = limit;
  filter.now = context.at;

  PruneCertsOutput output;
  std::optional<store::Cursor> cursor = store::Cursor();
  while (cursor && !output.has_more) {
    TRY_ASSIGN(store::ChainPage page,
               services.store.ask(&store::Snapshot::list_chains, filter, *cursor, 0, kPruneBatch));
    TRY_ASSIGN(const bool goes_on, prune_batch(services, context, input, limit, std::move(page.chains), output));
    output.has_more = !goes_on;
    cursor = page.next;
  }
  if (output.has_more && output.chains.empty()) {
    return to_error(store::Outcome{OutcomeKind::kDeadlineExceeded});
  }
  return output;
}

}  // namespace livecert::service

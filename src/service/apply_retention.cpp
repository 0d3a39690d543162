#include "service/apply_retention.h"

#include <iterator>
#include <utility>

#include "service/prune_certs.h"

namespace livecert::service {
namespace {

// The limit of one round, so that a stop of the service does not wait long.
constexpr auto kRoundTime = std::chrono::seconds(2);

Context context_for(const Services& services, base::AccountId account) {
  Context context;
  context.caller.account = account;
  context.action = "Retention";
  context.at = services.clock.now();
  context.deadline = services.clock.steady_now() + kRoundTime;
  return context;
}

}  // namespace

base::Result<std::vector<domain::ChainSummary>> apply_retention(Services& services, std::chrono::days expired_for,
                                                                const std::function<bool()>& is_stopping,
                                                                std::optional<base::Time> as_of) {
  std::vector<domain::ChainSummary> removed;
  TRY_ASSIGN(const std::vector<domain::Account> accounts, services.store.ask(&store::Snapshot::list_accounts));
  for (const domain::Account& account : accounts) {
    if (account.status != domain::AccountStatus::kActive) continue;
    for (bool has_more = true; has_more && !is_stopping();) {
      TRY_ASSIGN(PruneCertsOutput round, prune_certs(services, context_for(services, account.id),
                                                     {.expired_for = expired_for, .as_of = as_of}));
      has_more = round.has_more;
      std::ranges::move(round.chains, std::back_inserter(removed));
    }
  }
  return removed;
}

}  // namespace livecert::service

#include "service/initialise.h"

#include <utility>

#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr std::string_view kRootAccountName = "root";
constexpr auto kTimeToInitialise = std::chrono::seconds(30);

}  // namespace

base::Result<Initialisation> prepare_initialisation(Services& services, base::Bytes vault_header) {
  const base::Time now = services.clock.now();
  const domain::Account root{services.ids.make_account_id(), std::string(kRootAccountName), true,
                             domain::AccountStatus::kActive, now};
  TRY_ASSIGN(base::SealedBytes account_key, services.vault.make_account_key(root.id));
  TRY_ASSIGN(NewAccessKey made, make_access_key(services, root.id, account_key, {}, now));

  Initialisation prepared;
  prepared.context.caller = {root.id, true, made.access_key.id, {}};
  prepared.context.action = "Initialise";
  prepared.context.at = now;
  prepared.context.deadline = services.clock.steady_now() + kTimeToInitialise;
  prepared.command = {std::move(vault_header), root, std::move(account_key), std::move(made.access_key)};
  prepared.root_secret = std::move(made.secret);
  return prepared;
}

base::Result<void> initialise(Services& services, const Initialisation& prepared) {
  return submit(services, prepared.context, prepared.command);
}

}  // namespace livecert::service

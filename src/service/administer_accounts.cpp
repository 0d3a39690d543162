#include "service/administer_accounts.h"

#include <optional>

#include "service/follow_master_key.h"
#include "service/outcome_error.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr int kIdAttempts = 5;

}  // namespace

base::Result<domain::Account> create_account(Services& services, const Context& context, const std::string& name) {
  TRY_ASSIGN(std::string checked, domain::parse_name("AccountName", name));
  TRY(follow_master_key(services));
  store::Outcome outcome;
  for (int attempt = 0; attempt < kIdAttempts; ++attempt) {
    const domain::Account account{services.ids.make_account_id(), checked, false, domain::AccountStatus::kActive,
                                  context.at};
    TRY_ASSIGN(base::SealedBytes key, services.vault.make_account_key(account.id));
    outcome = services.store.submit(context, store::CreateAccount{account, std::move(key)}).wait();
    if (outcome.kind == store::OutcomeKind::kDone) return account;
    // Ids come from a small space; if one is taken, another is tried.
    if (outcome.reason() != domain::Reason::kTaken || outcome.subject() != domain::Subject::kAccount) break;
  }
  return to_error(outcome);
}

base::Result<domain::Account> find_account(Services& services, const std::string& account_id) {
  const auto id = base::AccountId::parse(account_id);
  if (!id) return base::Error{base::ErrorCode::kNotFound, "AccountId does not exist: it must be a number"};
  TRY_ASSIGN(std::optional<domain::Account> account, services.store.ask(&store::Snapshot::find_account, *id));
  if (!account) return base::Error{base::ErrorCode::kNotFound, "AccountId " + id->to_string() + " does not exist"};
  return *std::move(account);
}

base::Result<void> set_account_status(Services& services, const Context& context, const std::string& account_id,
                                      domain::AccountStatus status) {
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  if (account.is_root && status == domain::AccountStatus::kSuspended) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "the root account cannot be suspended: nobody could activate it again"};
  }
  return submit(services, context, store::SetAccountStatus{account.id, status});
}

base::Result<std::vector<domain::Account>> list_accounts(Services& services) {
  return services.store.ask(&store::Snapshot::list_accounts);
}

}  // namespace livecert::service

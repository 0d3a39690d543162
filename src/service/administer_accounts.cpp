#include "service/administer_accounts.h"

#include <optional>

#include "service/follow_master_key.h"
#include "service/outcome_error.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

constexpr int kIdAttempts = 5;
// Some milliseconds of the store's writer, so that uploads of others do not wait.
constexpr std::int64_t kDeletedAtOnce = 200;

base::Result<domain::AccountContent> content_of(Services& services, const Context& context, base::AccountId account) {
  TRY_ASSIGN(const auto snapshot, services.store.read());
  store::ChainFilter chains;
  chains.account = account;
  chains.now = context.at;
  store::DomainFilter domains;
  domains.account = account;
  domain::AccountContent content;
  TRY_ASSIGN(const store::ChainCounts counts, snapshot->count_chains(chains));
  content.chains = counts.total;
  TRY_ASSIGN(const store::DomainPage page, snapshot->list_domains(domains, 0, 1));
  content.domains = page.total;
  TRY_ASSIGN(const auto keys, snapshot->list_access_keys(account));
  content.keys = static_cast<std::int64_t>(keys.size());
  TRY_ASSIGN(const auto projects, snapshot->list_projects(account));
  content.projects = static_cast<std::int64_t>(projects.size()) - 1;  // without `default`
  return content;
}

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

base::Result<DeleteAccountOutput> delete_account(Services& services, const Context& context,
                                                 const DeleteAccountInput& input) {
  DeleteAccountOutput output;
  TRY_ASSIGN(output.account, find_account(services, input.account_id));
  if (output.account.is_root) {
    return base::Error{base::ErrorCode::kInvalidInput, "the root account cannot be deleted"};
  }
  TRY_ASSIGN(output.content, content_of(services, context, output.account.id));
  if (input.dry_run) return output;
  while (input.cascade) {
    const store::EmptyAccount step{output.account.id, kDeletedAtOnce};
    const store::Outcome outcome = services.store.submit(context, step).wait();
    if (outcome.kind == store::OutcomeKind::kDeadlineExceeded) return output;
    if (!took_effect(outcome)) return to_error(outcome);
    if (outcome.kind == store::OutcomeKind::kConverged) break;
  }
  TRY(submit(services, context, store::DeleteAccount{output.account.id}));
  output.is_deleted = true;
  return output;
}

base::Result<std::vector<domain::Account>> list_accounts(Services& services) {
  return services.store.ask(&store::Snapshot::list_accounts);
}

}  // namespace livecert::service

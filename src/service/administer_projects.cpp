#include "service/administer_projects.h"

#include <utility>

#include "service/administer_accounts.h"
#include "service/submit.h"

namespace livecert::service {

base::Result<domain::Project> create_project(Services& services, const Context& context, const std::string& account_id,
                                             const std::string& name) {
  TRY_ASSIGN(std::string checked, domain::parse_name("ProjectName", name));
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  domain::Project project{account.id, std::move(checked), context.at};
  TRY(submit(services, context, store::CreateProject{project}));
  return project;
}

base::Result<void> delete_project(Services& services, const Context& context, const std::string& account_id,
                                  const std::string& name) {
  if (name == domain::kDefaultProject) {
    return base::Error{base::ErrorCode::kInvalidInput, "the project default cannot be deleted: every account has it"};
  }
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  return submit(services, context, store::DeleteProject{account.id, name});
}

base::Result<std::vector<domain::Project>> list_projects(Services& services, const std::string& account_id) {
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  return services.store.ask(&store::Snapshot::list_projects, account.id);
}

}  // namespace livecert::service

#include "service/administer_domains.h"

#include "service/administer_accounts.h"
#include "service/submit.h"

namespace livecert::service {

base::Result<void> delete_domain(Services& services, const Context& context, const std::string& domain) {
  TRY_ASSIGN(const std::string name, domain::parse_domain_name(domain));
  return submit(services, context, store::DeleteDomain{name});
}

base::Result<void> set_domain_status(Services& services, const Context& context, const std::string& domain,
                                     domain::DomainStatus status) {
  TRY_ASSIGN(const std::string name, domain::parse_domain_name(domain));
  return submit(services, context, store::SetDomainStatus{name, status});
}

base::Result<void> set_domain_vhost(Services& services, const Context& context, const std::string& domain,
                                    const std::string& vhost) {
  TRY_ASSIGN(const std::string name, domain::parse_domain_name(domain));
  TRY_ASSIGN(const std::string checked, domain::parse_vhost(vhost));
  return submit(services, context, store::SetDomainVhost{name, checked});
}

base::Result<void> move_domain(Services& services, const Context& context, const std::string& domain,
                               const std::string& account_id) {
  TRY_ASSIGN(const std::string name, domain::parse_domain_name(domain));
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  return submit(services, context, store::MoveDomain{name, account.id});
}

}  // namespace livecert::service

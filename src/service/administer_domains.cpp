#include "service/administer_domains.h"

#include "service/access.h"
#include "service/administer_accounts.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

base::Result<store::DomainDetail> find_of_type(Services& services, const Context& context, const std::string& name,
                                               std::string_view type) {
  TRY_ASSIGN(store::DomainDetail found, find_own_domain(services, context.caller, name));
  if (found.domain.type == type) return found;
  return base::Error{base::ErrorCode::kInvalidInput, "Domain " + found.domain.name + " is of type " +
                                                         found.domain.type + "; one of type " + std::string(type) +
                                                         " is needed here"};
}

}  // namespace

base::Result<void> delete_domain(Services& services, const Context& context, const std::string& domain) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(domain));
  return submit(services, context, store::DeleteDomain{name});
}

base::Result<void> set_domain_status(Services& services, const Context& context, const std::string& domain,
                                     domain::DomainStatus status) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(domain));
  return submit(services, context, store::SetDomainStatus{name, status});
}

base::Result<void> set_domain_vhost(Services& services, const Context& context, const std::string& domain,
                                    const std::string& vhost) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(domain));
  TRY_ASSIGN(const std::string checked, domain::parse_vhost(vhost));
  return submit(services, context, store::SetDomainVhost{name, checked});
}

base::Result<void> pair_domains(Services& services, const Context& context, const std::string& pull_domain,
                                const std::optional<std::string>& push_domain) {
  TRY_ASSIGN(const store::DomainDetail pull, find_of_type(services, context, pull_domain, "pull-flv"));
  if (push_domain) {
    TRY_ASSIGN(const store::DomainDetail push, find_of_type(services, context, *push_domain, "push"));
    return submit(services, context, store::SetDomainVhost{pull.domain.name, "", push.domain.name});
  }
  const std::string own_vhost = domain::default_vhost(pull.domain.name);
  if (pull.domain.vhost == own_vhost && !pull.push_domain.empty()) {
    return base::Error{base::ErrorCode::kInvalidInput, "Domain " + pull.push_domain + " is in Vhost " + own_vhost +
                                                           " of this pull domain; give it another vhost "
                                                           "(UpdateDomainVhost)"};
  }
  return submit(services, context, store::SetDomainVhost{pull.domain.name, own_vhost});
}

base::Result<void> move_domain(Services& services, const Context& context, const std::string& domain,
                               const std::string& account_id) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(domain));
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  return submit(services, context, store::MoveDomain{name, account.id});
}

}  // namespace livecert::service

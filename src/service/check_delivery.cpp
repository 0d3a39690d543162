#include "service/check_delivery.h"

#include "service/access.h"
#include "service/local_edges.h"

namespace livecert::service {

base::Result<void> check_delivery(Services& services, const Context& context, const std::string& domain) {
  TRY_ASSIGN(const store::DomainDetail found, find_own_domain(services, context.caller, domain));
  if (services.edges != nullptr) services.edges->look_again(std::string(found.domain.name));
  return {};
}

}  // namespace livecert::service

#include "service/unbind_cert.h"

#include "service/submit.h"

namespace livecert::service {

base::Result<void> unbind_cert(Services& services, const Context& context, const std::string& domain) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(domain));
  return submit(services, context, store::Unbind{name});
}

}  // namespace livecert::service

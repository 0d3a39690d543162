#include "service/new_domain_name.h"

namespace livecert::service {

base::Result<domain::DomainName> parse_new_domain_name(std::string_view text) {
  TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(text));
  if (name.view().find_first_not_of("0123456789", name.view().rfind('.') + 1) != std::string_view::npos) return name;
  return base::Error{base::ErrorCode::kInvalidInput, "Domain " + name +
                                                         " is an IP address or ends like one, and certificates are "
                                                         "bound to host names: use a name such as live.example.com"};
}

}  // namespace livecert::service

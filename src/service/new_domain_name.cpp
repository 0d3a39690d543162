#include "service/new_domain_name.h"

#include "domain/live_domain.h"

namespace livecert::service {

base::Result<std::string> parse_new_domain_name(std::string_view text) {
  TRY_ASSIGN(std::string name, domain::parse_domain_name(text));
  if (name.find_first_not_of("0123456789", name.rfind('.') + 1) != std::string::npos) return name;
  return base::Error{base::ErrorCode::kInvalidInput, "Domain " + name +
                                                         " is an IP address or ends like one, and certificates are "
                                                         "bound to host names: use a name such as live.example.com"};
}

}  // namespace livecert::service

#include "service/bind_cert.h"

#include <utility>
#include <vector>

#include "service/judged_bind.h"
#include "service/new_domain_name.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

// The names order as the versions do.
base::Result<void> check_versions(const domain::TlsSwitches& tls) {
  if (tls.max_version.empty() || tls.max_version >= tls.min_version) return {};
  return base::Error{base::ErrorCode::kInvalidInput, "MaxTLSVersion " + tls.max_version + " is below MinTLSVersion " +
                                                         tls.min_version + " (by default TLSv1.2)"};
}

}  // namespace

base::Result<void> bind_cert(Services& services, const Context& context, const BindCertInput& input) {
  TRY(check_versions(input.tls));
  TRY_ASSIGN(const std::string domain, parse_new_domain_name(input.domain));
  std::vector<std::string> dns_names;
  TRY_ASSIGN(const store::Outcome outcome, submit_judged(services, context, [&]() -> base::Result<store::Command> {
               TRY_ASSIGN(store::Bind command, make_bind(services, context.caller, input.chain_id, domain, input.tls));
               dns_names = command.dns_names;
               return store::Command(std::move(command));
             }));
  if (took_effect(outcome)) return {};
  return to_bind_error(outcome, domain, dns_names, services.settings.register_domains);
}

}  // namespace livecert::service

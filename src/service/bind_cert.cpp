#include "service/bind_cert.h"

#include <optional>
#include <utility>
#include <vector>

#include "service/judged_bind.h"
#include "service/leaf.h"
#include "service/new_domain_name.h"
#include "service/outcome_error.h"
#include "service/stored_key.h"

namespace livecert::service {
namespace {

// Checks whether the key of the version works, once for each version.
class KeyCheck {
 public:
  KeyCheck(Services& services, const Context& context) : services_(services), context_(context) {}

  base::Result<void> run(const JudgedBind& bind) {
    const store::Bind& command = bind.command;
    // The store refuses a leaf that does not cover the domain.
    if (checked_ == command.judged || !domain::covers(command.dns_names, command.domain)) return {};
    TRY(check_key(services_, context_, {bind.account, command.chain, command.judged}, bind.leaf));
    checked_ = command.judged;
    return {};
  }

 private:
  Services& services_;
  const Context& context_;
  std::optional<base::CertId> checked_;
};

}  // namespace

base::Result<BindCertOutput> bind_cert(Services& services, const Context& context, const BindCertInput& input) {
  TRY(check_tls_versions(input.tls));
  TRY_ASSIGN(const domain::DomainName domain, parse_new_domain_name(input.domain));
  std::vector<std::string> dns_names;
  BindCertOutput output;
  KeyCheck key_check(services, context);
  TRY_ASSIGN(const store::Outcome outcome, submit_judged(services, context, [&]() -> base::Result<store::Command> {
               TRY_ASSIGN(JudgedBind bind, make_bind(services, context.caller, input.chain_id, domain, input.tls));
               TRY(key_check.run(bind));
               TRY_ASSIGN(const std::vector<x509::Certificate> chain, read_chain(bind.certificates));
               output.warnings = served_warnings(chain, bind.ends_at, trusted_roots(services.settings));
               dns_names = bind.command.dns_names;
               return store::Command(std::move(bind.command));
             }));
  if (!took_effect(outcome)) {
    return to_bind_error(outcome, domain, dns_names, services.settings.register_domains);
  }
  return output;
}

}  // namespace livecert::service

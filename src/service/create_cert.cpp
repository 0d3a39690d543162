#include "service/create_cert.h"

#include <utility>

#include "service/outcome_error.h"

namespace livecert::service {
namespace {

base::Result<CreateCertOutput> to_output(const store::Outcome& outcome, const std::string& unbound_domain,
                                         const std::vector<std::string>& warnings) {
  if (!took_effect(outcome)) return to_error(outcome);
  const std::string& domain = outcome.domains.empty() ? unbound_domain : outcome.domains.front();
  return CreateCertOutput{outcome.chain, outcome.version, domain, warnings};
}

}  // namespace

base::Result<PreparedCert> prepare_cert(Services& services, const Context& context, const CreateCertInput& input) {
  TRY_ASSIGN(const UploadTarget target, choose_target(services, context, input));
  TRY_ASSIGN(x509::Judgement judgement, judge_upload(services, context, input));
  if (!judgement.accepted) return base::Error{base::ErrorCode::kInvalidInput, judgement.report.message()};
  x509::AcceptedChain& accepted = *judgement.accepted;
  TRY_ASSIGN(store::PutVersion command, make_put_version(services, context, input, target, accepted));
  return PreparedCert{std::move(command), domain_to_show({}, accepted.certificates.front()),
                      std::move(accepted.warnings)};
}

void store_cert(Services& services, const Context& context, PreparedCert prepared, CertStored done) {
  services.store.submit_async(
      context, std::move(prepared.command),
      [done = std::move(done), domain = std::move(prepared.unbound_domain), warnings = std::move(prepared.warnings)](
          const store::Outcome& outcome) { done(to_output(outcome, domain, warnings)); });
}

}  // namespace livecert::service

#include "service/create_cert.h"

#include <utility>

#include "service/outcome_error.h"

namespace livecert::service {

base::Result<CreateCertOutput> create_cert(Services& services, const Context& context, const CreateCertInput& input) {
  TRY_ASSIGN(const UploadTarget target, choose_target(services, context, input));
  TRY_ASSIGN(const x509::Judgement judgement, judge_upload(services, context, input));
  if (!judgement.accepted) return base::Error{base::ErrorCode::kInvalidInput, judgement.report.message()};
  const x509::AcceptedChain& accepted = *judgement.accepted;
  TRY_ASSIGN(store::PutVersion command, make_put_version(services, context, input, target, accepted));

  const store::Outcome outcome = services.store.submit(context, std::move(command));
  if (!took_effect(outcome)) return to_error(outcome);
  return CreateCertOutput{outcome.chain, outcome.version,
                          domain_to_show(outcome.domains, accepted.certificates.front()), accepted.warnings};
}

}  // namespace livecert::service

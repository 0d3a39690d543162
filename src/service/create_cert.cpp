#include "service/create_cert.h"

#include <utility>

#include "service/edge_advice.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

base::Result<CreateCertOutput> to_output(const store::Outcome& outcome, const std::string& representative,
                                         const std::vector<std::string>& warnings) {
  if (!took_effect(outcome)) return to_error(outcome);
  return CreateCertOutput{outcome.chain, outcome.version, outcome.domain.value_or(representative), warnings};
}

}  // namespace

base::Result<PreparedCert> prepare_cert(Services& services, const Context& context, const CreateCertInput& input) {
  TRY_ASSIGN(const UploadTarget target, choose_target(services, context, input));
  TRY_ASSIGN(x509::Judgement judgement, judge_upload(services, context, input, x509::KeyProof::kNone));
  if (!judgement.accepted) return base::Error{base::ErrorCode::kInvalidInput, judgement.report.message()};
  warn_of_edges(services, context, input, target, judgement);
  x509::AcceptedChain& accepted = *judgement.accepted;
  return PreparedCert{make_put_version(services, input, target, accepted),
                      std::make_shared<const x509::PrivateKey>(std::move(accepted.key)), std::move(accepted.warnings)};
}

void store_cert(Services& services, const Context& context, PreparedCert prepared, CertStored done) {
  const auto turn = services.ids.take_turn(prepared.command.chain);
  if (auto sealed = seal_version(services, context, prepared.command, *prepared.key); !sealed) {
    return done(sealed.error());
  }
  prepared.key.reset();  // a commit may take long
  std::string representative = prepared.command.representative;
  services.store.submit_async(
      context, std::move(prepared.command),
      [done = std::move(done), representative = std::move(representative), warnings = std::move(prepared.warnings)](
          const store::Outcome& outcome) { done(to_output(outcome, representative, warnings)); });
}

}  // namespace livecert::service

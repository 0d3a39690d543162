#include "service/plan_cert.h"

#include <utility>

#include "service/edge_advice.h"
#include "service/leaf.h"
#include "service/outcome_error.h"
#include "x509/pem.h"

namespace livecert::service {
namespace {

using base::ErrorCode;

// Whether the caller was refused; otherwise the service failed.
bool is_refusal(const base::Error& error) {
  return error.code == ErrorCode::kInvalidInput || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kForeignResource || error.code == ErrorCode::kProjectForbidden ||
         error.code == ErrorCode::kAccountInactive;
}

UploadEffect effect_of(const store::Outcome& outcome, const store::PutVersion& command) {
  if (outcome.kind == store::OutcomeKind::kConverged) return UploadEffect::kNone;
  if (!command.target) return UploadEffect::kCreate;
  return outcome.version == command.version ? UploadEffect::kUpdate : UploadEffect::kRelabel;
}

// Tells about the material, whether it is refused or not.
void describe(const x509::Judgement& judgement, const std::vector<domain::DomainName>& bound, PlanCertOutput& plan) {
  plan.findings = judgement.report.findings();
  if (!judgement.accepted) return;
  const auto& certificates = judgement.accepted->certificates;
  for (const x509::Certificate& certificate : certificates) plan.chain_pem.push_back(x509::to_pem(certificate));
  plan.domain = domain::domain_to_show(bound, names_of(certificates.front()).representative);
}

base::Result<void> preview(Services& services, const Context& context, const store::PutVersion& command,
                           PlanCertOutput& plan) {
  TRY_ASSIGN(const store::Outcome outcome, services.store.ask(&store::Snapshot::preview, context, command));
  if (took_effect(outcome)) {
    plan.effect = effect_of(outcome, command);
    plan.domain = outcome.domain ? std::string(*outcome.domain) : command.representative;
    if (plan.effect != UploadEffect::kCreate) plan.chain = outcome.chain;
    return {};
  }
  if (outcome.reason() == domain::Reason::kUncovered) plan.uncovered = outcome.refusal->names;
  plan.error = to_error(outcome);
  return {};
}

}  // namespace

base::Result<PlanCertOutput> plan_cert(Services& services, const Context& context, const CreateCertInput& input) {
  const auto target = choose_target(services, context, input);
  if (!target && !is_refusal(target.error())) return target.error();
  PlanCertOutput plan;
  if (!target) plan.error = target.error();
  // The material is judged even for a target that is refused: a plan should report everything.
  auto judgement = judge_upload(services, context, input, x509::KeyProof::kSignature);
  if (!judgement) return target ? base::Result<PlanCertOutput>(judgement.error()) : std::move(plan);

  if (target) warn_of_edges(services, context, input, *target, *judgement);
  const bool has_chain = target && target->existing;
  describe(*judgement, has_chain ? target->existing->domains : std::vector<domain::DomainName>(), plan);
  if (!target) return plan;
  if (has_chain) plan.chain = target->chain;
  if (judgement->accepted) {
    store::PutVersion command = make_put_version(services, input, *target, *judgement->accepted);
    command.version = services.ids.make_cert_id();
    TRY(preview(services, context, command, plan));
  } else {
    plan.error = base::Error{ErrorCode::kInvalidInput, judgement->report.message()};
  }
  if (plan.error && !is_refusal(*plan.error)) return *plan.error;
  return plan;
}

}  // namespace livecert::service

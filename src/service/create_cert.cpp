#include "service/create_cert.h"

#include <utility>

#include "service/edge_advice.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

using Stored = base::Later<base::Result<CreateCertOutput>>;

// An upload that was judged.
struct Prepared {
  store::PutVersion command;  // without the version's id and the sealed key
  x509::PrivateKey key;       // until it is sealed
  std::vector<std::string> warnings;
};

base::Result<Prepared> prepare(Services& services, const Context& context, const CreateCertInput& input) {
  TRY_ASSIGN(const UploadTarget target, choose_target(services, context, input));
  TRY_ASSIGN(x509::Judgement judgement, judge_upload(services, context, input, x509::KeyProof::kNone));
  if (!judgement.accepted) return base::Error{base::ErrorCode::kInvalidInput, judgement.report.message()};
  warn_of_edges(services, context, input, target, judgement);
  x509::AcceptedChain& accepted = *judgement.accepted;
  return Prepared{make_put_version(services, input, target, accepted), std::move(accepted.key),
                  std::move(accepted.warnings)};
}

// Seals the key and hands the command to the store, which keeps the order of the versions of a chain.
void store(Services& services, const Context& context, Prepared prepared, Stored::Receiver to) {
  const auto turn = services.ids.take_turn(prepared.command.chain);
  auto sealed = seal_version(services, context, prepared.command, x509::PrivateKey(std::move(prepared.key)));
  if (!sealed) return std::move(to)(std::move(sealed).error());
  std::string representative = prepared.command.representative;
  services.store.submit(context, std::move(prepared.command))
      .then([representative = std::move(representative), warnings = std::move(prepared.warnings)](
                const store::Outcome& outcome) mutable -> base::Result<CreateCertOutput> {
        if (!took_effect(outcome)) return to_error(outcome);
        return CreateCertOutput{outcome.chain, outcome.version,
                                outcome.domain ? std::string(*outcome.domain) : representative, std::move(warnings)};
      })
      .start(std::move(to));
}

}  // namespace

Stored create_cert(Services& services, const Context& context, const CreateCertInput& input) {
  TRY_ASSIGN(Prepared prepared, prepare(services, context, input));
  return Stored::brought_by([&services, &context, prepared = std::move(prepared)](Stored::Receiver to) mutable {
    store(services, context, std::move(prepared), std::move(to));
  });
}

}  // namespace livecert::service

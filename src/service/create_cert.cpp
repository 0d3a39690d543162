#include "service/create_cert.h"

#include <utility>

#include "crypto/hash.h"
#include "service/chain_access.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

// The chain and version an upload will be written as. Known before anything is sealed, since they seal it.
struct Target {
  std::optional<base::ChainId> existing;
  base::ChainId chain;
  base::CertId version;
};

base::Result<Target> choose_target(Services& services, const Context& context, const CreateCertInput& input) {
  const base::CertId version = services.ids.make_cert_id();
  if (!input.chain_id) return Target{std::nullopt, services.ids.make_chain_id(), version};
  // Permission comes before work; the transaction decides again.
  TRY_ASSIGN(const domain::ChainDetail current, find_own_chain(services, context.caller, *input.chain_id));
  return Target{current.summary.id, current.summary.id, version};
}

base::Result<x509::AcceptedChain> judge_upload(Services& services, const Context& context,
                                               const CreateCertInput& input) {
  auto issuers = services.issuers.for_upload(context.caller.account, context.deadline);
  x509::Policy policy;
  policy.now = context.at;
  policy.required_roots = services.settings.required_roots;
  policy.known_roots = services.settings.known_roots;
  policy.issuer_cache = &services.issuers.cache();
  TRY_ASSIGN(x509::Judgement judgement, x509::judge(input.certificates_pem, input.private_key_pem, policy, issuers));
  if (!judgement.accepted) return base::Error{base::ErrorCode::kInvalidInput, judgement.report.message()};
  return *std::move(judgement.accepted);
}

domain::VersionContent to_content(const x509::AcceptedChain& chain) {
  const x509::Certificate& leaf = chain.certificates.front();
  domain::VersionContent content;
  content.leaf_der = base::to_bytes(leaf.der());
  for (auto issuer = chain.certificates.begin() + 1; issuer != chain.certificates.end(); ++issuer) {
    content.issuers.push_back({issuer->sha256(), base::to_bytes(issuer->subject_der()), base::to_bytes(issuer->der())});
  }
  content.content_digest = x509::content_digest(chain.certificates);
  content.leaf_key_digest = crypto::sha256(leaf.public_key_bits());
  content.key_kind = leaf.key_kind() == x509::KeyKind::kRsa ? "rsa" : "ecdsa";
  content.not_before = leaf.not_before();
  content.not_after = leaf.not_after();
  return content;
}

base::Result<base::SealedBytes> seal_key(Services& services, const Context& context, const Target& target,
                                         const domain::VersionContent& content, const x509::PrivateKey& key) {
  TRY_ASSIGN(const auto account_key, services.store.find_account_key(context.caller.account));
  if (!account_key) return base::Error{base::ErrorCode::kInternal, "", "the account has no key in the store"};
  const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                           .account = context.caller.account,
                           .chain = target.chain,
                           .version = target.version,
                           .digest = content.leaf_key_digest};
  return services.vault.seal(*account_key, place, key.pkcs8(base::SecretAccess()));
}

}  // namespace

base::Result<CreateCertOutput> create_cert(Services& services, const Context& context, const CreateCertInput& input) {
  if (!input.chain_id &&
      !context.caller.may_use_project(input.project.value_or(std::string(domain::kDefaultProject)))) {
    return base::Error{base::ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
  }
  TRY_ASSIGN(const Target target, choose_target(services, context, input));
  TRY_ASSIGN(const x509::AcceptedChain accepted, judge_upload(services, context, input));

  store::PutVersion command;
  command.target = target.existing;
  command.chain = target.chain;
  command.version = target.version;
  command.name = input.name;
  command.project = input.project;
  command.converge_duplicates = services.settings.converge_duplicates;
  command.content = to_content(accepted);
  TRY_ASSIGN(command.content.sealed_key, seal_key(services, context, target, command.content, accepted.key));

  const store::Outcome outcome = services.store.submit(context, std::move(command));
  if (outcome.kind != store::OutcomeKind::kDone && outcome.kind != store::OutcomeKind::kConverged) {
    return to_error(outcome);
  }
  const x509::Certificate& leaf = accepted.certificates.front();
  return CreateCertOutput{outcome.chain, outcome.version,
                          domain::representative_domain(leaf.common_name(), leaf.dns_names()), accepted.warnings};
}

}  // namespace livecert::service

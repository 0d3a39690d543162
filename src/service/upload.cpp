#include "service/upload.h"

#include <utility>

#include "base/check.h"
#include "crypto/hash.h"
#include "service/access.h"
#include "service/leaf.h"

namespace livecert::service {
namespace {

domain::VersionContent to_content(const x509::AcceptedChain& chain) {
  const x509::Certificate& leaf = chain.certificates.front();
  domain::VersionContent content;
  content.leaf_der = base::to_bytes(leaf.der());
  for (auto issuer = chain.certificates.begin() + 1; issuer != chain.certificates.end(); ++issuer) {
    content.issuers.push_back({issuer->sha256(), base::to_bytes(issuer->subject_der()), base::to_bytes(issuer->der())});
  }
  content.content_digest = x509::content_digest(chain.certificates);
  content.leaf_key_digest = crypto::sha256(leaf.public_key_bits());
  const x509::KeyType* type = x509::find_key_type(leaf.key_kind());
  LIVECERT_CHECK(type != nullptr);  // no other kind is accepted
  content.key_kind = type->wire_name;
  content.not_before = leaf.not_before();
  content.not_after = leaf.not_after();
  if (chain.ends_at < leaf.not_after()) content.ends_early = chain.ends_at;
  return content;
}

}  // namespace

base::Result<UploadTarget> choose_target(Services& services, const Context& context, const CreateCertInput& input) {
  if (input.chain_id) {
    TRY_ASSIGN(domain::ChainDetail current, find_own_chain(services, context.caller, *input.chain_id));
    TRY_ASSIGN(const auto judged, check_chain_domains(context.caller, current));
    const base::ChainId chain = current.summary.id;
    return UploadTarget{std::move(current.summary), chain, judged};
  }
  TRY(check_project(context.caller, input.project.value_or(std::string(domain::kDefaultProject))));
  return UploadTarget{std::nullopt, services.ids.make_chain_id()};
}

base::Result<x509::Judgement> judge_upload(Services& services, const Context& context, const CreateCertInput& input,
                                           x509::KeyProof key_proof) {
  auto issuers = services.issuers.for_upload(context.caller.account, context.deadline);
  x509::Policy policy;
  policy.now = context.at;
  policy.required_roots = services.settings.required_roots;
  policy.known_roots = services.settings.known_roots;
  policy.fetches_issuers = services.issuers.fetches();
  policy.key_proof = key_proof;
  policy.issuer_cache = &services.issuers.cache();
  return x509::judge(input.certificates_pem, input.private_key_pem, policy, issuers);
}

store::PutVersion make_put_version(const Services& services, const CreateCertInput& input, const UploadTarget& target,
                                   const x509::AcceptedChain& accepted) {
  store::PutVersion command;
  if (target.existing) command.target = target.chain;
  command.chain = target.chain;
  command.judged = target.judged;
  command.name = input.name;
  command.project = input.project;
  command.converge_duplicates = services.settings.converge_duplicates;
  domain::LeafNames names = names_of(accepted.certificates.front());
  command.dns_names = std::move(names.dns_names);
  command.representative = std::move(names.representative);
  command.keep_versions = services.settings.keep_versions;
  command.content = to_content(accepted);
  return command;
}

base::Result<void> seal_version(Services& services, const Context& context, store::PutVersion& command,
                                const x509::PrivateKey& key) {
  TRY_ASSIGN(const auto account_key, services.callers.find_account_key(context.caller.account));
  command.version = services.ids.make_cert_id();
  const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                           .account = context.caller.account,
                           .chain = command.chain,
                           .version = command.version,
                           .digest = command.content.leaf_key_digest};
  TRY_ASSIGN(command.content.sealed_key, services.vault.seal(*account_key, place, key.pkcs8(base::SecretAccess())));
  return {};
}

}  // namespace livecert::service

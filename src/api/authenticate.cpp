#include "api/authenticate.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/input_place.h"
#include "service/caller_directory.h"
#include "signature/authorization.h"
#include "signature/claim.h"
#include "signature/query_signature.h"
#include "signature/sts2.h"
#include "signature/verify.h"

namespace livecert::api {
namespace {

// The secret that a request must have been signed with, and its owner.
struct SigningKey {
  std::shared_ptr<const service::CallerCredential> credential;
  std::optional<base::SecretBytes> temporary_secret;  // in place of the credential's
  std::optional<std::string> policy;                  // of the temporary key

  [[nodiscard]] const base::SecretBytes& secret() const {
    return temporary_secret ? *temporary_secret : credential->secret;
  }
};

base::Result<SigningKey> find_temporary_key(service::Services& services, const signature::Claim& claim) {
  TRY_ASSIGN(const signature::Sts2Token token, signature::parse_sts2(*claim.session_token));
  auto long_term = services.callers.find_caller(token.long_term_access_key_id);
  if (!long_term) {
    if (long_term.error().code != base::ErrorCode::kInvalidAccessKey) return std::move(long_term).error();
    return base::Error{base::ErrorCode::kInvalidSecurityToken,
                       "Invalid secret token, msg: the access key it was made with is invalid."};
  }
  TRY_ASSIGN(signature::TemporaryKey temporary,
             signature::open_sts2(token, claim.access_key_id, (*long_term)->secret, services.clock.now()));
  return SigningKey{*std::move(long_term), std::move(temporary.secret), std::move(temporary.policy)};
}

base::Result<SigningKey> find_signing_key(service::Services& services, const signature::Claim& claim) {
  if (claim.session_token) return find_temporary_key(services, claim);
  TRY_ASSIGN(auto credential, services.callers.find_caller(claim.access_key_id));
  return SigningKey{std::move(credential), std::nullopt, std::nullopt};
}

base::Error uncovered_body() {
  return signature::invalid_authorization(
      "The signature in the query does not cover the body (X-NotSignBody), so anybody who has the URL could replace "
      "it: put the parameters into the query before it is signed, or sign in the Authorization header.");
}

// Leaves only the action's parameters.
void drop_signature(http::QueryParameters& query) {
  std::erase_if(query, [](const auto& parameter) { return signature::is_signature_parameter(parameter.first); });
}

}  // namespace

base::Result<VerifiedRequest> authenticate(service::Services& services, const http::Request& request) {
  TRY_ASSIGN(signature::Claim claim, signature::parse_claim(request, services.clock.now(), signature::ClaimRules()));
  TRY_ASSIGN(SigningKey key, find_signing_key(services, claim));
  TRY_ASSIGN(const signature::VerifiedSignature proof, signature::verify(request, claim, key.secret()));

  if (!proof.covers_body() && !holds_no_parameters(request.body)) return uncovered_body();

  const service::CallerCredential& owner = *key.credential;
  services.callers.note_use(owner);
  std::shared_ptr<const rights::Attached> attached;
  if (!owner.policies.is_empty()) attached = {key.credential, &owner.policies};
  VerifiedRequest verified(owner.caller, owner.account_status, std::move(attached), std::move(key.policy));
  verified.service_ = proof.scope().service;
  verified.query_ = std::move(claim.target.query);
  if (claim.form == signature::Form::kQuery) drop_signature(verified.query_);
  return verified;
}

}  // namespace livecert::api

#include "x509/signature_check.h"

#include <optional>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "x509/certificate_state.h"

namespace livecert::x509 {
namespace {

std::optional<KeyAlgorithm> algorithm_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::kRsaPkcs1:
    case SignatureScheme::kRsaPss:
      return KeyAlgorithm::kRsa;
    case SignatureScheme::kEcdsa:
      return KeyAlgorithm::kEcdsa;
    case SignatureScheme::kUnsupported:
      break;
  }
  return std::nullopt;
}

bool scheme_fits_key(SignatureScheme scheme, KeyKind kind) {
  const KeyType* type = find_key_type(kind);
  return type != nullptr && algorithm_of(scheme) == type->algorithm;
}

SignatureState verify(const Certificate& child, const Certificate& issuer) {
  const SignatureAlgorithm& algorithm = child.state().signature;
  if (algorithm.scheme == SignatureScheme::kUnsupported) return SignatureState::kUnsupported;
  EVP_PKEY* key = issuer.state().verifying_key();
  if (key == nullptr) return SignatureState::kUnsupported;
  if (!scheme_fits_key(algorithm.scheme, issuer.key_kind())) return SignatureState::kInvalid;
  const OwnedDigestContext context(EVP_MD_CTX_new());
  const EVP_MD* digest = EVP_get_digestbynid(algorithm.digest);
  EVP_PKEY_CTX* key_context = nullptr;  // owned by `context`
  bool ready = context && EVP_DigestVerifyInit(context.get(), &key_context, digest, nullptr, key) == 1;
  if (ready && algorithm.scheme == SignatureScheme::kRsaPss) {
    ready = EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, algorithm.salt_length) == 1;
  }
  const base::ByteView signature = as_bytes(child.state().asn1->signature);
  const base::ByteView message = as_bytes(child.state().asn1->tbs);
  const bool valid =
      ready && EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  ERR_clear_error();
  if (!ready) return SignatureState::kUnsupported;
  return valid ? SignatureState::kValid : SignatureState::kInvalid;
}

// The most that a verification takes on a current processor, in microseconds: OpenSSL 3.0 has fast code only for P-256,
// the time of RSA grows with the square of the size, and the signed bytes are hashed at about a gigabyte a second.
std::int64_t cost_of(const Certificate& child, const Certificate& issuer) {
  constexpr std::int64_t kSetUp = 20;
  const auto hashing = static_cast<std::int64_t>(child.der().size() / 1000);
  switch (issuer.key_kind()) {
    case KeyKind::kEcP256:
      return kSetUp + hashing + 60;
    case KeyKind::kEcP384:
      return kSetUp + hashing + 600;
    case KeyKind::kEcP521:
      return kSetUp + hashing + 450;
    case KeyKind::kRsa:
    case KeyKind::kUnsupported:
      break;
  }
  const std::int64_t bits = issuer.key_bits();
  return kSetUp + hashing + bits * bits / 250'000;
}

}  // namespace

SignatureState SignatureChecker::check(const Certificate& child, const Certificate& issuer) {
  // Each leaf comes only once, and remembering it would push the issuers out.
  const bool worth_remembering = cache_ != nullptr && child.is_ca();
  if (worth_remembering && cache_->knows_signature(child, issuer)) return SignatureState::kValid;
  for (const Checked& each : checked_) {
    if (each.child == child && each.issuer == issuer) return each.state;
  }
  if (!budget_.spend_signature(cost_of(child, issuer))) return SignatureState::kGaveUp;
  const SignatureState state = verify(child, issuer);
  checked_.push_back({child, issuer, state});
  if (worth_remembering && state == SignatureState::kValid) cache_->remember_signature(child, issuer);
  return state;
}

bool SignatureChecker::is_self_signed(const Certificate& certificate) {
  if (!certificate.is_self_issued()) return false;
  const SignatureState state = check(certificate, certificate);
  return state == SignatureState::kValid || state == SignatureState::kUnsupported;
}

SignatureState check_signature(const Certificate& child, const Certificate& issuer) {
  return verify(child, issuer);
}

}  // namespace livecert::x509

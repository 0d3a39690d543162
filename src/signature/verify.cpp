#include "signature/verify.h"

#include <algorithm>

#include "crypto/compare.h"

namespace livecert::signature {
namespace {

base::Error signature_mismatch(const std::string& what) {
  return {base::ErrorCode::kSignatureMismatch,
          "The request signature we calculated does not match the signature you provided. Check your Secret Access Key "
          "and signing method. Consult the service documentation for details. " +
              what};
}

CanonicalRequest canonicalize(const http::Request& request, const Claim& claim, const crypto::Sha256Digest& body_hash) {
  CanonicalRequest canonical{request.method, claim.target.path, {}, {}, body_hash};
  for (const std::string& name : claim.signed_headers) {
    canonical.headers.push_back({name, std::string(trim(request.headers.find(name).value_or("")))});
  }
  return canonical;
}

bool has_repeated_name(http::QueryParameters query) {
  std::sort(query.begin(), query.end());
  return std::adjacent_find(query.begin(), query.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }) != query.end();
}

// The host without a default port, written over the one as received; false when there is no such variant.
bool drop_default_port(CanonicalRequest& canonical) {
  const auto host = std::find_if(canonical.headers.begin(), canonical.headers.end(),
                                 [](const http::Header& header) { return header.name == "host"; });
  if (host == canonical.headers.end()) return false;
  std::string shorter(without_default_port(host->value));
  if (shorter == host->value) return false;
  host->value = std::move(shorter);
  return true;
}

base::Result<void> check_stated_body_hash(const http::Request& request, const crypto::Sha256Digest& body_hash) {
  const std::string actual = base::to_hex(body_hash);
  for (const http::Header& header : request.headers.fields()) {
    if (!base::equals_ignoring_ascii_case(header.name, "X-Content-Sha256")) continue;
    if (base::equals_ignoring_ascii_case(trim(header.value), actual)) continue;
    return signature_mismatch("X-Content-Sha256 is not the SHA-256 of the body received, which has " +
                              std::to_string(request.body.size()) + " bytes and the SHA-256 " + actual +
                              ": sign exactly the bytes that are sent.");
  }
  return {};
}

}  // namespace

base::Result<VerifiedSignature> verify(const http::Request& request, const Claim& claim,
                                       const base::SecretBytes& secret) {
  const crypto::Sha256Digest body_hash = crypto::sha256(request.body);
  TRY(check_stated_body_hash(request, body_hash));
  const base::SecretBytes key = make_signing_key(secret, claim.scope);
  CanonicalRequest canonical = canonicalize(request, claim, body_hash);
  std::vector<std::string> queries = {canonical_query(claim.target.query, RepeatedNames::kAsReceived)};
  if (has_repeated_name(claim.target.query)) {
    queries.push_back(canonical_query(claim.target.query, RepeatedNames::kSortedByValue));
  }
  std::string first_hash;
  do {
    for (const std::string& query : queries) {
      canonical.query = query;
      const crypto::Sha256Digest hash = canonical.hash();
      if (first_hash.empty()) first_hash = base::to_hex(hash);
      const std::string expected = make_signature(key, claim.x_date, claim.scope, hash);
      if (crypto::constant_time_equal(base::as_bytes(expected), base::as_bytes(claim.signature))) {
        return VerifiedSignature(claim);
      }
    }
  } while (drop_default_port(canonical));
  return signature_mismatch("The canonical request as received has the SHA-256 " + first_hash +
                            ": if yours is the same, the secret is wrong; if not, what was signed is not what was "
                            "sent.");
}

}  // namespace livecert::signature

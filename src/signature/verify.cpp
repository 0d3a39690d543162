#include "signature/verify.h"

#include <algorithm>

#include "base/trim.h"
#include "crypto/compare.h"
#include "http/header_index.h"

namespace livecert::signature {
namespace {

base::Error signature_mismatch(const std::string& what) {
  return {base::ErrorCode::kSignatureMismatch,
          "The request signature we calculated does not match the signature you provided. Check your Secret Access Key "
          "and signing method. Consult the service documentation for details. " +
              what};
}

std::vector<http::Header> canonical_headers(const http::Request& request, const Claim& claim) {
  const http::HeaderIndex headers(request.headers);
  std::vector<http::Header> canonical;
  canonical.reserve(claim.signed_headers.size());
  for (const std::string& name : claim.signed_headers) {
    canonical.push_back({name, std::string(base::trim(headers.find(name).value))});
  }
  return canonical;
}

bool has_repeated_name(http::QueryParameters query) {
  std::sort(query.begin(), query.end());
  return std::adjacent_find(query.begin(), query.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }) != query.end();
}

// Replaces the host as received with the host without its default port; false if it has no such port.
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
    if (base::equals_ignoring_ascii_case(base::trim(header.value), actual)) continue;
    return signature_mismatch("X-Content-Sha256 is not the SHA-256 of the body received, which has " +
                              std::to_string(request.body.size()) + " bytes and the SHA-256 " + actual +
                              ": sign exactly the bytes that are sent.");
  }
  return {};
}

// The canonical forms of the query that clients may have signed.
std::vector<std::string> canonical_queries(const Claim& claim) {
  std::vector<std::string> queries = {canonical_query(claim.target.query, RepeatedNames::kAsReceived)};
  if (claim.form == Form::kHeader && has_repeated_name(claim.target.query)) {
    queries.push_back(canonical_query(claim.target.query, RepeatedNames::kSortedByValue));
  }
  if (claim.form == Form::kQuery && claim.session_token && !claim.covers_token) {
    // One SDK signs the token without naming it.
    http::QueryParameters query = claim.target.query;
    query.emplace_back("X-Security-Token", *claim.session_token);
    queries.push_back(canonical_query(std::move(query), RepeatedNames::kAsReceived));
  }
  return queries;
}

// Some SDKs sign an empty path as it stands in the URL, although HTTP sends "/". None of these signs headers.
std::vector<std::string> canonical_paths(const Claim& claim) {
  if (claim.form == Form::kQuery && claim.target.path == "/" && claim.signed_headers.empty()) return {"/", ""};
  return {claim.target.path};
}

// Compares the signatures that this secret gives with the claim's.
class Comparison {
 public:
  Comparison(const http::Request& request, const Claim& claim, const base::SecretBytes& secret)
      : claim_(claim),
        key_(make_signing_key(secret, claim.scope)),
        method_(request.method),
        headers_(canonical_headers(request, claim)),
        queries_(canonical_queries(claim)),
        paths_(canonical_paths(claim)) {}

  // Whether one of the ways to sign a request with that body gives the claim's signature.
  [[nodiscard]] bool matches(const crypto::Sha256Digest& body_hash) {
    CanonicalRequest canonical{method_, {}, {}, headers_, body_hash};
    do {
      for (const std::string& path : paths_) {
        for (const std::string& query : queries_) {
          canonical.path = path;
          canonical.query = query;
          if (matches(canonical)) return true;
        }
      }
    } while (drop_default_port(canonical));
    return false;
  }

  [[nodiscard]] const std::string& first_hash() const { return first_hash_; }

 private:
  [[nodiscard]] bool matches(const CanonicalRequest& canonical) {
    const crypto::Sha256Digest hash = canonical.hash();
    if (first_hash_.empty()) first_hash_ = base::to_hex(hash);
    const std::string expected = make_signature(key_, claim_.x_date, claim_.scope, hash);
    return crypto::constant_time_equal(base::as_bytes(expected), base::as_bytes(claim_.signature));
  }

  const Claim& claim_;
  base::SecretBytes key_;
  std::string method_;
  std::vector<http::Header> headers_;
  std::vector<std::string> queries_;
  std::vector<std::string> paths_;
  std::string first_hash_;
};

}  // namespace

base::Result<VerifiedSignature> verify(const http::Request& request, const Claim& claim,
                                       const base::SecretBytes& secret) {
  Comparison comparison(request, claim, secret);
  if (claim.may_omit_body && comparison.matches(crypto::sha256({}))) {
    return VerifiedSignature(claim, request.body.empty());
  }
  // A signature that may omit the body was already compared without one.
  if (!claim.may_omit_body || !request.body.empty()) {
    const crypto::Sha256Digest body_hash = crypto::sha256(request.body);
    if (claim.form == Form::kHeader) TRY(check_stated_body_hash(request, body_hash));
    if (comparison.matches(body_hash)) return VerifiedSignature(claim, true);
  }
  return signature_mismatch("The canonical request as received has the SHA-256 " + comparison.first_hash() +
                            ": if yours is the same, the secret is wrong; if not, the request was changed after it "
                            "was signed.");
}

}  // namespace livecert::signature

#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "signature/claim.h"

namespace livecert::signature {

// Proof that the holder of an access key's secret signed this request: method, path, signed headers, the query as far
// as Claim::query holds it, and the body unless covers_body() is false. Only verify() makes one. The same request may
// come again: within its window, a signature does not prevent replay.
class VerifiedSignature {
 public:
  [[nodiscard]] const std::string& access_key_id() const { return access_key_id_; }
  [[nodiscard]] const Scope& scope() const { return scope_; }
  [[nodiscard]] base::Time signed_at() const { return signed_at_; }
  // False: anybody who has the URL could have written the body.
  [[nodiscard]] bool covers_body() const { return covers_body_; }

 private:
  friend base::Result<VerifiedSignature> verify(const http::Request&, const Claim&, const base::SecretBytes&);
  VerifiedSignature(const Claim& claim, bool covers_body)
      : access_key_id_(claim.access_key_id),
        scope_(claim.scope),
        signed_at_(claim.signed_at),
        covers_body_(covers_body) {}

  std::string access_key_id_;
  Scope scope_;
  base::Time signed_at_;
  bool covers_body_;
};

// Verifies the signature of a request whose claim parse_claim() read. In header form it hashes the body whatever
// X-Content-Sha256 says, and refuses a different value there. Where clients differ, it tries each way: a signed host as
// received or without port 80 or 443; in header form, repeated query names in order or sorted; in query form, with or
// without the body, with or without a token that X-SignedQueries does not name, and the path / as / or as nothing. It
// hashes the body at most once. kSignatureMismatch otherwise; compares in constant time.
[[nodiscard]] base::Result<VerifiedSignature> verify(const http::Request& request, const Claim& claim,
                                                     const base::SecretBytes& secret);

}  // namespace livecert::signature

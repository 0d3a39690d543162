#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "http/uri.h"
#include "signature/canonical.h"

namespace livecert::signature {

enum class Form : std::uint8_t { kHeader, kQuery };

// The statements of a request about its signer and its time. Nothing in it is proved until verify() succeeds; until
// then it only serves to look up the secret.
struct Claim {
  Form form = Form::kHeader;
  std::string access_key_id;
  Scope scope;
  std::string x_date;
  base::Time signed_at;
  std::optional<std::string> session_token;  // X-Security-Token, a credential: never log it
  std::vector<std::string> signed_headers;   // in lower case, in the order signed; each is in the request once
  std::string signature;
  // The parts of the request's target. The query holds what the signature covers: all parameters in header form, and in
  // query form those that X-SignedQueries names.
  http::Target target;
  bool covers_token = true;    // query form: X-SignedQueries names the token
  bool may_omit_body = false;  // query form: X-NotSignBody
};

// What this server accepts in a claim.
struct ClaimRules {
  base::Seconds window{900};  // how far X-Date may be from now, either way
  std::vector<std::string> services = {"live", "sts", "cdn"};
};

// Reads the claim of a signed request and makes all checks that need no secret, in the order of the vendor's gateway.
// Errors: kMissingRequestInfo (no X-Date); kMissingAuthentication (no signature in header or query); kMissingSignature;
// kInvalidAuthorization (wrong shape; x-date unsigned in header form; a signed header missing or repeated; anything
// that parse_query_signature() refuses; signatures in both places); kInvalidCredential; kInvalidTimestamp (unreadable,
// outside the window, past a signed X-Expires); kUnknownService; kMalformedRequest (unreadable target). Every message
// begins with the documented text and says what to do.
//
// The session token is in the same place as the signature, header or query. It need not be signed, because some clients
// do not sign it: it has its own signature and must name the same access key.
[[nodiscard]] base::Result<Claim> parse_claim(const http::Request& request, base::Time now, const ClaimRules& rules);

}  // namespace livecert::signature

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "http/uri.h"
#include "signature/canonical.h"

namespace livecert::signature {

// What a request says about who signed it and when. Nothing is proven before verify() has agreed; until then it serves
// to look up the secret.
struct Claim {
  std::string access_key_id;
  Scope scope;
  std::string x_date;
  base::Time signed_at;
  std::optional<std::string> session_token;  // X-Security-Token, a credential: never log it
  std::vector<std::string> signed_headers;   // in lower case, in the order signed; x-date is among them
  std::string signature;
  http::Target target;  // of the request, taken apart
};

// What this server lets a request claim.
struct ClaimRules {
  base::Seconds window{900};  // how far X-Date may be from now, either way
  std::vector<std::string> services = {"live", "sts"};
};

// Reads the claim of a header-signed request and checks all that needs no secret, in the order in which the vendor's
// gateway does. Errors: kMissingRequestInfo (no X-Date), kMissingAuthentication (no Authorization), kMissingSignature,
// kInvalidAuthorization (its shape; x-date unsigned; a signed header absent or there twice; a signature in the query),
// kInvalidCredential, kInvalidTimestamp (unreadable, outside the window, past a signed X-Expires), kUnknownService,
// kMalformedRequest (unreadable target). Every message begins with the documented text and says what to do.
//
// A session token need not be among the signed headers, since some clients do not sign it: it carries a signature of
// its own and must name the same access key.
[[nodiscard]] base::Result<Claim> parse_claim(const http::Request& request, base::Time now, const ClaimRules& rules);

}  // namespace livecert::signature

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/uri.h"
#include "signature/authorization.h"

// A signature in the query, as the vendor's SDKs make it for URLs (GetSignUrl): X-Algorithm, X-Credential, X-Date,
// X-NotSignBody, X-SignedHeaders, X-SignedQueries, X-Signature and perhaps X-Security-Token. It covers only the
// parameters that X-SignedQueries names.
namespace livecert::signature {

// The parts of such a signature; nothing in it is proved.
struct QuerySignature {
  Authorization authorization;  // usually without signed headers
  std::string x_date;
  std::optional<std::string> security_token;
  bool covers_token = false;      // some SDKs add the token after signing
  bool may_omit_body = false;     // X-NotSignBody: the signature may hold the hash of an empty body
  http::QueryParameters covered;  // the named parameters in the order received, Action and Version among them
};

// Whether the query claims to carry a signature, good or bad.
[[nodiscard]] bool has_query_signature(const http::QueryParameters& query);

// Whether the parameter of that name belongs to a signature, and therefore to no action.
[[nodiscard]] bool is_signature_parameter(std::string_view name);

// Errors: kMissingRequestInfo (no X-Date); kMissingSignature; kInvalidCredential; kInvalidAuthorization (another
// algorithm; a part missing or repeated; a name in X-SignedQueries whose parameter is missing or repeated, or that is
// named twice; Action or Version not covered).
[[nodiscard]] base::Result<QuerySignature> parse_query_signature(const http::QueryParameters& query);

}  // namespace livecert::signature

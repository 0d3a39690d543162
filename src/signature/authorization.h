#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "signature/canonical.h"

namespace livecert::signature {

// The Authorization header taken apart; nothing in it is proven.
struct Authorization {
  std::string access_key_id;
  Scope scope;
  std::vector<std::string> signed_headers;  // in lower case, in the order given
  std::string signature;                    // as given; only a comparison tells what it is worth
};

// HMAC-SHA256 Credential=ID/YYYYMMDD/region/service/request, SignedHeaders=a;b, Signature=hex
// The three fields in any order, with any blanks around the commas. kInvalidAuthorization when it has another shape or
// names a header twice, kInvalidCredential when the Credential has one, kMissingSignature when there is no signature.
[[nodiscard]] base::Result<Authorization> parse_authorization(std::string_view value);

// The documented text, then what is wrong in this case.
[[nodiscard]] base::Error invalid_authorization(const std::string& what);
[[nodiscard]] base::Error invalid_credential(const std::string& what);

}  // namespace livecert::signature

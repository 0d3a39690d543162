#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "signature/canonical.h"

namespace livecert::signature {

// The limits of a signature. Real clients sign four or five headers; the limits keep the cost of a stranger's request
// in proportion to its length.
inline constexpr std::size_t kMostSignedHeaders = 100;
inline constexpr std::size_t kLongestSignedHeader = 128;    // bytes of a name
inline constexpr std::size_t kLongestCredentialPart = 128;  // bytes of access key ID, region or service

// The parts of a signature's claim; nothing in it is proved.
struct Authorization {
  std::string access_key_id;
  Scope scope;
  std::vector<std::string> signed_headers;  // in lower case, in the order given
  std::string signature;                    // as given; only a comparison shows whether it is right
};

// Parses: HMAC-SHA256 Credential=ID/YYYYMMDD/region/service/request, SignedHeaders=a;b, Signature=hex
// The three fields may come in any order, with any blanks around the commas. kInvalidAuthorization if the shape is
// wrong, a header is named twice or a limit is exceeded; kInvalidCredential for a wrong Credential; kMissingSignature
// without a signature.
[[nodiscard]] base::Result<Authorization> parse_authorization(std::string_view value);

// Parsers of single parts, which a signature in the query has as separate parameters.
[[nodiscard]] base::Result<void> read_credential(std::string_view credential, Authorization& authorization);
[[nodiscard]] base::Result<std::vector<std::string>> read_signed_headers(std::string_view text);

// Splits `text` at the separators. If it has more than `most` parts, returns that many and the rest as one more, so
// that a long text that will be refused costs little.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most);

// The documented text, followed by the reason in this case.
[[nodiscard]] base::Error invalid_authorization(const std::string& what);
[[nodiscard]] base::Error invalid_credential(const std::string& what);
[[nodiscard]] base::Error missing_signature(const std::string& remedy);

}  // namespace livecert::signature

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "signature/canonical.h"

namespace livecert::signature {

// What a signature may name. Real clients sign four headers or five; the bounds keep what a stranger's request costs in
// proportion to its length.
inline constexpr std::size_t kMostSignedHeaders = 100;
inline constexpr std::size_t kLongestSignedHeader = 128;    // bytes of a name
inline constexpr std::size_t kLongestCredentialPart = 128;  // bytes of access key ID, region or service

// A signature's claim taken apart; nothing in it is proven.
struct Authorization {
  std::string access_key_id;
  Scope scope;
  std::vector<std::string> signed_headers;  // in lower case, in the order given
  std::string signature;                    // as given; only a comparison tells what it is worth
};

// HMAC-SHA256 Credential=ID/YYYYMMDD/region/service/request, SignedHeaders=a;b, Signature=hex
// The three fields in any order, with any blanks around the commas. kInvalidAuthorization when it has another shape,
// names a header twice or exceeds the bounds above, kInvalidCredential when the Credential does, kMissingSignature when
// there is no signature.
[[nodiscard]] base::Result<Authorization> parse_authorization(std::string_view value);

// The parts of it, which a signature in the query has as parameters of their own.
[[nodiscard]] base::Result<void> read_credential(std::string_view credential, Authorization& authorization);
[[nodiscard]] base::Result<std::vector<std::string>> read_signed_headers(std::string_view text);

// The parts of `text` between the separators. Of a text with more than `most` of them, that many and then the rest as
// one more, so that a long text that will be refused for it costs little.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most);

// The documented text, then what is wrong in this case.
[[nodiscard]] base::Error invalid_authorization(const std::string& what);
[[nodiscard]] base::Error invalid_credential(const std::string& what);
[[nodiscard]] base::Error missing_signature(const std::string& remedy);

}  // namespace livecert::signature

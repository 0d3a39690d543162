#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "signature/sign.h"

// STS2 tokens: temporary credentials that the vendor's SDKs make from a long-term access key without asking a server.
// That key's secret is enough to verify them. Their format requires its cryptography (MD5 of the secret as key); the
// requests themselves are signed like all others.
namespace livecert::signature {

// A token as read; nothing in it is proved. It serves to look up the long-term secret.
struct Sts2Token {
  std::string long_term_access_key_id;
  std::string access_key_id;    // the temporary one, which signs the request
  std::string sealed_secret;    // base64, under a key derived from the long-term secret
  std::int64_t expires_at = 0;  // Unix seconds
  std::string policy;           // {"Statement":[…]} or empty
  std::string signature;
};

// kInvalidSecurityToken when `text` is not an STS2 token, such as an opaque token of an online service.
[[nodiscard]] base::Result<Sts2Token> parse_sts2(std::string_view text);

// The rights of a genuine token.
struct TemporaryKey {
  std::string long_term_access_key_id;
  std::string access_key_id;
  base::SecretBytes secret;
  base::Time expires_at;
  std::string policy;  // applies in addition to the long-term key's own limits
};

// Returns the temporary key if the token was made with that long-term secret, has not expired, and is for the access
// key that signed the request; otherwise kInvalidSecurityToken.
[[nodiscard]] base::Result<TemporaryKey> open_sts2(const Sts2Token& token, std::string_view claimed_access_key_id,
                                                   const base::SecretBytes& long_term_secret, base::Time now);

// Makes credentials for that temporary key, with its token. An empty secret, or one that ends in a NUL byte, which the
// format cannot carry, is a bug and aborts.
[[nodiscard]] Credentials make_sts2(const TemporaryKey& key, const base::SecretBytes& long_term_secret);

}  // namespace livecert::signature

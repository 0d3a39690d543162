#include "signature/sts2.h"

#include <boost/json.hpp>

#include "base/check.h"
#include "crypto/compare.h"
#include "crypto/hash.h"
#include "crypto/legacy.h"
#include "signature/strict_json.h"

namespace livecert::signature {
namespace {

namespace legacy = crypto::legacy;
namespace json = boost::json;

constexpr std::string_view kPrefix = "STS2";
constexpr std::size_t kBlock = 16;
constexpr std::int64_t kLatestTime = 253402300799;  // the end of the year 9999

base::Error invalid_token(const std::string& what) {
  return {base::ErrorCode::kInvalidSecurityToken, "Invalid secret token, msg: " + what + "."};
}

base::SecretBytes make_token_key(const base::SecretBytes& long_term_secret) {
  legacy::Md5Digest digest = legacy::insecure_md5(long_term_secret.reveal(base::SecretAccess()));
  base::SecretBytes key = base::SecretBytes::copy_of(digest);
  base::wipe(digest.data(), digest.size());
  return key;
}

std::string sign_token(const Sts2Token& token, base::ByteView key) {
  const std::string text = token.long_term_access_key_id + '|' + token.access_key_id + '|' +
                           std::to_string(token.expires_at) + '|' + token.sealed_secret + '|' + token.policy;
  return base::to_hex(crypto::hmac_sha256(key, base::as_bytes(text)));
}

// nullopt if it is absent or not a string.
std::optional<std::string> string_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<Sts2Token> to_token(const json::object& object) {
  auto long_term_id = string_member(object, "LTAccessKeyId");
  auto id = string_member(object, "AccessKeyId");
  auto sealed_secret = string_member(object, "SignedSecretAccessKey");
  auto signature = string_member(object, "Signature");
  const json::value* const expires_at = object.if_contains("ExpiredTime");
  if (!long_term_id || !id || !sealed_secret || !signature || expires_at == nullptr || !expires_at->is_int64()) {
    return std::nullopt;
  }
  if (expires_at->get_int64() < 0 || expires_at->get_int64() > kLatestTime) return std::nullopt;
  return Sts2Token{*std::move(long_term_id),
                   *std::move(id),
                   *std::move(sealed_secret),
                   expires_at->get_int64(),
                   string_member(object, "PolicyString").value_or(""),
                   *std::move(signature)};
}

base::Result<base::SecretBytes> open_secret(const Sts2Token& token, base::ByteView key) {
  const auto sealed = base::parse_base64(token.sealed_secret);
  auto secret = sealed ? legacy::insecure_aes_128_cbc_decrypt(key, key, *sealed) : std::nullopt;
  if (!secret) return invalid_token("its SignedSecretAccessKey cannot be read: make a new token");
  // Clients pad with one NUL byte to a whole block or more, or not at all.
  while (!secret->empty() && secret->back() == 0) secret->pop_back();
  if (secret->empty()) return invalid_token("its secret is empty: make a new token");
  return base::SecretBytes(*std::move(secret));
}

}  // namespace

base::Result<Sts2Token> parse_sts2(std::string_view text) {
  const base::Error unreadable = invalid_token(
      "it is not a readable STS2 token; only tokens made by an SDK's signSts2 "
      "are accepted");
  if (!text.starts_with(kPrefix)) return unreadable;
  const auto decoded = base::parse_base64(text.substr(kPrefix.size()));
  if (!decoded) return unreadable;
  const auto value = parse_strict_json(base::as_text(*decoded));
  if (!value || !value->is_object()) return unreadable;
  auto token = to_token(value->get_object());
  if (!token) return unreadable;
  return *std::move(token);
}

base::Result<TemporaryKey> open_sts2(const Sts2Token& token, std::string_view claimed_access_key_id,
                                     const base::SecretBytes& long_term_secret, base::Time now) {
  const base::SecretBytes key = make_token_key(long_term_secret);
  const base::ByteView key_bytes = key.reveal(base::SecretAccess());
  const std::string expected = sign_token(token, key_bytes);
  if (!crypto::constant_time_equal(base::as_bytes(expected), base::as_bytes(token.signature))) {
    return invalid_token("its signature does not match: make it with the secret of access key " +
                         token.long_term_access_key_id);
  }
  if (token.access_key_id != claimed_access_key_id) {
    return invalid_token("it belongs to another access key than the one in Credential");
  }
  if (base::to_unix_seconds(now) >= token.expires_at) return invalid_token("it has expired: make a new token");
  TRY_ASSIGN(base::SecretBytes secret, open_secret(token, key_bytes));
  return TemporaryKey{token.long_term_access_key_id, token.access_key_id, std::move(secret),
                      base::from_unix_seconds(token.expires_at), token.policy};
}

Credentials make_sts2(const TemporaryKey& key, const base::SecretBytes& long_term_secret) {
  const base::ByteView secret = key.secret.reveal(base::SecretAccess());
  LIVECERT_CHECK(!secret.empty() && secret.back() != 0);
  const base::SecretBytes token_key = make_token_key(long_term_secret);
  const base::ByteView token_key_bytes = token_key.reveal(base::SecretAccess());
  base::WipedBuffer padded(secret.begin(), secret.end());
  padded.resize((secret.size() / kBlock + 1) * kBlock, 0);
  const auto sealed = legacy::insecure_aes_128_cbc_encrypt(token_key_bytes, token_key_bytes, padded);
  LIVECERT_CHECK(sealed.has_value());
  Sts2Token token{key.long_term_access_key_id,           key.access_key_id, base::to_base64(*sealed),
                  base::to_unix_seconds(key.expires_at), key.policy,        {}};
  token.signature = sign_token(token, token_key_bytes);
  const json::object object = {{"LTAccessKeyId", token.long_term_access_key_id},
                               {"AccessKeyId", token.access_key_id},
                               {"SignedSecretAccessKey", token.sealed_secret},
                               {"ExpiredTime", token.expires_at},
                               {"PolicyString", token.policy},
                               {"Signature", token.signature}};
  return {key.access_key_id, key.secret.clone(base::SecretAccess()),
          std::string(kPrefix) + base::to_base64(base::as_bytes(json::serialize(object)))};
}

}  // namespace livecert::signature

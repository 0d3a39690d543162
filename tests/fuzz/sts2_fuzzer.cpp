#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/legacy.h"
#include "signature/sts2.h"

namespace {

using namespace livecert;

constexpr std::string_view kSecret = "a secret that no input can know";
constexpr std::string_view kPrefix = "STS2";

// The same signature as the vendor's SDKs make, written independently.
std::string signature_of(const signature::Sts2Token& token) {
  const auto key = crypto::legacy::insecure_md5(base::as_bytes(kSecret));
  const std::string text = token.long_term_access_key_id + "|" + token.access_key_id + "|" +
                           std::to_string(token.expires_at) + "|" + token.sealed_secret + "|" + token.policy;
  return base::to_hex(crypto::hmac_sha256(key, base::as_bytes(text)));
}

void check_signed(signature::Sts2Token token, const base::SecretBytes& secret) {
  token.signature = signature_of(token);
  const base::Time before = base::from_unix_seconds(token.expires_at - 1);
  const auto opened = signature::open_sts2(token, token.access_key_id, secret, before);
  LIVECERT_CHECK(!signature::open_sts2(token, token.access_key_id + "x", secret, before));
  LIVECERT_CHECK(!signature::open_sts2(token, token.access_key_id, base::SecretBytes::copy_of("another"), before));
  LIVECERT_CHECK(!signature::open_sts2(token, token.access_key_id, secret, base::from_unix_seconds(token.expires_at)));
  if (!opened) return;  // what it seals cannot be read
  LIVECERT_CHECK(!opened->secret.empty() && opened->policy == token.policy &&
                 opened->long_term_access_key_id == token.long_term_access_key_id &&
                 opened->access_key_id == token.access_key_id &&
                 base::to_unix_seconds(opened->expires_at) == token.expires_at);
  for (std::string* part :
       {&token.long_term_access_key_id, &token.access_key_id, &token.sealed_secret, &token.policy, &token.signature}) {
    part->push_back('x');
    LIVECERT_CHECK(!signature::open_sts2(token, opened->access_key_id, secret, before));
    part->pop_back();
  }
  ++token.expires_at;
  LIVECERT_CHECK(!signature::open_sts2(token, token.access_key_id, secret, before));
}

bool is_plain_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// A token that was made is opened again, with everything that was put into it.
void check_round_trip(std::string_view text, const base::SecretBytes& secret) {
  const std::size_t middle = std::min(text.find('\n'), text.size());
  const std::string_view own = text.substr(0, middle);
  const std::string_view policy = text.substr(std::min(middle + 1, text.size()));
  if (own.empty() || own.back() == '\0' || !is_plain_text(policy)) return;
  const base::Time expires = base::from_unix_seconds(1'800'000'000);
  const signature::TemporaryKey key{"AKLT1", "AKTP2", base::SecretBytes::copy_of(own), expires, std::string(policy)};
  const signature::Credentials made = signature::make_sts2(key, secret);
  const auto token = signature::parse_sts2(made.session_token.value());
  LIVECERT_CHECK(token.has_value());
  const auto opened = signature::open_sts2(*token, "AKTP2", secret, expires - base::Seconds(1));
  LIVECERT_CHECK(opened.has_value() && opened->policy == policy && opened->long_term_access_key_id == "AKLT1");
  const base::ByteView bytes = opened->secret.reveal(base::SecretAccess());
  LIVECERT_CHECK(base::as_text(bytes) == own);
}

}  // namespace

// A token, as its text or as the JSON in it: without the long-term secret none is opened. The same token signed with it
// is opened, but not once a part of it was changed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  const base::SecretBytes secret = base::SecretBytes::copy_of(kSecret);
  const auto token = signature::parse_sts2(
      text.starts_with(kPrefix) ? std::string(text) : std::string(kPrefix) + base::to_base64({data, size}));
  if (token) {
    LIVECERT_CHECK(!signature::open_sts2(*token, token->access_key_id, secret, base::from_unix_seconds(0)));
    check_signed(*token, secret);
  }
  check_round_trip(text, secret);
  return 0;
}

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/trim.h"
#include "signature/canonical.h"
#include "signature/sts2.h"
#include "signature/verify.h"

namespace {

using namespace livecert;

// The first byte: how far the server's time is from X-Date, and in which of the accepted ways the request is signed.
constexpr std::array<std::int64_t, 8> kDistances{0, 1, 59, 60, 899, 901, -899, -901};
constexpr unsigned kSortRepeated = 8;
constexpr unsigned kDropPort = 16;
constexpr unsigned kStateHash = 32;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Reads a request as on the wire, but with fewer rules: lines that are not headers are skipped.
http::Request read_request(std::string_view text) {
  http::Request request;
  std::string_view line = take_line(text);
  request.method = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(request.method.size() + 1, line.size()));
  request.target = line.substr(0, line.find(' '));
  while (!text.empty() && !(line = take_line(text)).empty()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    request.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  request.body.assign(text.begin(), text.end());
  return request;
}

http::Request with_header(const http::Request& request, std::string_view name, const std::string& value) {
  http::Request changed = request;
  changed.headers = {};
  for (const http::Header& header : request.headers.fields()) {
    const bool is_it = base::equals_ignoring_ascii_case(header.name, name);
    changed.headers.add(header.name, is_it ? value : header.value);
  }
  return changed;
}

// The signature that the holder of the secret would make for that claim.
std::string signature_of(const http::Request& request, const signature::Claim& claim, const base::SecretBytes& secret,
                         unsigned ways) {
  const auto repeated =
      (ways & kSortRepeated) != 0 ? signature::RepeatedNames::kSortedByValue : signature::RepeatedNames::kAsReceived;
  signature::CanonicalRequest canonical{request.method,
                                        claim.target.path,
                                        signature::canonical_query(claim.target.query, repeated),
                                        {},
                                        crypto::sha256(request.body)};
  for (const std::string& name : claim.signed_headers) {
    std::string_view value = base::trim(request.headers.find(name).value_or(""));
    if (name == "host" && (ways & kDropPort) != 0) value = signature::without_default_port(value);
    canonical.headers.push_back({name, std::string(value)});
  }
  return signature::make_signature(signature::make_signing_key(secret, claim.scope), claim.x_date, claim.scope,
                                   canonical.hash());
}

std::string authorization_of(const signature::Claim& claim, const std::string& signature) {
  std::string names;
  for (const std::string& name : claim.signed_headers) (names += names.empty() ? "" : ";") += name;
  return "HMAC-SHA256 Credential=" + claim.access_key_id + "/" + claim.scope.to_string() + ", SignedHeaders=" + names +
         ", Signature=" + signature;
}

bool is_accepted(const http::Request& request, base::Time now, const base::SecretBytes& secret) {
  const auto claim = signature::parse_claim(request, now, {});
  return claim && signature::verify(request, *claim, secret);
}

// A signed request is another request when any part of it was changed.
void check_changes(const http::Request& request, const signature::Claim& claim, base::Time now,
                   const base::SecretBytes& secret) {
  http::Request changed = request;
  changed.method += 'X';
  LIVECERT_CHECK(!is_accepted(changed, now, secret));
  changed = request;
  changed.target += changed.target.find('?') == std::string::npos ? "?zz=1" : "&zz=1";
  LIVECERT_CHECK(!is_accepted(changed, now, secret));
  changed = request;
  changed.body.push_back('!');
  LIVECERT_CHECK(!is_accepted(changed, now, secret));
  if (!request.body.empty()) {
    changed = request;
    changed.body[request.body.size() / 2] ^= 1U;
    LIVECERT_CHECK(!is_accepted(changed, now, secret));
  }
  for (const std::string& name : claim.signed_headers) {
    const std::string value(request.headers.find(name).value_or(""));
    LIVECERT_CHECK(!is_accepted(with_header(request, name, value + "x"), now, secret));
  }
  std::string signature = claim.signature;
  signature.back() = signature.back() == '0' ? '1' : '0';
  LIVECERT_CHECK(!is_accepted(with_header(request, "Authorization", authorization_of(claim, signature)), now, secret));
}

// The same for a signature in the query, which covers the parameters that X-SignedQueries names.
void check_query(const http::Request& request, signature::Claim claim, const base::SecretBytes& secret) {
  claim.signature = signature_of(request, claim, secret, 0);
  const auto verified = signature::verify(request, claim, secret);
  LIVECERT_CHECK(verified && verified->covers_body());
  LIVECERT_CHECK(!signature::verify(request, claim, base::SecretBytes::copy_of("another secret")));
  http::Request changed = request;
  changed.method += 'X';
  LIVECERT_CHECK(!signature::verify(changed, claim, secret));
  changed = request;
  changed.body.push_back('!');
  const auto other = signature::verify(changed, claim, secret);
  LIVECERT_CHECK(!other || (claim.may_omit_body && request.body.empty() && !other->covers_body()));
  for (std::size_t i = 0; i < claim.target.query.size(); ++i) {
    signature::Claim changed_claim = claim;
    changed_claim.target.query[i].second += 'x';
    LIVECERT_CHECK(!signature::verify(request, changed_claim, secret));
  }
}

// The time at which the client says that it signed: in a header, or in the query.
std::string_view stated_date(const http::Request& request) {
  if (const auto header = request.headers.find("X-Date")) return base::trim(*header);
  const std::string_view target = request.target;
  constexpr std::string_view kName = "X-Date=";
  const std::size_t at = target.find(kName);
  if (at == std::string_view::npos) return "";
  const std::string_view value = target.substr(at + kName.size());
  return value.substr(0, value.find('&'));
}

}  // namespace

// A byte that chooses, then a request. Whatever it claims, nothing is accepted without the secret; the same request
// signed with the secret is accepted, and no longer once a part of it was changed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  http::Request request = read_request(base::as_text({data + 1, size - 1}));
  if ((choice & kStateHash) != 0) {
    request = with_header(request, "X-Content-Sha256", base::to_hex(crypto::sha256(request.body)));
  }
  const auto x_date = base::parse_basic_time(stated_date(request));
  const base::Time now =
      x_date.value_or(base::from_unix_seconds(1718781186)) + base::Seconds(kDistances[choice % kDistances.size()]);
  const auto claim = signature::parse_claim(request, now, {});
  if (!claim) return 0;
  const base::SecretBytes secret = base::SecretBytes::copy_of("a secret that no input can know");
  if (claim->session_token) {
    if (const auto token = signature::parse_sts2(*claim->session_token)) {
      LIVECERT_CHECK(!signature::open_sts2(*token, claim->access_key_id, secret, now));
    }
  }
  LIVECERT_CHECK(!signature::verify(request, *claim, secret));

  if (claim->form == signature::Form::kQuery) {
    check_query(request, *claim, secret);
    return 0;
  }
  const std::string signature = signature_of(request, *claim, secret, choice);
  const http::Request signed_request = with_header(request, "Authorization", authorization_of(*claim, signature));
  const auto signed_claim = signature::parse_claim(signed_request, now, {});
  LIVECERT_CHECK(signed_claim.has_value());
  LIVECERT_CHECK(signed_claim->signed_headers == claim->signed_headers && signed_claim->signature == signature &&
                 signed_claim->access_key_id == claim->access_key_id);
  const bool is_hash_wrong = !signature::verify(signed_request, *signed_claim, secret);
  if (is_hash_wrong) {
    // A signature that covers the Authorization header covers itself, and a wrong hash of the body may be stated.
    const bool covers_itself = std::find(claim->signed_headers.begin(), claim->signed_headers.end(), "authorization") !=
                               claim->signed_headers.end();
    LIVECERT_CHECK(covers_itself || request.headers.count("X-Content-Sha256") > 0);
    return 0;
  }
  LIVECERT_CHECK(!signature::verify(signed_request, *signed_claim, base::SecretBytes::copy_of("another secret")));
  check_changes(signed_request, *signed_claim, now, secret);
  return 0;
}

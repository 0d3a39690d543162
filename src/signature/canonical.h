#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "http/message.h"
#include "http/uri.h"

// What both sides of a signature compute: the canonical form of a request, and the signature over it. The scheme is
// HMAC-SHA256 as the vendor's SDKs compute it: like AWS Signature 4, but the secret enters without a prefix and the
// headers stay in the order in which they are listed.
namespace livecert::signature {

constexpr std::string_view kAlgorithm = "HMAC-SHA256";
constexpr std::string_view kTerminator = "request";

// What a signature is good for: one day, one region, one service.
struct Scope {
  std::string date;  // YYYYMMDD, the day of X-Date
  std::string region;
  std::string service;

  [[nodiscard]] std::string to_string() const;  // date/region/service/request
};

// In which order the values of a query name that occurs more than once are signed: clients differ.
enum class RepeatedNames { kAsReceived, kSortedByValue };

// Sorted by name as bytes, RFC 3986 encoded, "name=" for an empty value.
[[nodiscard]] std::string canonical_query(http::QueryParameters query, RepeatedNames repeated);

struct CanonicalRequest {
  std::string method;
  std::string path;
  std::string query;                  // from canonical_query()
  std::vector<http::Header> headers;  // the signed ones: names in lower case, values trimmed, in the order signed
  crypto::Sha256Digest body_hash{};

  [[nodiscard]] std::string signed_headers() const;  // their names with ";" between
  [[nodiscard]] crypto::Sha256Digest hash() const;
};

// Without the blanks and tabs around it (RFC 9110 §5.5).
[[nodiscard]] std::string_view trim(std::string_view text);

// The host that Go, Java and Python clients sign: without the port when that is 80 or 443, whatever the scheme.
[[nodiscard]] std::string_view without_default_port(std::string_view host);

// The key that signs everything in a scope.
[[nodiscard]] base::SecretBytes make_signing_key(const base::SecretBytes& secret, const Scope& scope);

// 64 lower-case hexadecimal digits. `x_date` is the text of the X-Date header.
[[nodiscard]] std::string make_signature(const base::SecretBytes& signing_key, std::string_view x_date,
                                         const Scope& scope, const crypto::Sha256Digest& canonical_hash);

}  // namespace livecert::signature

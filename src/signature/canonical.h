#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "http/message.h"
#include "http/uri.h"

// Both sides of a signature compute this: the canonical form of a request, and the signature over it. The scheme is
// HMAC-SHA256 as the vendor's SDKs compute it. It is like AWS Signature 4, but the secret has no prefix and the headers
// stay in the order in which they are listed.
namespace livecert::signature {

constexpr std::string_view kAlgorithm = "HMAC-SHA256";
constexpr std::string_view kTerminator = "request";

// The scope of a signature: one day, one region, one service.
struct Scope {
  std::string date;  // YYYYMMDD, the day of X-Date
  std::string region;
  std::string service;

  [[nodiscard]] std::string to_string() const;  // date/region/service/request
};

// The order of the values of a query name that occurs more than once; clients differ.
enum class RepeatedNames { kAsReceived, kSortedByValue };

// Sorted by name as bytes, RFC 3986 encoded, "name=" for an empty value.
[[nodiscard]] std::string canonical_query(http::QueryParameters query, RepeatedNames repeated);

struct CanonicalRequest {
  std::string method;
  std::string path;
  std::string query;                  // from canonical_query()
  std::vector<http::Header> headers;  // the signed ones: names in lower case, values trimmed, in the order signed
  crypto::Sha256Digest body_hash{};

  [[nodiscard]] std::string signed_headers() const;  // their names, separated by ";"
  [[nodiscard]] crypto::Sha256Digest hash() const;
};

// Returns the host as Go, Java and Python clients sign it: without the port if that is 80 or 443, whatever the scheme.
[[nodiscard]] std::string_view without_default_port(std::string_view host);

// Returns the key that signs everything in a scope.
[[nodiscard]] base::SecretBytes make_signing_key(const base::SecretBytes& secret, const Scope& scope);

// Returns 64 lower-case hexadecimal digits. `x_date` is the text of the X-Date header.
[[nodiscard]] std::string make_signature(const base::SecretBytes& signing_key, std::string_view x_date,
                                         const Scope& scope, const crypto::Sha256Digest& canonical_hash);

}  // namespace livecert::signature

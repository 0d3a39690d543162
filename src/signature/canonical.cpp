#include "signature/canonical.h"

#include <algorithm>

namespace livecert::signature {
namespace {

// One step of the key derivation; the key it starts from is wiped.
void derive(crypto::Sha256Digest& key, std::string_view part) {
  crypto::Sha256Digest next = crypto::hmac_sha256(key, base::as_bytes(part));
  key.swap(next);
  base::wipe(next.data(), next.size());
}

}  // namespace

std::string Scope::to_string() const {
  std::string text = date;
  for (const std::string_view part : {std::string_view(region), std::string_view(service), kTerminator}) {
    (text += '/') += part;
  }
  return text;
}

std::string canonical_query(http::QueryParameters query, RepeatedNames repeated) {
  std::stable_sort(query.begin(), query.end(), [repeated](const auto& a, const auto& b) {
    return repeated == RepeatedNames::kSortedByValue ? a < b : a.first < b.first;
  });
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += '&';
    ((text += http::percent_encode(name)) += '=') += http::percent_encode(value);
  }
  return text;
}

std::string CanonicalRequest::signed_headers() const {
  std::string names;
  for (const http::Header& header : headers) {
    if (!names.empty()) names += ';';
    names += header.name;
  }
  return names;
}

crypto::Sha256Digest CanonicalRequest::hash() const {
  std::string text;
  for (const std::string* line : {&method, &path, &query}) (text += *line) += '\n';
  for (const http::Header& header : headers) (((text += header.name) += ':') += header.value) += '\n';
  // Without signed headers their block is still one empty line.
  if (headers.empty()) text += '\n';
  ((text += '\n') += signed_headers()) += '\n';
  text += base::to_hex(body_hash);
  return crypto::sha256(base::as_bytes(text));
}

std::string_view without_default_port(std::string_view host) {
  const http::HostAndPort parts = http::split_host(host);
  return parts.port == "80" || parts.port == "443" ? parts.host : host;
}

base::SecretBytes make_signing_key(const base::SecretBytes& secret, const Scope& scope) {
  crypto::Sha256Digest key = crypto::hmac_sha256(secret.reveal(base::SecretAccess()), base::as_bytes(scope.date));
  derive(key, scope.region);
  derive(key, scope.service);
  derive(key, kTerminator);
  base::SecretBytes signing_key = base::SecretBytes::copy_of(key);
  base::wipe(key.data(), key.size());
  return signing_key;
}

std::string make_signature(const base::SecretBytes& signing_key, std::string_view x_date, const Scope& scope,
                           const crypto::Sha256Digest& canonical_hash) {
  std::string to_sign(kAlgorithm);
  ((to_sign += '\n') += x_date) += '\n';
  (to_sign += scope.to_string()) += '\n';
  to_sign += base::to_hex(canonical_hash);
  return base::to_hex(crypto::hmac_sha256(signing_key.reveal(base::SecretAccess()), base::as_bytes(to_sign)));
}

}  // namespace livecert::signature

#include "signature/sign.h"

#include "base/check.h"
#include "base/trim.h"
#include "http/uri.h"
#include "signature/canonical.h"

namespace livecert::signature {

namespace {

CanonicalRequest canonical_form(const Unsigned& request, const Credentials& credentials, base::Time now,
                                std::string_view host) {
  const auto target = http::parse_target(request.target);
  LIVECERT_CHECK(target.has_value());
  const crypto::Sha256Digest body_hash = crypto::sha256(request.body);
  CanonicalRequest canonical{std::string(request.method),
                             target->path,
                             canonical_query(target->query, RepeatedNames::kAsReceived),
                             {},
                             body_hash};
  canonical.headers = {{"content-type", std::string(base::trim(request.content_type))},
                       {"host", std::string(host)},
                       {"x-content-sha256", base::to_hex(body_hash)},
                       {"x-date", base::to_basic_time(now)}};
  if (credentials.session_token) canonical.headers.push_back({"x-security-token", *credentials.session_token});
  return canonical;
}

}  // namespace

http::Headers sign(const Unsigned& request, const Credentials& credentials, base::Time now, std::string_view region,
                   std::string_view service) {
  const std::string x_date = base::to_basic_time(now);
  const Scope scope{x_date.substr(0, 8), std::string(region), std::string(service)};
  const CanonicalRequest canonical = canonical_form(request, credentials, now, without_default_port(request.host));

  const base::SecretBytes key = make_signing_key(credentials.secret, scope);
  std::string authorization(kAlgorithm);
  ((authorization += " Credential=") += credentials.access_key_id) += '/';
  (authorization += scope.to_string()) += ", SignedHeaders=";
  (authorization += canonical.signed_headers()) += ", Signature=";
  authorization += make_signature(key, x_date, scope, canonical.hash());

  http::Headers headers;
  headers.add("X-Date", x_date);
  headers.add("X-Content-Sha256", base::to_hex(canonical.body_hash));
  if (credentials.session_token) headers.add("X-Security-Token", *credentials.session_token);
  headers.add("Authorization", std::move(authorization));
  return headers;
}

std::vector<std::string> canonical_hashes(const Unsigned& request, const Credentials& credentials, base::Time now) {
  return {base::to_hex(canonical_form(request, credentials, now, request.host).hash()),
          base::to_hex(canonical_form(request, credentials, now, without_default_port(request.host)).hash())};
}

}  // namespace livecert::signature

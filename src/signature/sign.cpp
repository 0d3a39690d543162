#include "signature/sign.h"

#include "base/check.h"
#include "base/trim.h"
#include "http/uri.h"
#include "signature/canonical.h"

namespace livecert::signature {

http::Headers sign(const Unsigned& request, const Credentials& credentials, base::Time now, std::string_view region,
                   std::string_view service) {
  const auto target = http::parse_target(request.target);
  LIVECERT_CHECK(target.has_value());
  const std::string x_date = base::to_basic_time(now);
  const Scope scope{x_date.substr(0, 8), std::string(region), std::string(service)};
  const crypto::Sha256Digest body_hash = crypto::sha256(request.body);

  CanonicalRequest canonical{std::string(request.method),
                             target->path,
                             canonical_query(target->query, RepeatedNames::kAsReceived),
                             {},
                             body_hash};
  canonical.headers = {{"content-type", std::string(base::trim(request.content_type))},
                       {"host", std::string(without_default_port(request.host))},
                       {"x-content-sha256", base::to_hex(body_hash)},
                       {"x-date", x_date}};
  if (credentials.session_token) canonical.headers.push_back({"x-security-token", *credentials.session_token});

  const base::SecretBytes key = make_signing_key(credentials.secret, scope);
  std::string authorization(kAlgorithm);
  ((authorization += " Credential=") += credentials.access_key_id) += '/';
  (authorization += scope.to_string()) += ", SignedHeaders=";
  (authorization += canonical.signed_headers()) += ", Signature=";
  authorization += make_signature(key, x_date, scope, canonical.hash());

  http::Headers headers;
  headers.add("X-Date", x_date);
  headers.add("X-Content-Sha256", base::to_hex(body_hash));
  if (credentials.session_token) headers.add("X-Security-Token", *credentials.session_token);
  headers.add("Authorization", std::move(authorization));
  return headers;
}

}  // namespace livecert::signature

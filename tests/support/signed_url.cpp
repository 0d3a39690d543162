#include "support/signed_url.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "signature/canonical.h"

namespace livecert::test {

std::string to_query(const http::QueryParameters& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    ((text += text.empty() ? "" : "&") += http::percent_encode(name)) += "=" + http::percent_encode(value);
  }
  return text;
}

std::string signed_url(const http::QueryParameters& parameters, const signature::Credentials& credentials,
                       base::Time now, const UrlSigning& signing) {
  const std::string x_date = base::to_basic_time(now);
  const signature::Scope scope{x_date.substr(0, 8), "cn-north-1", signing.service};

  http::QueryParameters query;
  http::QueryParameters unsigned_parameters;
  for (const auto& parameter : parameters) {
    const bool is_named =
        std::ranges::find(signing.unnamed_parameters, parameter.first) == signing.unnamed_parameters.end();
    (is_named ? query : unsigned_parameters).push_back(parameter);
  }
  query.insert(query.end(), {{"X-Algorithm", std::string(signature::kAlgorithm)},
                             {"X-Credential", credentials.access_key_id + "/" + scope.to_string()},
                             {"X-Date", x_date},
                             {"X-SignedHeaders", signing.signed_host ? "host" : ""}});
  if (!signing.signed_body) query.emplace_back("X-NotSignBody", "");
  if (signing.expires) query.emplace_back("X-Expires", *signing.expires);
  const std::pair<std::string, std::string> token("X-Security-Token", credentials.session_token.value_or(""));
  const bool signs_token = credentials.session_token && signing.signs_token;
  if (signs_token && signing.names_token) query.push_back(token);

  std::vector<std::string> names;
  for (const auto& [name, value] : query) names.push_back(name);
  if (signing.names_itself) names.emplace_back("X-SignedQueries");
  std::ranges::sort(names);
  std::string named;
  for (const std::string& name : names) (named += named.empty() ? "" : ";") += name;

  http::QueryParameters to_sign = query;
  if (signing.names_itself) to_sign.emplace_back("X-SignedQueries", named);
  if (signs_token && !signing.names_token) to_sign.push_back(token);
  signature::CanonicalRequest canonical{signing.method,
                                        signing.path,
                                        signature::canonical_query(to_sign, signature::RepeatedNames::kAsReceived),
                                        {},
                                        crypto::sha256(base::as_bytes(signing.signed_body.value_or("")))};
  if (signing.signed_host) canonical.headers.push_back({"host", *signing.signed_host});
  const std::string signature = signature::make_signature(signature::make_signing_key(credentials.secret, scope),
                                                          x_date, scope, canonical.hash());

  query.emplace_back("X-SignedQueries", named);
  query.emplace_back("X-Signature", signature);
  if (credentials.session_token && !(signs_token && signing.names_token)) query.push_back(token);
  query.insert(query.end(), unsigned_parameters.begin(), unsigned_parameters.end());
  return "/?" + to_query(query);
}

}  // namespace livecert::test

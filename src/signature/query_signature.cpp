#include "signature/query_signature.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "base/shown.h"
#include "http/query_limit.h"

namespace livecert::signature {
namespace {

constexpr std::array<std::string_view, 9> kParameters = {
    "X-Algorithm",      "X-Credential",    "X-Date",      "X-Expires",       "X-NotSignBody",
    "X-Security-Token", "X-SignedHeaders", "X-Signature", "X-SignedQueries",
};

struct Parts {
  std::optional<std::string_view> algorithm;
  std::optional<std::string_view> credential;
  std::optional<std::string_view> date;
  std::optional<std::string_view> not_sign_body;
  std::optional<std::string_view> security_token;
  std::optional<std::string_view> signed_headers;
  std::optional<std::string_view> signed_queries;
  std::optional<std::string_view> signature;
};

base::Result<Parts> find_parts(const http::QueryParameters& query) {
  Parts parts;
  const std::pair<std::string_view, std::optional<std::string_view>*> known[] = {
      {"X-Algorithm", &parts.algorithm},
      {"X-Credential", &parts.credential},
      {"X-Date", &parts.date},
      {"X-NotSignBody", &parts.not_sign_body},
      {"X-Security-Token", &parts.security_token},
      {"X-SignedHeaders", &parts.signed_headers},
      {"X-SignedQueries", &parts.signed_queries},
      {"X-Signature", &parts.signature},
  };
  for (const auto& [name, value] : query) {
    const auto* const part =
        std::find_if(std::begin(known), std::end(known), [&](const auto& entry) { return entry.first == name; });
    if (part == std::end(known)) continue;
    if (part->second->has_value()) {
      return invalid_authorization("The parameter " + name + " is in the query more than once: send it once.");
    }
    *part->second = value;
  }
  return parts;
}

// The value of a part that must be there.
base::Result<std::string_view> require(std::string_view name, const std::optional<std::string_view>& part) {
  if (part) return *part;
  return invalid_authorization("The signature in the query has no " + std::string(name) + ".");
}

base::Result<std::vector<std::string_view>> read_signed_queries(std::string_view text) {
  std::vector<std::string_view> names = split(text, ';', http::kMostQueryParameters);
  std::ranges::sort(names);
  if (names.size() > http::kMostQueryParameters || std::ranges::adjacent_find(names) != names.end()) {
    return invalid_authorization("X-SignedQueries must name each signed parameter once, with ; between them.");
  }
  const auto names_it = [&](std::string_view name) { return std::ranges::binary_search(names, name); };
  if (names_it("X-Signature")) return invalid_authorization("X-SignedQueries must not name X-Signature.");
  if (!names_it("Action") || !names_it("Version")) {
    return invalid_authorization("X-SignedQueries must name Action and Version, and the signature must cover them.");
  }
  return names;
}

// Returns the parameters with those sorted names. Each must be there once: if two have one name, it is unclear which
// one is meant.
base::Result<http::QueryParameters> find_covered(const http::QueryParameters& query,
                                                 const std::vector<std::string_view>& names) {
  http::QueryParameters covered;
  std::vector<bool> seen(names.size());
  for (const auto& parameter : query) {
    const auto name = std::ranges::lower_bound(names, parameter.first);
    if (name == names.end() || *name != parameter.first) continue;
    auto was_seen = seen[static_cast<std::size_t>(name - names.begin())];
    if (was_seen) {
      return invalid_authorization("The signed parameter " + base::shown(*name) +
                                   " is in the query more than once: send it once.");
    }
    was_seen = true;
    covered.push_back(parameter);
  }
  if (const auto missing = std::ranges::find(seen, false); missing != seen.end()) {
    return invalid_authorization("X-SignedQueries names " +
                                 base::shown(names[static_cast<std::size_t>(missing - seen.begin())]) +
                                 ", but the query has no such parameter.");
  }
  return covered;
}

}  // namespace

bool has_query_signature(const http::QueryParameters& query) {
  constexpr std::array<std::string_view, 4> kTelling = {"X-Algorithm", "X-Credential", "X-Signature",
                                                        "X-SignedQueries"};
  return std::ranges::any_of(
      query, [&](const auto& parameter) { return std::ranges::find(kTelling, parameter.first) != kTelling.end(); });
}

bool is_signature_parameter(std::string_view name) {
  return std::ranges::find(kParameters, name) != kParameters.end();
}

base::Result<QuerySignature> parse_query_signature(const http::QueryParameters& query) {
  TRY_ASSIGN(const Parts parts, find_parts(query));
  if (!parts.date) {
    return base::Error{base::ErrorCode::kMissingRequestInfo,
                       "The request is missing X-Date information. A signature in the query has its time in the "
                       "parameter X-Date, as YYYYMMDDTHHMMSSZ in UTC."};
  }
  if (parts.algorithm != kAlgorithm) return invalid_authorization("X-Algorithm must be HMAC-SHA256.");
  TRY_ASSIGN(const std::string_view credential, require("X-Credential", parts.credential));
  TRY_ASSIGN(const std::string_view signed_headers, require("X-SignedHeaders", parts.signed_headers));
  TRY_ASSIGN(const std::string_view signed_queries, require("X-SignedQueries", parts.signed_queries));
  if (parts.signature.value_or("").empty()) {
    return missing_signature("Add X-Signature=<64 hexadecimal digits> to the query.");
  }

  QuerySignature signature;
  TRY(read_credential(credential, signature.authorization));
  if (!signed_headers.empty()) {
    TRY_ASSIGN(signature.authorization.signed_headers, read_signed_headers(signed_headers));
  }
  signature.authorization.signature = *parts.signature;
  signature.x_date = *parts.date;
  signature.may_omit_body = parts.not_sign_body.has_value();
  if (parts.security_token) signature.security_token = std::string(*parts.security_token);
  TRY_ASSIGN(const auto names, read_signed_queries(signed_queries));
  signature.covers_token = std::ranges::binary_search(names, std::string_view("X-Security-Token"));
  TRY_ASSIGN(signature.covered, find_covered(query, names));
  return signature;
}

}  // namespace livecert::signature

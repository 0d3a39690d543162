#include "signature/claim.h"

#include <algorithm>
#include <charconv>

#include "base/shown.h"
#include "base/trim.h"
#include "http/header_index.h"
#include "signature/authorization.h"
#include "signature/query_signature.h"

namespace livecert::signature {
namespace {

base::Error invalid_timestamp(const std::string& what) {
  return {base::ErrorCode::kInvalidTimestamp, "The Signature of the request is expired. " + what};
}

bool is_signed(const Claim& claim, std::string_view header) {
  return std::ranges::find(claim.signed_headers, header) != claim.signed_headers.end();
}

// Returns the value of the Authorization header, or the error for what a signature in the header needs and the request
// does not have.
base::Result<std::string_view> find_authorization(const http::HeaderIndex& headers) {
  if (headers.find("x-date").count == 0) {
    return base::Error{base::ErrorCode::kMissingRequestInfo,
                       "The request is missing X-Date information. Send the time in the header X-Date as "
                       "YYYYMMDDTHHMMSSZ, in UTC."};
  }
  const auto [count, value] = headers.find("authorization");
  if (count == 0) {
    return base::Error{base::ErrorCode::kMissingAuthentication,
                       "Request is missing Authentication Token. Sign the request and send the signature in the "
                       "Authorization header."};
  }
  if (count > 1) return invalid_authorization("The request has more than one: send one.");
  return value;
}

// Each signed header must be in the request exactly once: if two have one name, it is unclear which one is meant.
base::Result<void> check_signed_headers(const http::HeaderIndex& headers, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::size_t count = headers.find(name).count;
    if (count == 0) {
      return invalid_authorization("SignedHeaders names " + base::shown(name) +
                                   ", but the request has no such header: send it, or "
                                   "leave it out of SignedHeaders.");
    }
    if (count > 1) {
      return invalid_authorization("The signed header " + base::shown(name) +
                                   " is in the request more than once: send it once.");
    }
  }
  return {};
}

Claim to_claim(Authorization authorization) {
  Claim claim;
  claim.access_key_id = std::move(authorization.access_key_id);
  claim.scope = std::move(authorization.scope);
  claim.signed_headers = std::move(authorization.signed_headers);
  claim.signature = std::move(authorization.signature);
  return claim;
}

base::Result<Claim> read_header_form(const http::HeaderIndex& headers, http::Target target) {
  TRY_ASSIGN(const std::string_view value, find_authorization(headers));
  TRY_ASSIGN(Authorization authorization, parse_authorization(value));
  Claim claim = to_claim(std::move(authorization));
  if (!is_signed(claim, "x-date")) {
    return invalid_authorization("SignedHeaders must name x-date, and the signature must cover it.");
  }
  TRY(check_signed_headers(headers, claim.signed_headers));
  claim.x_date = base::trim(headers.find("x-date").value);
  claim.target = std::move(target);
  if (const auto token = headers.find("x-security-token"); token.count > 0) {
    claim.session_token = base::trim(token.value);
  }
  return claim;
}

base::Result<Claim> read_query_form(const http::HeaderIndex& headers, http::Target target) {
  if (headers.find("authorization").count > 0) {
    return invalid_authorization("The request is signed in the header and in the query: sign it in one place.");
  }
  if (headers.find("x-security-token").count > 0) {
    return invalid_authorization("With a signature in the query, X-Security-Token belongs into the query.");
  }
  TRY_ASSIGN(QuerySignature signature, parse_query_signature(target.query));
  Claim claim = to_claim(std::move(signature.authorization));
  TRY(check_signed_headers(headers, claim.signed_headers));
  claim.form = Form::kQuery;
  claim.x_date = std::move(signature.x_date);
  claim.target = std::move(target);
  claim.target.query = std::move(signature.covered);
  claim.session_token = std::move(signature.security_token);
  claim.covers_token = signature.covers_token;
  claim.may_omit_body = signature.may_omit_body;
  return claim;
}

base::Result<void> read_time(Claim& claim) {
  const auto time = base::parse_basic_time(claim.x_date);
  if (!time) return invalid_timestamp("X-Date must be a time in UTC in the form YYYYMMDDTHHMMSSZ.");
  claim.signed_at = *time;
  if (claim.x_date.substr(0, 8) != claim.scope.date) {
    return invalid_credential("The date in Credential must be the first 8 digits of X-Date.");
  }
  return {};
}

// Returns how long the signature is valid after it was made. X-Expires counts only if it is signed, and it can only
// shorten this time: otherwise anyone could prolong a signature.
base::Result<base::Seconds> lifetime(const http::HeaderIndex& headers, const Claim& claim, base::Seconds window) {
  base::Seconds shortest = window;
  const std::optional<std::string_view> sources[] = {
      is_signed(claim, "x-expires") ? std::optional(headers.find("x-expires").value) : std::nullopt,
      http::find_parameter(claim.target.query, "X-Expires"),  // the query holds only signed parameters
  };
  for (const auto& source : sources) {
    if (!source) continue;
    const std::string_view text = base::trim(*source);
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc() || end != text.data() + text.size() || seconds <= 0) {
      return invalid_timestamp("X-Expires must be a positive number of seconds.");
    }
    shortest = std::min(shortest, base::Seconds(seconds));
  }
  return shortest;
}

base::Result<void> check_time(const http::HeaderIndex& headers, const Claim& claim, base::Time now,
                              base::Seconds window) {
  TRY_ASSIGN(const base::Seconds allowed, lifetime(headers, claim, window));
  if (now - claim.signed_at > allowed) {
    return invalid_timestamp("X-Date is " + claim.x_date + ", more than " + std::to_string(allowed.count()) +
                             " seconds before the server's time " + base::to_basic_time(now) +
                             ": sign the request again, and set the client's clock if this persists.");
  }
  if (claim.signed_at - now > window) {
    return invalid_timestamp("X-Date is " + claim.x_date + ", more than " + std::to_string(window.count()) +
                             " seconds after the server's time " + base::to_basic_time(now) +
                             ": set the client's clock.");
  }
  return {};
}

}  // namespace

base::Result<Claim> parse_claim(const http::Request& request, base::Time now, const ClaimRules& rules) {
  auto target = http::parse_target(request.target);
  if (!target) {
    return base::Error{base::ErrorCode::kMalformedRequest,
                       "The request target cannot be read: percent-encode the query as RFC 3986 says."};
  }
  const http::HeaderIndex headers(request.headers);
  const bool in_query = has_query_signature(target->query);
  TRY_ASSIGN(Claim claim,
             in_query ? read_query_form(headers, *std::move(target)) : read_header_form(headers, *std::move(target)));
  TRY(read_time(claim));
  TRY(check_time(headers, claim, now, rules.window));
  if (std::find(rules.services.begin(), rules.services.end(), claim.scope.service) == rules.services.end()) {
    return base::Error{base::ErrorCode::kUnknownService,
                       "This service[" + base::shown(claim.scope.service) + "] not found. Sign for the service live."};
  }
  return claim;
}

}  // namespace livecert::signature

#include "signature/claim.h"

#include <algorithm>
#include <charconv>

#include "signature/authorization.h"

namespace livecert::signature {
namespace {

base::Error invalid_timestamp(const std::string& what) {
  return {base::ErrorCode::kInvalidTimestamp, "The Signature of the request is expired. " + what};
}

bool is_signed(const Claim& claim, std::string_view header) {
  return std::find(claim.signed_headers.begin(), claim.signed_headers.end(), header) != claim.signed_headers.end();
}

// The Authorization header's value, once it is certain that the request has what a signature needs.
base::Result<std::string_view> find_authorization(const http::Request& request, const http::Target& target) {
  const std::size_t count = request.headers.count("Authorization");
  if (count == 0 &&
      (http::find_parameter(target.query, "X-Algorithm") || http::find_parameter(target.query, "X-Signature"))) {
    return invalid_authorization(
        "Signatures in the query are not accepted: sign in the Authorization header, with X-Date as a header.");
  }
  if (!request.headers.find("X-Date")) {
    return base::Error{base::ErrorCode::kMissingRequestInfo,
                       "The request is missing X-Date information. Send the time in the header X-Date as "
                       "YYYYMMDDTHHMMSSZ, in UTC."};
  }
  if (count == 0) {
    return base::Error{base::ErrorCode::kMissingAuthentication,
                       "Request is missing Authentication Token. Sign the request and send the signature in the "
                       "Authorization header."};
  }
  if (count > 1) return invalid_authorization("The request has more than one: send one.");
  return *request.headers.find("Authorization");
}

// Each signed header must be in the request exactly once: of two with one name nobody can tell which was meant.
base::Result<void> check_signed_headers(const http::Request& request, const Claim& claim) {
  if (!is_signed(claim, "x-date")) {
    return invalid_authorization("SignedHeaders must name x-date, and the signature must cover it.");
  }
  for (const std::string& name : claim.signed_headers) {
    const std::size_t count = request.headers.count(name);
    if (count == 0) {
      return invalid_authorization("SignedHeaders names " + name +
                                   ", but the request has no such header: send it, or "
                                   "leave it out of SignedHeaders.");
    }
    if (count > 1) {
      return invalid_authorization("The signed header " + name + " is in the request more than once: send it once.");
    }
  }
  return {};
}

base::Result<void> read_time(const http::Request& request, Claim& claim) {
  claim.x_date = trim(request.headers.find("X-Date").value_or(""));
  const auto time = base::parse_basic_time(claim.x_date);
  if (!time) return invalid_timestamp("X-Date must be a time in UTC in the form YYYYMMDDTHHMMSSZ.");
  claim.signed_at = *time;
  if (claim.x_date.substr(0, 8) != claim.scope.date) {
    return invalid_credential("The date in Credential must be the first 8 digits of X-Date.");
  }
  return {};
}

// How long after it was made the signature is good. X-Expires counts only where it is signed, and may only shorten:
// otherwise anyone could prolong a signature.
base::Result<base::Seconds> lifetime(const http::Request& request, const Claim& claim, base::Seconds window) {
  base::Seconds shortest = window;
  const std::optional<std::string_view> sources[] = {
      is_signed(claim, "x-expires") ? request.headers.find("X-Expires") : std::nullopt,
      http::find_parameter(claim.target.query, "X-Expires"),  // the whole query is signed
  };
  for (const auto& source : sources) {
    if (!source) continue;
    const std::string_view text = trim(*source);
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc() || end != text.data() + text.size() || seconds <= 0) {
      return invalid_timestamp("X-Expires must be a positive number of seconds.");
    }
    shortest = std::min(shortest, base::Seconds(seconds));
  }
  return shortest;
}

base::Result<void> check_time(const http::Request& request, const Claim& claim, base::Time now, base::Seconds window) {
  TRY_ASSIGN(const base::Seconds allowed, lifetime(request, claim, window));
  if (now - claim.signed_at > allowed) {
    return invalid_timestamp("X-Date is " + claim.x_date + ", more than " + std::to_string(allowed.count()) +
                             " seconds before the server's time " + base::to_basic_time(now) +
                             ": sign anew, and set the client's clock if this persists.");
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
  TRY_ASSIGN(const std::string_view header, find_authorization(request, *target));
  TRY_ASSIGN(Authorization authorization, parse_authorization(header));
  Claim claim;
  claim.access_key_id = std::move(authorization.access_key_id);
  claim.scope = std::move(authorization.scope);
  claim.signed_headers = std::move(authorization.signed_headers);
  claim.signature = std::move(authorization.signature);
  claim.target = *std::move(target);
  TRY(check_signed_headers(request, claim));
  TRY(read_time(request, claim));
  TRY(check_time(request, claim, now, rules.window));
  if (std::find(rules.services.begin(), rules.services.end(), claim.scope.service) == rules.services.end()) {
    return base::Error{base::ErrorCode::kUnknownService,
                       "This service[" + claim.scope.service + "] not found. Sign for the service live."};
  }
  if (const auto token = request.headers.find("X-Security-Token")) claim.session_token = trim(*token);
  return claim;
}

}  // namespace livecert::signature

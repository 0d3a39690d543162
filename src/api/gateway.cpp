#include "api/gateway.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/error_map.h"
#include "api/input_place.h"
#include "api/refusal_record.h"
#include "base/shown.h"
#include "http/query_limit.h"

namespace livecert::api {
namespace {

using base::Error;
using base::ErrorCode;

base::Result<void> check_method(const http::Request& request) {
  if (request.method == "POST" || request.method == "GET") return {};
  return Error{ErrorCode::kMethodNotAllowed,
               "The method " + base::shown(request.method) + " is not allowed; use POST or GET."};
}

// Demands the names of action and version, before it is known whether they exist.
base::Result<void> check_public_parameters(const http::Target& target) {
  for (const std::string_view name : {"Action", "Version"}) {
    if (http::find_parameter(target.query, name).value_or("").empty()) {
      return Error{ErrorCode::kMissingParameter, "The request is missing " + std::string(name) + " parameter."};
    }
  }
  return {};
}

// Looks only at signed parameters. If a name occurs twice, it is unclear which one is meant.
base::Result<void> check_named_once(const http::QueryParameters& query) {
  for (const std::string_view name : {"Action", "Version"}) {
    if (std::ranges::count(query, name, &http::QueryParameters::value_type::first) > 1) {
      return Error{ErrorCode::kMalformedRequest, "the query has the parameter " + std::string(name) + " twice"};
    }
  }
  return {};
}

bool is_authentication_failure(const Error& error) {
  return error.code == ErrorCode::kInvalidAccessKey || error.code == ErrorCode::kSignatureMismatch ||
         error.code == ErrorCode::kInvalidSecurityToken;
}

struct RefusalRow {
  http::Refusal refusal;
  ErrorCode error;
};
constexpr std::array kRefusals{
    RefusalRow{http::Refusal::kMalformed, ErrorCode::kMalformedRequest},
    RefusalRow{http::Refusal::kHeaderTooLarge, ErrorCode::kRequestTooLarge},
    RefusalRow{http::Refusal::kBodyTooLarge, ErrorCode::kRequestTooLarge},
    RefusalRow{http::Refusal::kUnknownExpectation, ErrorCode::kMalformedRequest},
    RefusalRow{http::Refusal::kTooSlow, ErrorCode::kMalformedRequest},
    RefusalRow{http::Refusal::kDeadlineExceeded, ErrorCode::kDeadlineExceeded},
    RefusalRow{http::Refusal::kOverloaded, ErrorCode::kOverloaded},
};

}  // namespace

http::Answer Gateway::handle(http::Request request) {
  const ExchangePtr exchange = begin_exchange(services_, request.peer_address, request.received);
  exchange->context.deadline = request.deadline - kAnswerReserve;
  exchange->request = std::move(request);
  auto served = serve(exchange);
  http::Answer answer = served ? *std::move(served) : refuse_in_time(exchange, served.error());
  answer.account = exchange->account;
  return answer;
}

http::Answer Gateway::refuse_in_time(const ExchangePtr& exchange, const Error& error) {
  note_refusal(services_, *exchange, error);
  if (!is_authentication_failure(error)) return answerer_.fail(*exchange, error);
  const base::SteadyTime now = services_.clock.steady_now();
  const base::SteadyTime at = brake_.note_failure(exchange->request.peer_network, now);
  if (at == now) return answerer_.fail(*exchange, error);
  exchange->request.drop_body();
  http::Answer answer =
      base::Later<http::Response>::made_by([this, exchange, error] { return answerer_.fail(*exchange, error); });
  answer.turn = http::Turn{at, exchange->request.deadline};
  return answer;
}

// Each step proves what the next one relies on. Cheap steps that may refuse the request come first.
base::Result<http::Answer> Gateway::serve(const ExchangePtr& exchange) {
  const auto target = http::parse_target(exchange->request.target);
  if (!target)
    return Error{ErrorCode::kMalformedRequest, "the request target is not a path or an absolute URL with at most " +
                                                   std::to_string(http::kMostQueryParameters) +
                                                   " percent-encoded parameters"};
  if (target->path != "/") return Error{ErrorCode::kPathNotFound, "there is nothing at this path; the API is at /"};
  TRY(check_method(exchange->request));
  TRY(check_public_parameters(*target));
  TRY_ASSIGN(const VerifiedRequest verified, authenticate(services_, exchange->request));
  if (const auto named_once = check_named_once(verified.query()); !named_once) {
    note_caller(*exchange, verified.caller());  // for the log
    return named_once.error();
  }
  if (takes_query(exchange->request, *target)) exchange->input_in_query = verified.query();
  return dispatcher_.dispatch(exchange, verified.caller(),
                              {*http::find_parameter(verified.query(), "Action"),
                               *http::find_parameter(verified.query(), "Version"), verified.service()});
}

http::Response Gateway::refuse(http::Refusal refusal, const std::string& detail, const std::string& peer_address) {
  const auto* const row = std::ranges::find(kRefusals, refusal, &RefusalRow::refusal);
  const ExchangePtr exchange = begin_exchange(services_, peer_address, services_.clock.steady_now());
  return answerer_.fail(*exchange, Error{row->error, detail}, http::status_of(refusal));
}

}  // namespace livecert::api

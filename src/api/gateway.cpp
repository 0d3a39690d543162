#include "api/gateway.h"

#include <algorithm>
#include <array>
#include <future>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/error_map.h"
#include "api/input_place.h"
#include "api/policy.h"
#include "api/request_id.h"
#include "base/shown.h"
#include "http/query_limit.h"

namespace livecert::api {
namespace {

using base::Error;
using base::ErrorCode;

// The store gives up this long before the answer is due, so that the client hears why.
constexpr auto kAnswerReserve = std::chrono::milliseconds(200);
// How much later than others a call that waited for its turn may be answered: some clients give up at 5 s.
constexpr auto kWaitedReserve = std::chrono::milliseconds(500);
constexpr auto kOfflineTime = std::chrono::seconds(60);

base::Result<void> check_method(const http::Request& request) {
  if (request.method == "POST" || request.method == "GET") return {};
  return Error{ErrorCode::kMethodNotAllowed,
               "The method " + base::shown(request.method) + " is not allowed; use POST or GET."};
}

// The action's and version's names, before anybody knows whether they exist.
base::Result<void> check_public_parameters(const http::Target& target) {
  for (const std::string_view name : {"Action", "Version"}) {
    if (http::find_parameter(target.query, name).value_or("").empty()) {
      return Error{ErrorCode::kMissingParameter, "The request is missing " + std::string(name) + " parameter."};
    }
  }
  return {};
}

// Also by the policy of a temporary key; an empty one is none. Of what a policy can say, all is known by now: no
// condition that it understands depends on the action's parameters.
base::Result<void> authorise(const VerifiedRequest& verified, const Action& action, const service::Context& context) {
  const domain::Caller& caller = verified.caller();
  if (verified.account_status() != domain::AccountStatus::kActive) return Error{ErrorCode::kAccountInactive, ""};
  const std::string permission = std::string(action.service) + ":" + std::string(action.name);
  const auto denied = [&](std::string why) {
    return Error{ErrorCode::kActionDenied, "User is not authorized to perform: " + permission + " on resource: .",
                 std::move(why)};
  };
  const bool administers = caller.is_root && caller.projects.empty();
  if (action.access == Access::kAdministration && !administers) return denied("");
  if (verified.policy().empty()) return {};
  PolicyAnswer answer = evaluate_policy(verified.policy(), {permission, context.peer_address, context.at});
  if (answer.verdict != Verdict::kAllow) return denied(std::move(answer.why));
  return {};
}

Error too_fast(std::chrono::seconds retry_after) {
  return {ErrorCode::kRateLimited, "try again in " + std::to_string(retry_after.count()) + " s"};
}

// What was worth saying about an upload, for the log.
std::string warnings_of(const Output& output) {
  const auto* result = std::get_if<boost::json::object>(&output);
  const boost::json::value* warnings = result == nullptr ? nullptr : result->if_contains("Warnings");
  return warnings == nullptr ? "" : boost::json::serialize(*warnings);
}

bool is_authentication_failure(const Error& error) {
  return error.code == ErrorCode::kInvalidAccessKey || error.code == ErrorCode::kSignatureMismatch ||
         error.code == ErrorCode::kInvalidSecurityToken;
}

struct RefusalRow {
  http::Refusal refusal;
  ErrorCode error;
  int status;  // where HTTP has one of its own for it
};
constexpr std::array kRefusals{
    RefusalRow{http::Refusal::kMalformed, ErrorCode::kMalformedRequest, 400},
    RefusalRow{http::Refusal::kHeaderTooLarge, ErrorCode::kRequestTooLarge, 431},
    RefusalRow{http::Refusal::kBodyTooLarge, ErrorCode::kRequestTooLarge, 413},
    RefusalRow{http::Refusal::kUnknownExpectation, ErrorCode::kMalformedRequest, 417},
    RefusalRow{http::Refusal::kTooSlow, ErrorCode::kMalformedRequest, 408},
    RefusalRow{http::Refusal::kDeadlineExceeded, ErrorCode::kDeadlineExceeded, 504},
    RefusalRow{http::Refusal::kOverloaded, ErrorCode::kOverloaded, 503},
};

}  // namespace

struct Gateway::Exchange {
  http::Request request;
  std::optional<http::QueryParameters> input_in_query;  // in place of the body
  Metadata metadata;
  Stage stage = Stage::kGateway;
  service::Context context;
  std::chrono::seconds retry_after{0};  // 0: not told
  AccessRecord record;
  std::optional<base::AccountId> account;  // that the signature proved, if it is active
};

Gateway::Gateway(service::Services& services, Options options, AccessLog access_log)
    : services_(services),
      options_(std::move(options)),
      access_log_(std::move(access_log)),
      limiter_(options_.rate_limit) {}

Gateway::ExchangePtr Gateway::begin(const std::string& peer_address, base::SteadyTime received) {
  auto exchange = std::make_shared<Exchange>();
  exchange->context.at = services_.clock.now();
  exchange->context.peer_address = peer_address;
  exchange->context.request_id = make_request_id(exchange->context.at, services_.random);
  exchange->metadata.request_id = exchange->context.request_id;
  exchange->record.request_id = exchange->context.request_id;
  exchange->record.peer_address = peer_address;
  exchange->record.user = "-";
  exchange->record.action = "-";
  exchange->request.received = received;
  return exchange;
}

http::Answer Gateway::handle(http::Request request) {
  ExchangePtr exchange = begin(request.peer_address, request.received);
  exchange->context.deadline = request.deadline - kAnswerReserve;
  exchange->request = std::move(request);
  auto served = serve(exchange);
  http::Answer answer = served ? *std::move(served) : refuse_in_time(exchange, served.error());
  answer.account = exchange->account;
  return answer;
}

http::Answer Gateway::refuse_in_time(const ExchangePtr& exchange, const Error& error) {
  if (!is_authentication_failure(error)) return fail(exchange, error);
  const base::SteadyTime now = services_.clock.steady_now();
  const base::SteadyTime at = brake_.note_failure(exchange->request.peer_network, now);
  if (at == now) return fail(exchange, error);
  exchange->request.drop_body();
  return http::Later{at, exchange->request.deadline, [this, exchange, error] { return fail(exchange, error); }};
}

base::Result<http::Answer> Gateway::serve(const ExchangePtr& exchange) {
  const auto target = http::parse_target(exchange->request.target);
  if (!target)
    return Error{ErrorCode::kMalformedRequest, "the request target is not a path or an absolute URL with at most " +
                                                   std::to_string(http::kMostQueryParameters) +
                                                   " percent-encoded parameters"};
  if (target->path == "/healthz") return http::Answer(finish(exchange, Output(boost::json::object{{"Status", "ok"}})));
  if (target->path != "/") return Error{ErrorCode::kPathNotFound, "there is nothing at this path; the API is at /"};
  TRY(check_method(exchange->request));
  return serve_action(exchange, *target);
}

// The straight line: each step proves what the next one relies on, the cheap and the forbidding ones first.
base::Result<http::Answer> Gateway::serve_action(const ExchangePtr& exchange, const http::Target& target) {
  TRY(check_public_parameters(target));
  TRY_ASSIGN(const VerifiedRequest verified, verify_signature(exchange));
  if (takes_query(exchange->request, target)) exchange->input_in_query = verified.query();
  TRY_ASSIGN(const Action* action, identify_action(exchange, verified));
  TRY(authorise(verified, *action, exchange->context));

  return take_turn(exchange, verified.caller().account, *action);
}

base::Result<http::Answer> Gateway::take_turn(const ExchangePtr& exchange, base::AccountId account,
                                              const Action& action) {
  const http::Request& request = exchange->request;
  const base::SteadyTime now = services_.clock.steady_now();
  // Whoever waits must be left a quarter of the usual time for the work.
  const auto usual = request.deadline - now;
  const base::SteadyTime last_deadline = request.deadline + kWaitedReserve;
  RateLimiter::Turn turn =
      limiter_.take_turn({account, action.name, request.body.size()}, now, last_deadline - usual / 4);
  if (!turn.granted) {
    exchange->retry_after = std::chrono::ceil<std::chrono::seconds>(turn.at - now);
    return too_fast(exchange->retry_after);
  }
  if (turn.place == nullptr) return http::to_answer(perform(exchange, action));
  // The time for the work begins with the turn.
  const base::SteadyTime deadline = std::min(turn.at + usual, last_deadline);
  exchange->context.deadline = deadline - kAnswerReserve;
  return http::Answer(
      http::Later{turn.at, deadline, [this, exchange, &action, place = std::move(turn.place)]() mutable {
                    place.reset();
                    return perform(exchange, action);
                  }});
}

base::Result<VerifiedRequest> Gateway::verify_signature(const ExchangePtr& exchange) {
  TRY_ASSIGN(VerifiedRequest verified, authenticate(services_, exchange->request));
  exchange->context.caller = verified.caller();
  if (verified.account_status() == domain::AccountStatus::kActive) exchange->account = verified.caller().account;
  exchange->record.user = verified.caller().account.to_string() + "/" + verified.caller().access_key_id;
  return verified;
}

base::Result<const Action*> Gateway::identify_action(const ExchangePtr& exchange, const VerifiedRequest& verified) {
  const std::string_view name = *http::find_parameter(verified.query(), "Action");
  const std::string_view version = *http::find_parameter(verified.query(), "Version");
  exchange->record.action = base::shown(name);
  const Action* action = find_action(name, version, verified.service());
  if (action == nullptr) {
    return Error{ErrorCode::kUnknownAction,
                 "Could not find operation " + base::shown(name) + " for version " + base::shown(version) + "."};
  }
  exchange->stage = Stage::kAction;
  exchange->context.action = action->name;
  exchange->metadata.action = action->name;
  exchange->metadata.version = action->version;
  exchange->metadata.service = action->service;
  exchange->metadata.region = options_.region;
  return action;
}

base::Result<Gateway::Step> Gateway::begin_action(const ExchangePtr& exchange, const Action& action,
                                                  const JsonInput& input) {
  if (const auto* run = std::get_if<Run>(&action.run)) {
    TRY_ASSIGN(Output output, (*run)(services_, exchange->context, input));
    return Step(std::move(output));
  }
  TRY_ASSIGN(PendingOutput pending, std::get<Begin>(action.run)(services_, exchange->context, input));
  return Step(std::move(pending));
}

base::Result<Gateway::Step> Gateway::begin_action(const ExchangePtr& exchange, const Action& action) {
  http::Request& request = exchange->request;
  if (exchange->input_in_query) return begin_action(exchange, action, JsonInput::from_query(*exchange->input_in_query));
  TRY_ASSIGN(const JsonInput input, JsonInput::parse(request.body));
  auto step = begin_action(exchange, action, input);
  // Nobody reads it any more, and it may hold a private key. An empty list would only clear it, and wipe nothing.
  request.body = base::WipedBuffer();
  return step;
}

http::Outcome Gateway::perform(const ExchangePtr& exchange, const Action& action) {
  auto step = begin_action(exchange, action);
  if (!step) return fail(exchange, step.error());
  if (auto* output = std::get_if<Output>(&*step)) return finish(exchange, std::move(*output));
  return http::Pending{
      [this, exchange, begin = std::move(std::get<PendingOutput>(*step).begin)](http::Pending::Ready ready) {
        begin([this, exchange, ready = std::move(ready)](PendingOutput::Encode encode) {
          ready([this, exchange, encode = std::move(encode)] { return finish(exchange, encode()); });
        });
      }};
}

http::Response Gateway::finish_waiting(const ExchangePtr& exchange, base::Result<Step> step) {
  if (!step) return fail(exchange, step.error());
  if (auto* output = std::get_if<Output>(&*step)) return finish(exchange, std::move(*output));
  const auto answered = std::make_shared<std::promise<PendingOutput::Encode>>();
  auto encode = answered->get_future();
  std::get<PendingOutput>(*step).begin(
      [answered](PendingOutput::Encode known) { answered->set_value(std::move(known)); });
  return finish(exchange, encode.get()());
}

http::Response Gateway::finish(const ExchangePtr& exchange, base::Result<Output> output) {
  if (!output) return fail(exchange, output.error());
  exchange->record.detail = warnings_of(*output);
  auto response = success_response(exchange->metadata, *std::move(output));
  if (!response) return fail(exchange, response.error());
  exchange->record.code = "OK";
  log(exchange, response->status);
  return *std::move(response);
}

http::Response Gateway::fail(const ExchangePtr& exchange, const Error& error, std::optional<int> status) {
  WireError wire = to_wire(error, exchange->stage);
  wire.status = status.value_or(wire.status);
  http::Response response = error_response(exchange->metadata, wire);
  if (exchange->retry_after.count() > 0) {
    response.headers.add("Retry-After", std::to_string(exchange->retry_after.count()));
  }
  if (error.code == ErrorCode::kMethodNotAllowed) response.headers.add("Allow", "GET, POST");
  exchange->record.code = wire.code;
  exchange->record.message = wire.message;
  exchange->record.detail = error.detail;
  log(exchange, wire.status);
  return response;
}

void Gateway::log(const ExchangePtr& exchange, int status) const {
  exchange->record.status = status;
  exchange->record.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(services_.clock.steady_now() - exchange->request.received);
  access_log_(exchange->record);
}

http::Response Gateway::refuse(http::Refusal refusal, const std::string& detail, const std::string& peer_address) {
  const auto* const row = std::ranges::find(kRefusals, refusal, &RefusalRow::refusal);
  return fail(begin(peer_address, services_.clock.steady_now()), Error{row->error, detail}, row->status);
}

http::Response Gateway::perform_offline(const domain::Caller& caller, std::string_view action_name,
                                        std::string_view version, const JsonInput& input) {
  ExchangePtr exchange = begin("offline", services_.clock.steady_now());
  exchange->context.caller = caller;
  exchange->context.deadline = services_.clock.steady_now() + kOfflineTime;
  exchange->context.action = action_name;
  exchange->record.user = caller.account.to_string() + "/offline";
  exchange->record.action = action_name;
  exchange->stage = Stage::kAction;
  const Action* action = find_action(action_name, version, "live");
  if (action == nullptr) return fail(exchange, Error{ErrorCode::kUnknownAction, "no such action"});
  return finish_waiting(exchange, begin_action(exchange, *action, input));
}

}  // namespace livecert::api

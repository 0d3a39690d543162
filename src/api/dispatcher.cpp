#include "api/dispatcher.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "api/authorise.h"
#include "api/refusal_record.h"
#include "base/shown.h"

namespace livecert::api {
namespace {

using base::Error;
using base::ErrorCode;

// How much later than others a call that waited for its turn may be answered. It is short because some clients give up
// after 5 s.
// Longer than a shared turn is waited for.
constexpr auto kTurnReserve = std::chrono::milliseconds(60);
constexpr auto kWaitedReserve = std::chrono::milliseconds(500);

base::Result<const Action*> identify(Exchange& exchange, const AskedFor& asked) {
  exchange.asked_for = base::shown(asked.action);
  const Action* action = find_action(asked.action, asked.version, asked.service);
  if (action == nullptr) {
    return Error{ErrorCode::kUnknownAction, "Could not find operation " + base::shown(asked.action) + " for version " +
                                                base::shown(asked.version) + "."};
  }
  exchange.stage = Stage::kAction;
  exchange.action = action;
  exchange.context.action = action->name;
  return action;
}

// No function of ours throws. If a library does and nobody caught it where it arose, that is our bug, but it concerns
// this request alone: a use case holds values, and what it locked is released on the way here. The store's writer is
// not below this, and an exception there still ends the process, because nobody knows what was committed.
Error as_error(const std::exception& thrown) {
  return {ErrorCode::kInternal, "", std::string("an exception: ") + thrown.what()};
}

Error too_fast(std::chrono::seconds retry_after) {
  return {ErrorCode::kRateLimited, "try again in " + std::to_string(retry_after.count()) + " s"};
}

}  // namespace

Dispatcher::Dispatcher(service::Services& services, const Answerer& answerer, std::size_t rate_limit)
    : services_(services), answerer_(answerer), limiter_(rate_limit) {}

base::Result<http::Answer> Dispatcher::dispatch(const ExchangePtr& exchange, const ProvenCaller& caller,
                                                const AskedFor& asked) {
  note_caller(*exchange, caller);
  TRY_ASSIGN(const Action* action, identify(*exchange, asked));
  // Conditions about an unknown address cannot be decided.
  const std::string source = exchange->request.is_peer_known ? exchange->context.peer_address : "";
  TRY(authorise(caller, *action, source, exchange->context));
  return take_turn(exchange);
}

base::Result<http::Answer> Dispatcher::take_turn(const ExchangePtr& exchange) {
  const http::Request& request = exchange->request;
  const base::SteadyTime now = services_.clock.steady_now();
  // A call that waits must still have a quarter of the usual time for its work.
  const auto usual = request.deadline - now;
  const base::SteadyTime last_deadline = request.deadline + kWaitedReserve;
  const base::SteadyTime latest = last_deadline - usual / 4;
  TRY_ASSIGN(const auto shared, take_shared_turn(exchange, latest));
  const RateLimiter::Call call{exchange->context.caller.account, exchange->action->name, request.body.size()};
  RateLimiter::Turn turn = limiter_.take_turn(call, shared ? services_.clock.steady_now() : now, latest, shared);
  if (!turn.granted) {
    exchange->retry_after = std::chrono::ceil<std::chrono::seconds>(turn.at - now);
    return too_fast(exchange->retry_after);
  }
  if (turn.place == nullptr) return http::Answer(run(exchange));
  // The time for the work begins with the turn.
  const base::SteadyTime deadline = std::min(turn.at + usual, last_deadline);
  exchange->context.deadline = deadline - kAnswerReserve;
  http::Answer answer = base::Later<http::Response>::made_by([this, exchange, place = std::move(turn.place)]() mutable {
    place->begin();
    place.reset();
    return run(exchange);
  });
  answer.turn = http::Turn{turn.at, deadline};
  return answer;
}

base::Result<std::optional<base::SteadyTime>> Dispatcher::take_shared_turn(const ExchangePtr& exchange,
                                                                           base::SteadyTime latest) {
  const std::size_t allowance = limiter_.allowance();
  if (allowance == 0) return std::optional<base::SteadyTime>();
  const base::SteadyTime now = services_.clock.steady_now();
  const auto longest =
      std::chrono::floor<std::chrono::microseconds>(RateLimiter::latest_turn(now, latest) - now) - kTurnReserve;
  const auto turn = services_.store.take_turn({exchange->context.caller.account, std::string(exchange->action->name),
                                               allowance, std::max(longest, std::chrono::microseconds(0))});
  if (!turn) return std::optional<base::SteadyTime>();
  if (turn->granted) return std::optional(services_.clock.steady_now() + turn->wait);
  exchange->retry_after = std::chrono::ceil<std::chrono::seconds>(turn->wait);
  return too_fast(exchange->retry_after);
}

Answered Dispatcher::act(Exchange& exchange) {
  const auto run = exchange.action->run;
  if (exchange.input_in_query) {
    TRY_ASSIGN(const JsonInput input, JsonInput::from_query(*exchange.input_in_query));
    exchange.subject = subject_of(input);
    return run(services_, exchange.context, input);
  }
  TRY_ASSIGN(const JsonInput input, JsonInput::parse(exchange.request.body));
  exchange.subject = subject_of(input);
  Answered answered = run(services_, exchange.context, input);
  // It is no longer needed, and may hold a private key. An empty list would only clear it, and wipe nothing.
  exchange.request.body = base::WipedBuffer();
  return answered;
}

Answered Dispatcher::act_or_fail(Exchange& exchange) {
  try {
    return act(exchange);
  } catch (const std::exception& thrown) {
    return base::Result<Output>(as_error(thrown));
  }
}

http::Response Dispatcher::finish(Exchange& exchange, base::Result<Output> output) const {
  try {
    if (!output) note_refusal(services_, exchange, output.error());
    return answerer_.finish(exchange, std::move(output));
  } catch (const std::exception& thrown) {
    return answerer_.fail(exchange, as_error(thrown));
  }
}

base::Later<http::Response> Dispatcher::run(const ExchangePtr& exchange) {
  return act_or_fail(*exchange).then(
      [this, exchange](base::Result<Output> output) { return finish(*exchange, std::move(output)); });
}

}  // namespace livecert::api

#pragma once

#include <optional>
#include <string_view>

#include "api/answerer.h"
#include "api/exchange.h"
#include "api/json_input.h"
#include "api/proven_caller.h"
#include "api/rate_limiter.h"
#include "http/handler.h"

namespace livecert::api {

// The action that a caller asks for, in the caller's spelling.
struct AskedFor {
  std::string_view action;
  std::string_view version;
  std::string_view service;
};

// Runs actions for proven callers, whichever way they were proved: finds the action, checks permission and rate limit,
// runs the use case, and passes its result to the answerer. Callable from every thread; its arguments must outlive it.
class Dispatcher {
 public:
  // Calls per second for each account and action; 0: no limit.
  Dispatcher(service::Services& services, const Answerer& answerer, std::size_t rate_limit);

  // Sets another limit, from the next call on.
  void set_rate_limit(std::size_t rate_limit) { limiter_.set_allowance(rate_limit); }

  // Returns the answer, now or later. The caller of this function answers the errors: kUnknownAction, kAccountInactive,
  // kActionDenied, kRateLimited.
  [[nodiscard]] base::Result<http::Answer> dispatch(const ExchangePtr& exchange, const ProvenCaller& caller,
                                                    const AskedFor& asked);

 private:
  // Runs the call now, or when its turn comes. Error: kRateLimited.
  [[nodiscard]] base::Result<http::Answer> take_turn(const ExchangePtr& exchange);
  // The turn among the calls at all processes; nullopt: this one is alone. Error: kRateLimited.
  [[nodiscard]] base::Result<std::optional<base::SteadyTime>> take_shared_turn(const ExchangePtr& exchange,
                                                                               base::SteadyTime latest);
  [[nodiscard]] base::Later<http::Response> run(const ExchangePtr& exchange);
  [[nodiscard]] Answered act(Exchange& exchange);
  // The same two steps; an exception of a library becomes kInternal.
  [[nodiscard]] Answered act_or_fail(Exchange& exchange);
  [[nodiscard]] http::Response finish(Exchange& exchange, base::Result<Output> output) const;

  service::Services& services_;
  const Answerer& answerer_;
  RateLimiter limiter_;
};

}  // namespace livecert::api

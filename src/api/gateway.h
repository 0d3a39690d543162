#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/access_record.h"
#include "api/action.h"
#include "api/authenticate.h"
#include "api/envelope.h"
#include "api/json_input.h"
#include "api/rate_limiter.h"
#include "http/handler.h"
#include "service/context.h"

namespace livecert::api {

// The API as an HTTP handler: from an untrusted message to one use case and back, in a straight line (ARCHITECTURE.md,
// "Life of a request"). Callable from every thread; the services must outlive it.
class Gateway final : public http::Handler {
 public:
  struct Options {
    std::string region = "cn-north-1";  // shown in answers, whatever the credential scope said
    std::size_t rate_limit = 10;        // calls a second per account and action; 0: none
  };

  Gateway(service::Services& services, Options options, AccessLog access_log);

  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override;

  // Runs an action for a caller who needs no signature: the operator at a stopped store.
  [[nodiscard]] http::Response perform_offline(const domain::Caller& caller, std::string_view action,
                                               std::string_view version, const JsonInput& input);

 private:
  // One request on its way: what answers and the access log tell about it grows as it is learnt.
  struct Exchange;
  using ExchangePtr = std::shared_ptr<Exchange>;

  [[nodiscard]] ExchangePtr begin(const std::string& peer_address, base::SteadyTime received);
  // Whoever often fails to authenticate waits for the answer, without the memory of its request.
  [[nodiscard]] http::Answer refuse_in_time(const ExchangePtr& exchange, const base::Error& error);
  [[nodiscard]] base::Result<http::Answer> serve(const ExchangePtr& exchange);
  [[nodiscard]] base::Result<http::Answer> serve_action(const ExchangePtr& exchange, const http::Target& target);
  [[nodiscard]] base::Result<VerifiedRequest> verify_signature(const ExchangePtr& exchange);
  [[nodiscard]] base::Result<const Action*> identify_action(const ExchangePtr& exchange,
                                                            const VerifiedRequest& verified);
  // An action's output, or the wait for it.
  using Step = std::variant<Output, PendingOutput>;
  [[nodiscard]] base::Result<Step> begin_action(const ExchangePtr& exchange, const Action& action);
  [[nodiscard]] base::Result<Step> begin_action(const ExchangePtr& exchange, const Action& action,
                                                const JsonInput& input);
  // Does it now, or when its turn comes; kRateLimited.
  [[nodiscard]] base::Result<http::Answer> take_turn(const ExchangePtr& exchange, base::AccountId account,
                                                     const Action& action);
  [[nodiscard]] http::Outcome perform(const ExchangePtr& exchange, const Action& action);
  // For those who have a thread to wait on.
  [[nodiscard]] http::Response finish_waiting(const ExchangePtr& exchange, base::Result<Step> step);
  [[nodiscard]] http::Response finish(const ExchangePtr& exchange, base::Result<Output> output);
  // `status`: where HTTP has a status of its own for what went wrong.
  [[nodiscard]] http::Response fail(const ExchangePtr& exchange, const base::Error& error,
                                    std::optional<int> status = std::nullopt);
  void log(const ExchangePtr& exchange, int status) const;

  service::Services& services_;
  Options options_;
  AccessLog access_log_;
  RateLimiter limiter_;
  FailureBrake brake_;
};

}  // namespace livecert::api

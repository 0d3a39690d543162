#pragma once

#include <string>

#include "api/answerer.h"
#include "api/authenticate.h"
#include "api/dispatcher.h"
#include "api/rate_limiter.h"
#include "http/handler.h"

namespace livecert::api {

// The API's entrance over HTTP: from an untrusted message to a proven caller (ARCHITECTURE.md, "Life of a request"),
// whom it passes to the dispatcher. Callable from every thread; its arguments must outlive it.
class Gateway final : public http::Handler {
 public:
  Gateway(service::Services& services, const Answerer& answerer, Dispatcher& dispatcher)
      : services_(services), answerer_(answerer), dispatcher_(dispatcher) {}

  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override;

 private:
  // Delays the answer to a client that often fails to authenticate, and drops the body of its request meanwhile.
  [[nodiscard]] http::Answer refuse_in_time(const ExchangePtr& exchange, const base::Error& error);
  [[nodiscard]] base::Result<http::Answer> serve(const ExchangePtr& exchange);

  service::Services& services_;
  const Answerer& answerer_;
  Dispatcher& dispatcher_;
  FailureBrake brake_;
};

}  // namespace livecert::api

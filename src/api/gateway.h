#pragma once

#include <string>

#include "api/answerer.h"
#include "api/dispatcher.h"
#include "api/rate_limiter.h"
#include "http/handler.h"

namespace livecert::api {

// The API's way in over HTTP: from an untrusted message to a caller who has proved who they are (ARCHITECTURE.md, "Life
// of a request"); the rest is the dispatcher's. Callable from every thread; the services must outlive it.
class Gateway final : public http::Handler {
 public:
  struct Options {
    std::string region = "cn-north-1";  // shown in answers, whatever the credential scope said
    std::size_t rate_limit = 10;        // calls a second per account and action; 0: none
  };

  Gateway(service::Services& services, Options options, AccessLog access_log);

  // Another limit, from the next call on.
  void set_rate_limit(std::size_t rate_limit) { dispatcher_.set_rate_limit(rate_limit); }

  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override;

 private:
  // Whoever often fails to authenticate waits for the answer, without the memory of its request.
  [[nodiscard]] http::Answer refuse_in_time(const ExchangePtr& exchange, const base::Error& error);
  [[nodiscard]] base::Result<http::Answer> serve(const ExchangePtr& exchange);
  [[nodiscard]] base::Result<VerifiedRequest> verify_signature(const ExchangePtr& exchange);

  service::Services& services_;
  Answerer answerer_;
  Dispatcher dispatcher_;
  FailureBrake brake_;
};

}  // namespace livecert::api

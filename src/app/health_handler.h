#pragma once

#include <string>

#include "http/handler.h"
#include "service/readiness.h"

namespace livecert::app {

// Answers GET and HEAD of two paths for whoever asks, without a signature and without a line in the log; everything
// else goes to `next`. Both must outlive it.
//   /livez    200 as long as the process answers at all
//   /readyz   200 when requests should be sent here, else 503; the body tells every reason, also those that do not keep
//             it from being ready
class HealthHandler final : public http::Handler {
 public:
  HealthHandler(const service::Readiness& readiness, http::Handler& next) : readiness_(readiness), next_(next) {}

  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override {
    return next_.refuse(refusal, detail, peer_address);
  }

 private:
  [[nodiscard]] http::Response tell_readiness() const;

  const service::Readiness& readiness_;
  http::Handler& next_;
};

}  // namespace livecert::app

#pragma once

#include <optional>
#include <string>

#include "api/access_record.h"
#include "api/exchange.h"
#include "http/message.h"

namespace livecert::api {

// Ends calls: makes the vendor's answer for the result, and the call's one line of the access log. Callable from every
// thread; the clock must outlive it.
class Answerer {
 public:
  // Answers show this region, whatever the credential scope names.
  Answerer(const base::Clock& clock, std::string region, AccessLog access_log);

  [[nodiscard]] http::Response finish(const Exchange& exchange, base::Result<Output> output) const;
  // `status`: if HTTP has a more specific status for the failure.
  [[nodiscard]] http::Response fail(const Exchange& exchange, const base::Error& error,
                                    std::optional<int> status = std::nullopt) const;

 private:
  [[nodiscard]] Metadata metadata_of(const Exchange& exchange) const;
  void log(const Exchange& exchange, AccessRecord how) const;

  const base::Clock& clock_;
  const std::string region_;
  const AccessLog access_log_;
};

}  // namespace livecert::api

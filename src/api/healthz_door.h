#pragma once

#include "api/answerer.h"
#include "http/router.h"

namespace livecert::api {

inline constexpr std::string_view kHealthzPath = "/healthz";

// Answers 200 in the API's envelope, with a line of the access log, while the service runs: for monitors that know this
// path. A target that cannot be read is for the main handler. What it is given must outlive it.
class HealthzDoor final : public http::Door {
 public:
  HealthzDoor(const service::Services& services, const Answerer& answerer) : services_(services), answerer_(answerer) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const service::Services& services_;
  const Answerer& answerer_;
};

}  // namespace livecert::api

#pragma once

#include "api/answerer.h"
#include "http/router.h"

namespace livecert::api {

inline constexpr std::string_view kHealthzPath = "/healthz";

// Answers 200 in the API's envelope while the service runs, with a line of the access log, for monitors that know this
// path. Leaves an unreadable target to the main handler. Its arguments must outlive it.
class HealthzDoor final : public http::Door {
 public:
  HealthzDoor(const service::Services& services, const Answerer& answerer) : services_(services), answerer_(answerer) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const service::Services& services_;
  const Answerer& answerer_;
};

}  // namespace livecert::api

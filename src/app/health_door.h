#pragma once

#include <string_view>

#include "base/language.h"
#include "http/router.h"
#include "service/readiness.h"

namespace livecert::app {

inline constexpr std::string_view kLivePath = "/livez";
inline constexpr std::string_view kReadyPath = "/readyz";

// Answers GET and HEAD of these two paths, without a signature and without a line in the log. The reasons must outlive
// it.
// kLivePath: 200 as long as the process answers at all.
// kReadyPath: 200 when requests should be sent here, otherwise 503; the body gives every reason, including those that
// do not make it unready.
class HealthDoor final : public http::Door {
 public:
  explicit HealthDoor(const service::Readiness& readiness) : readiness_(readiness) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  [[nodiscard]] http::Response tell_readiness(base::Language language) const;

  const service::Readiness& readiness_;
};

}  // namespace livecert::app

#pragma once

#include "http/router.h"

namespace livecert::console {

// Leads a person who opens the address of the service in a browser to the console. Whoever calls the API passes:
// this is only for a GET of exactly / whose Accept names text/html, without a query and without a signature.
class FrontDoor final : public http::Door {
 public:
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;
};

}  // namespace livecert::console

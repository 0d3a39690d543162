#pragma once

#include "console/assets.h"
#include "http/router.h"

namespace livecert::console {

inline constexpr std::string_view kConsolePath = "/console/";
inline constexpr std::string_view kConsolePathWithoutSlash = "/console";

// The files of the console, to anybody: they hold nothing but the program that signs calls in a browser. Every answer
// has the headers that keep a browser from running, loading or sending anything else. No state, no cookie.
//
// At / it leads a person who opens the address of the service in a browser to the console. Whoever calls the API
// passes: this is only for a GET of exactly / whose Accept names text/html, without a query and without a signature.
class ConsoleDoor final : public http::Door {
 public:
  explicit ConsoleDoor(Assets assets) : assets_(std::move(assets)) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const Assets assets_;
};

}  // namespace livecert::console

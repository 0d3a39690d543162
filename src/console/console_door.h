#pragma once

#include "console/assets.h"
#include "http/router.h"

namespace livecert::console {

inline constexpr std::string_view kConsolePath = "/console/";
inline constexpr std::string_view kConsolePathWithoutSlash = "/console";

// Serves the files of the console to every client: they hold only the program that signs calls in a browser. Every
// answer has the headers that keep a browser from running, loading or sending anything else. No state, no cookie.
//
// At / it leads a browser that opens the address of the service to the console. Calls of the API pass: only a GET of
// exactly / whose Accept names text/html, without a query and without a signature, is redirected.
class ConsoleDoor final : public http::Door {
 public:
  explicit ConsoleDoor(Assets assets) : assets_(std::move(assets)) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const Assets assets_;
};

}  // namespace livecert::console

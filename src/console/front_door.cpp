#include "console/front_door.h"

namespace livecert::console {

std::optional<http::Response> FrontDoor::answer(const http::Request& request, std::string_view path) {
  if (path != "/" || request.method != "GET") return std::nullopt;
  if (request.target.find('?') != std::string::npos || request.headers.find("Authorization")) return std::nullopt;
  if (request.headers.find("Accept").value_or("").find("text/html") == std::string_view::npos) return std::nullopt;
  http::Response led = http::plain_answer(303, "the console is at /console/; the API takes signed calls here");
  // Relative, so that it also fits behind a proxy that serves all this below a path of its own.
  led.headers.add("Location", "console/");
  led.headers.add("Vary", "Accept");
  return led;
}

}  // namespace livecert::console

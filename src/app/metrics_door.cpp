#include "app/metrics_door.h"

#include <prometheus/text_serializer.h>
#include <sstream>
#include <utility>

namespace livecert::app {

std::optional<http::Response> MetricsDoor::answer(const http::Request& request, std::string_view /*path*/) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = http::plain_answer(405, "use GET or HEAD");
    refused.headers.add("Allow", "GET, HEAD");
    return refused;
  }
  struct Turn {
    std::atomic<unsigned>& scrapes;
    const unsigned others = scrapes.fetch_add(1);
    ~Turn() { scrapes.fetch_sub(1); }
  };
  const Turn turn{scrapes_};
  if (turn.others >= kScrapesAtOnce) {
    http::Response refused = http::plain_answer(503, "other scrapes are not answered yet: ask again");
    refused.headers.add("Retry-After", "1");
    return refused;
  }
  std::ostringstream text;
  const prometheus::TextSerializer serializer;
  for (const Source& source : sources_) serializer.Serialize(text, source());
  http::Response response;
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = std::move(text).str();
  return response;
}

}  // namespace livecert::app

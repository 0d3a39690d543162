#include "app/health_door.h"

#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "translation/translate.h"

namespace livecert::app {
namespace {

http::Response respond(int status, const boost::json::object& object) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.body = boost::json::serialize(object) + "\n";
  return response;
}

boost::json::object to_json(const service::Reason& reason, base::Language language) {
  boost::json::object object;
  object["Name"] = reason.name;
  object["State"] = reason.kind == service::Reason::Kind::kNotReady ? "not ready" : "degraded";
  object["Since"] = base::to_rfc3339(reason.since);
  object["What"] = translation::translated(reason.what, language);
  object["Remedy"] = translation::translated(reason.remedy, language);
  return object;
}

}  // namespace

std::optional<http::Response> HealthDoor::answer(const http::Request& request, std::string_view path) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = respond(405, {{"Status", "use GET or HEAD"}});
    refused.headers.add("Allow", "GET, HEAD");
    return refused;
  }
  return path == kLivePath
             ? respond(200, {{"Status", "live"}})
             : tell_readiness(translation::language_of(request.headers.find("Accept-Language").value_or("")));
}

http::Response HealthDoor::tell_readiness(base::Language language) const {
  std::string_view status = "ready";
  boost::json::array shown;
  for (const service::Reason& reason : readiness_.reasons()) {
    const bool is_serious = reason.kind == service::Reason::Kind::kNotReady;
    if (is_serious) status = "not ready";
    if (!is_serious && status == "ready") status = "degraded";
    shown.emplace_back(to_json(reason, language));
  }
  return respond(status == "not ready" ? 503 : 200, {{"Status", status}, {"Reasons", std::move(shown)}});
}

}  // namespace livecert::app

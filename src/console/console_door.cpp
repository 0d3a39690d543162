#include "console/console_door.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/trim.h"

namespace livecert::console {
namespace {

// docs/console.md gives the reason for each. tests/console compares them word for word.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kHeaders{{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; "
     "worker-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
     "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
}};

http::Response guarded(http::Response response) {
  for (const auto& [name, value] : kHeaders) response.headers.add(std::string(name), std::string(value));
  return response;
}

// Whether one item of a list, such as `gzip;q=0.5`, names the coding and does not forbid it with a weight of zero.
bool allows(std::string_view item, std::string_view coding) {
  const std::size_t semicolon = item.find(';');
  if (!base::equals_ignoring_ascii_case(base::trim(item.substr(0, semicolon)), coding)) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view weight = base::trim(item.substr(semicolon + 1));
  return weight.find_first_of("123456789") != std::string_view::npos;
}

bool accepts(const http::Request& request, std::string_view coding) {
  std::string_view rest = request.headers.find("Accept-Encoding").value_or("");
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (allows(rest.substr(0, comma), coding)) return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

struct Form {
  std::string_view coding;  // empty: not compressed
  std::string_view bytes;
};

Form best_form(const http::Request& request, const Asset& asset) {
  if (accepts(request, "br")) return {"br", asset.brotli};
  if (accepts(request, "gzip")) return {"gzip", asset.gzip};
  return {"", asset.identity};
}

// Each form has its own tag, because a cache compares the bytes.
std::string tag_of(const Asset& asset, std::string_view coding) {
  if (coding.empty()) return std::string(asset.etag);
  return std::string(asset.etag.substr(0, asset.etag.size() - 1)) + "-" + std::string(coding) + "\"";
}

http::Response send(const http::Request& request, const Asset& asset) {
  const Form form = best_form(request, asset);
  const std::string tag = tag_of(asset, form.coding);
  http::Response response;
  response.headers.add("ETag", tag);
  response.headers.add("Vary", "Accept-Encoding");
  response.headers.add("Cache-Control", asset.is_kept ? "public, max-age=31536000, immutable" : "no-store");
  if (request.headers.find("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", std::string(asset.type));
  if (!form.coding.empty()) response.headers.add("Content-Encoding", std::string(form.coding));
  response.body = std::string(form.bytes);
  return response;
}

bool is_person_at_the_front(const http::Request& request) {
  return request.method == "GET" && request.target.find('?') == std::string::npos &&
         !request.headers.find("Authorization") &&
         request.headers.find("Accept").value_or("").find("text/html") != std::string_view::npos;
}

// The address is relative, so that it also works behind a proxy that serves all this below its own path.
http::Response lead(int status, const std::string& sentence) {
  http::Response led = http::plain_answer(status, sentence);
  led.headers.add("Location", "console/");
  return led;
}

}  // namespace

std::optional<http::Response> ConsoleDoor::answer(const http::Request& request, std::string_view path) {
  if (path == "/") {
    if (!is_person_at_the_front(request)) return std::nullopt;
    http::Response led = lead(303, "the console is at /console/; the API takes signed calls here");
    led.headers.add("Vary", "Accept");
    return guarded(std::move(led));
  }
  if (path != kConsolePathWithoutSlash && !path.starts_with(kConsolePath)) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = http::plain_answer(405, "use GET or HEAD");
    refused.headers.add("Allow", "GET, HEAD");
    return guarded(std::move(refused));
  }
  if (path == kConsolePathWithoutSlash) return guarded(lead(308, "the console is at /console/"));
  path.remove_prefix(kConsolePath.size());
  const Asset* const asset = assets_.find(path.empty() ? "index.html" : path);
  if (asset == nullptr) return guarded(http::plain_answer(404, "the console has no such file"));
  return guarded(send(request, *asset));
}

}  // namespace livecert::console

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "http/handler.h"

namespace livecert::http {

// Handles some paths of a server in addition to its main handler.
class Door {
 public:
  Door() = default;
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  virtual ~Door() = default;

  // `path` is the path of the target. Returns nullopt to pass the request to the main handler. Otherwise the same rules
  // hold as for Handler::handle().
  [[nodiscard]] virtual std::optional<Response> answer(const Request& request, std::string_view path) = 0;
};

enum class From : std::uint8_t {
  kAnywhere,
  kThisMachine,  // over loopback and not through a balancer, whose loopback is another machine
};

struct Route {
  std::string_view path;  // of the target, not decoded; everything below it if it ends with a slash
  Door& door;
  From from;
};

// Passes each request to the door of its path if the caller may use it, and every other request to `rest`. The first
// route that fits counts. Doors and `rest` must outlive it.
class Router final : public Handler {
 public:
  Router(std::vector<Route> routes, Handler& rest) : routes_(std::move(routes)), rest_(rest) {}

  [[nodiscard]] Answer handle(Request request) override;
  [[nodiscard]] Response refuse(Refusal refusal, const std::string& detail, const std::string& peer_address) override {
    return rest_.refuse(refusal, detail, peer_address);
  }

 private:
  const std::vector<Route> routes_;
  Handler& rest_;
};

}  // namespace livecert::http

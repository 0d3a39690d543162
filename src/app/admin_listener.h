#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/router.h"
#include "net/server.h"

namespace livecert::app {

// A separate listener for monitoring: it answers while the main one is full, and can have an address that only the
// monitoring reaches. Plain HTTP without signatures, so its answers hold no secret.
class AdminListener {
 public:
  // Listens when it returns. kConfiguration when it cannot. Doors and clock must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<AdminListener>> start(const net::Endpoint& endpoint,
                                                                          std::vector<http::Route> routes,
                                                                          const base::Clock& clock);

  // The address with the actual port.
  [[nodiscard]] net::Endpoint address() const { return *server_->addresses().http; }

 private:
  // Answers all other paths.
  class Nothing final : public http::Handler {
   public:
    [[nodiscard]] http::Answer handle(http::Request request) override;
    [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                        const std::string& peer_address) override;
  };

  explicit AdminListener(std::vector<http::Route> routes) : router_(std::move(routes), nothing_) {}

  Nothing nothing_;
  http::Router router_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace livecert::app

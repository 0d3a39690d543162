#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/router.h"
#include "net/server.h"

namespace livecert::app {

// A listener of its own for those who watch the service: it answers while the other one is full, and its address can be
// one that only the monitoring reaches. Plain HTTP and no signatures, so that nothing that it tells is a secret.
class AdminListener {
 public:
  // Listens when it returns. kConfiguration when it cannot. Doors and clock must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<AdminListener>> start(const net::Endpoint& endpoint,
                                                                          std::vector<http::Route> routes,
                                                                          const base::Clock& clock);

  // With the port really in use.
  [[nodiscard]] net::Endpoint address() const { return *server_->addresses().http; }

 private:
  // Of every other path.
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

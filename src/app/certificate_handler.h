#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/secret.h"
#include "edge/caddy_driver.h"
#include "edge/source.h"
#include "http/handler.h"

namespace livecert::app {

// The edges that ask for their certificates, each by its token. Callable from every thread.
class Desks {
 public:
  void open(const std::string& edge, base::SecretBytes token, std::shared_ptr<edge::CaddyDesk> desk);
  void close_all();
  // nullptr: nobody has that token.
  [[nodiscard]] std::shared_ptr<edge::CaddyDesk> find(std::string_view token) const;

 private:
  struct Entry {
    std::string edge;
    base::SecretBytes token;
    std::shared_ptr<edge::CaddyDesk> desk;
  };
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

inline constexpr std::string_view kEdgesPath = "/edges/";

// Answers `GET /edges/TOKEN?server_name=NAME` from this machine with chain and key of what the edge is to serve for the
// name, or 204 when there is nothing; everything else goes to `next`, as do callers from elsewhere. All three must
// outlive it.
class CertificateHandler final : public http::Handler {
 public:
  CertificateHandler(const Desks& desks, edge::Source& source, http::Handler& next)
      : desks_(desks), source_(source), next_(next) {}

  [[nodiscard]] http::Answer handle(http::Request request) override;
  [[nodiscard]] http::Response refuse(http::Refusal refusal, const std::string& detail,
                                      const std::string& peer_address) override {
    return next_.refuse(refusal, detail, peer_address);
  }

 private:
  [[nodiscard]] http::Response hand_out(const edge::CaddyDesk& desk, std::string_view server_name);

  const Desks& desks_;
  edge::Source& source_;
  http::Handler& next_;
};

}  // namespace livecert::app

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/address_block.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "http/handler.h"
#include "net/endpoint.h"
#include "net/limits.h"

namespace livecert::net {

// What the server proves itself with: its certificate first, then the intermediates; the key as PKCS#8 DER.
struct TlsIdentity {
  std::vector<base::Bytes> chain_der;
  base::SecretBytes private_key_pkcs8;
};

struct ServerConfig {
  std::optional<Endpoint> http;
  std::optional<Endpoint> https;
  std::optional<TlsIdentity> identity;  // needed for https; wiped once it is in use
  bool insecure_http = false;           // plain HTTP on an address other than loopback
  // Balancers: connections from these begin with a PROXY protocol header that says whose they are, and no others may.
  std::vector<base::AddressBlock> proxy_protocol_from;
  Limits limits;
};

// An HTTP/1.1 server (RFC 9110, 9112), plain and over TLS. Requests are read whole within the limits on network
// threads, handled on worker threads, and answered in order; what is malformed, too large, too slow or too much is
// refused without reaching Handler::handle.
class Server {
 public:
  struct Addresses {
    std::optional<Endpoint> http;
    std::optional<Endpoint> https;
  };

  // Listens when it returns. `handler` and `clock` must outlive the server. kConfiguration with one sentence when it
  // cannot: address in use, plain HTTP beyond loopback, no identity, a key that does not fit.
  [[nodiscard]] static base::Result<std::unique_ptr<Server>> start(ServerConfig config, http::Handler& handler,
                                                                   const base::Clock& clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Drops what drain() did not wait for; blocks until running handlers return.
  ~Server();

  // With the ports really in use.
  [[nodiscard]] const Addresses& addresses() const;
  // Connections that are open now.
  [[nodiscard]] std::size_t connections() const;
  // Requests that wait for a worker now.
  [[nodiscard]] std::size_t queued() const;

  // Stops listening, closes connections that wait for a request, answers every request that has begun to arrive (with
  // `Connection: close`), and returns when that is done. What still arrives after `arrival` is cut, and all that is
  // left after `grace`, counted from the call. Once only.
  void drain(std::chrono::milliseconds arrival, std::chrono::milliseconds grace);
  void drain(std::chrono::milliseconds grace) { drain(grace, grace); }

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace livecert::net

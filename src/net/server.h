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

// The server's identity: its certificate first, then the intermediates; the key as PKCS#8 DER.
struct TlsIdentity {
  std::vector<base::Bytes> chain_der;
  base::SecretBytes private_key_pkcs8;
};

struct ServerConfig {
  std::optional<Endpoint> http;
  std::optional<Endpoint> https;
  std::optional<TlsIdentity> identity;  // needed for https; wiped once it is in use
  bool insecure_http = false;           // plain HTTP on an address other than loopback
  // Balancers: connections from these addresses must begin with a PROXY protocol header that names the client, and
  // other connections must not.
  std::vector<base::AddressBlock> proxy_protocol_from;
  Limits limits;
};

// An HTTP/1.1 server (RFC 9110, 9112), plain and over TLS. Network threads read complete requests within the limits,
// workers handle them, and they are answered in order. It refuses malformed, too large, too slow and too many requests
// without a call of Handler::handle.
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

  // Returns the addresses with the actual ports.
  [[nodiscard]] const Addresses& addresses() const;
  // The number of open connections.
  [[nodiscard]] std::size_t connections() const;
  // The number of requests that wait for a worker.
  [[nodiscard]] std::size_t queued() const;

  // Shows another identity from the next connection on; open connections keep theirs. Callable from any thread.
  // kConfiguration when it cannot be used, or without https; the former one stays then.
  [[nodiscard]] base::Result<void> exchange_identity(const TlsIdentity& identity);

  // Stops listening, closes connections that wait for a request, answers every request that has begun to arrive (with
  // `Connection: close`), and returns when that is done. Cuts requests that still arrive after `arrival`, and
  // everything else after `grace`, both counted from the call. Call it once only.
  void drain(std::chrono::milliseconds arrival, std::chrono::milliseconds grace);
  void drain(std::chrono::milliseconds grace) { drain(grace, grace); }

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace livecert::net

#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/order.h"
#include "edge/stop_signal.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace livecert::edge {

// The server to check: address and name.
struct ProofTarget {
  Address address;
  std::string domain;  // sent as SNI
  domain::TlsSwitches tls;
  std::chrono::milliseconds timeout{2000};  // of each handshake
  const StopSignal* stop = nullptr;         // raised: handshakes end without an answer
  bool proxy_protocol = false;              // the server expects a line of the PROXY protocol first
};

// The result of our own handshakes with a TLS server.
struct Proof {
  enum class State : std::uint8_t {
    kProved,       // this leaf, this whole chain, within the bound TLS versions
    kOther,        // a leaf or a chain that is not the one expected
    kWrongTls,     // the right chain, but the server accepts a forbidden TLS version, or refuses a demanded one
    kRefused,      // the server ended the handshake, or speaks no TLS
    kUnreachable,  // no connection, or no whole answer in time; or the PROXY protocol is in the way
  };
  State state = State::kUnreachable;
  std::string reason;  // for operators: what the server showed; empty when proved
};

enum class ProofDepth : std::uint8_t {
  kChain,        // one handshake: the chain, within the bound versions
  kTlsVersions,  // also one for each end of the bound versions, and one for the next version beyond each end
};

// Checks servers as any client would, with two differences: it offers old versions and ciphers when they are to be
// checked, and it trusts no CA, but compares certificates as bytes. Holds no secret. Callable from every thread.
class Prover {
 public:
  Prover();

  // Makes handshakes with the edge, without session resumption, and compares what it shows. Blocks for at most
  // `timeout` for each handshake: one, or up to five. `expected` has the leaf first and is not empty. A root at the end
  // of the chain may be missing on either side; the rest must be equal.
  //
  // At kTlsVersions the server must accept each end of the bound versions and refuse the next one beyond. Two cases
  // still pass: a bound TLSv1.0 or TLSv1.1 that the server does not offer, and a server without the newest version when
  // there is no upper limit.
  [[nodiscard]] Proof prove(const ProofTarget& target, const std::vector<x509::Certificate>& expected,
                            ProofDepth depth) const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;  // only read once it is made
};

}  // namespace livecert::edge

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

// Where and as what to look.
struct ProofTarget {
  Address address;
  std::string domain;  // sent as SNI
  domain::TlsSwitches tls;
  std::chrono::milliseconds timeout{2000};  // of each handshake
  const StopSignal* stop = nullptr;         // raised: there is no whole answer any more
};

// What a TLS server showed in handshakes of our own.
struct Proof {
  enum class State : std::uint8_t {
    kProved,       // this leaf, this whole chain, within the bound TLS versions
    kOther,        // a leaf or a chain that is not the one expected
    kWrongTls,     // the right chain, but a TLS version is offered that the binding forbids, or one missing it demands
    kRefused,      // the server ended the handshake, or speaks no TLS
    kUnreachable,  // no connection, or no whole answer in time
  };
  State state = State::kUnreachable;
  std::string reason;  // empty when proved; for operators, names what was seen
};

enum class ProofDepth : std::uint8_t {
  kChain,        // one handshake: the chain, within the bound versions
  kTlsVersions,  // and one for each end of the bound versions and for what lies just outside of them
};

// Looks at servers as any client would, but for two things: it offers whatever old version and cipher is asked about,
// and it trusts nobody; certificates are compared as bytes. Holds no secret. Callable from every thread.
class Prover {
 public:
  Prover();

  // Shakes hands with the edge, without session resumption, and compares what it shows. Blocks for at most `timeout`
  // for each handshake: one, or up to five. A root at the end of the chain may be missing on either side; else the
  // chain is the expected one, leaf first, which is not empty.
  //
  // At kTlsVersions the server must accept each end of the bound versions and refuse the next one beyond. No fault is
  // a TLSv1.0 or TLSv1.1 that is bound and not offered, nor a server without the newest version where there is no upper
  // limit.
  [[nodiscard]] Proof prove(const ProofTarget& target, const std::vector<x509::Certificate>& expected,
                            ProofDepth depth) const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;  // only read once it is made
};

}  // namespace livecert::edge

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/order.h"

namespace livecert::edge {

// Where and as what to look.
struct ProofTarget {
  Address address;
  std::string domain;  // sent as SNI
  domain::TlsSwitches tls;
  std::chrono::milliseconds timeout{2000};  // of each handshake
};

// What a TLS server showed in handshakes of our own.
struct Proof {
  enum class State : std::uint8_t {
    kProved,       // this leaf, this whole chain, within the bound TLS versions
    kOther,        // a leaf or a chain that is not the one expected
    kWrongTls,     // the right chain, but a TLS version is offered that the binding forbids, or one missing it demands
    kRefused,      // the server ended the handshake
    kUnreachable,  // no connection, or no answer in time
  };
  State state = State::kUnreachable;
  std::string reason;  // empty when proved; for operators, names what was seen
};

enum class ProofDepth : std::uint8_t {
  kChain,        // one handshake: the chain, within the bound versions
  kTlsVersions,  // and one for each end of the bound versions and for what lies just outside of them
};

// Shakes hands with the edge, without session resumption, and compares what it shows. Blocks for at most `timeout` for
// each handshake. Callable from every thread. The certificates are compared as bytes, not trusted.
[[nodiscard]] Proof prove(const ProofTarget& target, const std::vector<x509::Certificate>& expected, ProofDepth depth);

}  // namespace livecert::edge

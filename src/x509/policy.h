#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "x509/certificate.h"
#include "x509/issuer_cache.h"
#include "x509/root_set.h"

namespace livecert::x509 {

// A source of missing intermediates: earlier chains, a folder, the issuer's server.
class IssuerSource {
 public:
  IssuerSource() = default;
  IssuerSource(const IssuerSource&) = delete;
  IssuerSource& operator=(const IssuerSource&) = delete;
  virtual ~IssuerSource() = default;
  // Certificates that may have issued `child`, the likelier first; empty when none is known. They need not be checked:
  // the judge verifies signatures itself and tries only the first few. Must bound its own time.
  [[nodiscard]] virtual base::Result<std::vector<Certificate>> issuers_of(const Certificate& child) = 0;
};

enum class KeyProof : std::uint8_t { kNone, kSignature };

// The rules for judging an upload. The pointers, where set, must outlive the call.
struct Policy {
  base::Time now;
  // If set, the judge demands a path to one of these.
  const RootSet* required_roots = nullptr;
  // If set, known roots that are not demanded: a chain that ends below one of them needs no completion.
  const RootSet* known_roots = nullptr;
  // If set, saves parsing issuers and verifying their signatures again; shared between threads.
  IssuerCache* issuer_cache = nullptr;
  // Whether to make one signature with a key of at most 4096 bits, to see that it works (x509/key_proof.h).
  KeyProof key_proof = KeyProof::kNone;
  // Whether the source asks issuers' servers; the finding of a missing issuer says so.
  bool fetches_issuers = true;
  int max_certificates = 10;
  std::size_t max_pem_bytes = 256UL * 1024;  // of each of the two texts
};

}  // namespace livecert::x509

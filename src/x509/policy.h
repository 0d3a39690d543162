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

// Where missing intermediates come from: earlier chains, a folder, the issuer's server.
class IssuerSource {
 public:
  IssuerSource() = default;
  IssuerSource(const IssuerSource&) = delete;
  IssuerSource& operator=(const IssuerSource&) = delete;
  virtual ~IssuerSource() = default;
  // Certificates that may have issued `child`, the likelier first; none when none is known. They need not be checked:
  // the judge verifies signatures itself and looks at the first few only. Must bound its own time.
  [[nodiscard]] virtual base::Result<std::vector<Certificate>> issuers_of(const Certificate& child) = 0;
};

enum class KeyProof : std::uint8_t { kNone, kSignature };

// What an upload is judged by. The pointers, where set, must outlive the call.
struct Policy {
  base::Time now;
  // When set, a path to one of these is demanded.
  const RootSet* required_roots = nullptr;
  // When set, roots that are known though not demanded: a chain that ends below one of them needs no completion.
  const RootSet* known_roots = nullptr;
  // When set, spares parsing issuers and verifying their signatures again; shared between threads.
  IssuerCache* issuer_cache = nullptr;
  // Whether one signature is made with a key of at most 4096 bits, to see that it works (x509/key_proof.h).
  KeyProof key_proof = KeyProof::kNone;
  // Whether the source asks issuers' servers; told where an issuer is missing.
  bool fetches_issuers = true;
  int max_certificates = 10;
  std::size_t max_pem_bytes = 256UL * 1024;  // of each of the two texts
};

}  // namespace livecert::x509

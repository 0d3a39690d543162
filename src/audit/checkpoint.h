#pragma once

#include <cstdint>

#include "audit/record.h"
#include "base/result.h"
#include "crypto/ed25519.h"

namespace livecert::audit {

// The service's word that the chain has this hash at this position, and that nobody but itself cut off records at its
// beginning. A checkpoint that is kept elsewhere proves all records up to its position.
struct Checkpoint {
  std::int64_t position = 0;  // of a record
  base::Time at;              // when it was signed
  Hash hash{};                // of that record
  // The service removed the records up to this position, as its settings demand, or is about to; 0: none. There is a
  // checkpoint at that position.
  std::int64_t cut_through = 0;
  crypto::Ed25519PublicKey public_key{};
  crypto::Ed25519Signature signature{};

  bool operator==(const Checkpoint&) const = default;
};

// Sets key and signature. kInternal: `key` is no private key.
[[nodiscard]] base::Result<Checkpoint> signed_by(const base::SecretBytes& key, Checkpoint checkpoint);
// Whether its own key signed it. The caller decides whether that is the right key.
[[nodiscard]] bool has_valid_signature(const Checkpoint& checkpoint);

}  // namespace livecert::audit

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/random.h"

namespace livecert::service {

// Makes identifiers before the transaction that uses them. Callable from every thread.
class IdSource {
 public:
  // `node` (0–1023) distinguishes processes that share one store. Clock and randomness must outlive this.
  IdSource(const base::Clock& clock, crypto::Random& random, std::uint32_t node);

  // 80 random bits, then 48 bits of milliseconds since 1970, so that chains made one after the other are next to each
  // other in the store's index (docs/adr/0010).
  [[nodiscard]] base::ChainId make_chain_id();
  // 41 bits of milliseconds since 2020, 10 of node, 12 of sequence. Grows strictly within one process, even when the
  // clock is set back.
  [[nodiscard]] base::CertId make_cert_id();
  // Only the holder in this process may make a CertID for that chain and submit its version, so that the store gets the
  // versions of a chain in the order of their ids (law 14 of store/store.h).
  [[nodiscard]] std::unique_lock<std::mutex> take_turn(const base::ChainId& chain);
  // Ten digits that begin with 21, like the vendor's. The store refuses chance collisions.
  [[nodiscard]] base::AccountId make_account_id();
  // `AKLT` and 40 letters and digits.
  [[nodiscard]] std::string make_access_key_id();
  // 60 characters of base64's alphabet: 360 random bits.
  [[nodiscard]] base::SecretBytes make_access_secret();

 private:
  const base::Clock& clock_;
  crypto::Random& random_;
  std::int64_t node_;
  std::atomic<std::int64_t> last_tick_{0};  // milliseconds and sequence of the newest CertID
  std::array<std::mutex, 64> turns_;        // each of them for several chains
};

}  // namespace livecert::service

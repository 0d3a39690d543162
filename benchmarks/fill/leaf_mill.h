#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "x509/judge.h"
#include "x509/openssl_owner.h"

namespace livecert::benchmarks {

// Makes leaves a hundred times faster than issuing them one by one: each is a copy of a leaf that was issued, with
// another serial number, other names and times of the same length, and a signature of its own. Their RSA-2048 keys come
// from a pool; the intermediate, which signs them, has a P-256 key. One thread at a time.
class LeafMill {
 public:
  // A certificate authority of one customer. `keys`: PKCS#8, the pool. Every leaf may be asked for from `begin` on.
  [[nodiscard]] static base::Result<LeafMill> make(const std::string& customer, const std::vector<base::ByteView>& keys,
                                                   base::Time begin);

  // The common name of the leaf with that number, below ten millions; its other name has "www." before.
  [[nodiscard]] static std::string name_of(std::size_t number);

  // The n-th leaf below the intermediate, with its key, as an upload is accepted; until the next call. Valid before
  // 2050.
  [[nodiscard]] base::Result<const x509::AcceptedChain*> make_leaf(std::size_t number, base::Time not_before,
                                                                   base::Time not_after);

 private:
  // What is to be signed of an issued leaf, and where in it stands what differs.
  struct Pattern {
    base::Bytes signed_part;
    std::size_t serial = 0;
    std::size_t not_before = 0;
    std::size_t not_after = 0;
    std::vector<std::size_t> numbers;
    std::unique_ptr<x509::AcceptedChain> chain;  // the leaf is replaced each time
  };

  LeafMill() = default;
  [[nodiscard]] static base::Result<Pattern> make_pattern(x509::PrivateKey key, const x509::Certificate& intermediate,
                                                          const x509::PrivateKey& intermediate_key);
  [[nodiscard]] base::Result<base::Bytes> sign(const base::Bytes& signed_part);

  x509::OwnedKey intermediate_key_;
  x509::OwnedDigestContext digest_;
  std::vector<Pattern> patterns_;
};

}  // namespace livecert::benchmarks

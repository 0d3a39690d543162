#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace livecert::bench {

enum class KeyType : std::uint8_t { kRsa2048, kEc256 };

// A throwaway authority and the keys of its leaves. Any thread may ask it for leaves.
class Authority {
 public:
  [[nodiscard]] static base::Result<Authority> make(KeyType type, base::Time now);

  // The body of a CreateCert for the n-th leaf.
  [[nodiscard]] base::Result<std::string> body(std::size_t n) const;
  // The bytes of a leaf and of its key, sealed.
  [[nodiscard]] base::Result<std::size_t> record_size() const;

 private:
  struct Issued {
    std::string name;
    x509::Certificate leaf;
    const x509::PrivateKey& key;
  };

  Authority(x509::Certificate intermediate, x509::PrivateKey intermediate_key, base::Time now);
  [[nodiscard]] base::Result<Issued> issue(std::size_t n) const;

  x509::Certificate intermediate_;
  x509::PrivateKey intermediate_key_;
  base::Time now_;
  std::vector<x509::PrivateKey> keys_;
};

}  // namespace livecert::bench

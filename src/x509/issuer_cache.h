#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "x509/certificate.h"

namespace livecert::x509 {

// Remembers issuers that many uploads share, with their parsed keys, and which signatures among issuers were verified.
// Both are facts of the bytes alone, so an entry is never wrong. Bounded; any thread may call.
class IssuerCache {
 public:
  static constexpr std::size_t kCapacity = 1024;
  using Digest = std::array<std::uint8_t, 32>;

  [[nodiscard]] std::optional<Certificate> find(const Digest& sha256) const;
  void remember(const Certificate& issuer);
  [[nodiscard]] bool knows_signature(const Certificate& child, const Certificate& issuer) const;
  void remember_signature(const Certificate& child, const Certificate& issuer);

 private:
  // The digests are uniform already.
  struct Hash {
    std::size_t operator()(const Digest& digest) const {
      std::size_t value = 0;
      std::memcpy(&value, digest.data(), sizeof value);
      return value;
    }
  };

  mutable std::mutex mutex_;
  std::unordered_map<Digest, Certificate, Hash> issuers_;
  std::unordered_set<Digest, Hash> signatures_;
};

}  // namespace livecert::x509

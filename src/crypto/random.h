#pragma once

#include <cstdint>
#include <span>

namespace livecert::crypto {

// The only source of randomness; tests pass their own. Callable from every thread.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;
  // Fills all bytes with unpredictable values.
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// OpenSSL's generator, seeded by the system. Aborts when the system has no randomness, because nothing in this program
// is safe without it.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace livecert::crypto

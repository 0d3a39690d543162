#include "crypto/random.h"

#include <limits>

#include <openssl/rand.h>

#include "base/check.h"

namespace livecert::crypto {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  LIVECERT_CHECK(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  LIVECERT_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace livecert::crypto

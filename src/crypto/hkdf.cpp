#include "crypto/hkdf.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"

namespace livecert::crypto {

base::SecretBytes hkdf_sha256(base::ByteView input_key, base::ByteView salt, base::ByteView info, std::size_t length) {
  constexpr std::size_t kBlock = Sha256Digest().size();
  LIVECERT_CHECK(length <= 255 * kBlock);
  Sha256Digest pseudorandom_key = hmac_sha256(salt, input_key);
  Sha256Digest block{};
  base::WipedBuffer message;
  message.reserve(kBlock + info.size() + 1);
  base::WipedBuffer output;
  output.reserve(length);
  for (std::uint8_t counter = 1; output.size() < length; ++counter) {
    // T(n) = HMAC(PRK, T(n-1) | info | n), where T(0) is empty.
    message.clear();
    if (counter > 1) message.insert(message.end(), block.begin(), block.end());
    message.insert(message.end(), info.begin(), info.end());
    message.push_back(counter);
    block = hmac_sha256(pseudorandom_key, message);
    const std::size_t wanted = std::min(kBlock, length - output.size());
    output.insert(output.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  base::wipe(pseudorandom_key.data(), pseudorandom_key.size());
  base::wipe(block.data(), block.size());
  return base::SecretBytes(std::move(output));
}

}  // namespace livecert::crypto

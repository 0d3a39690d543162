#include "crypto/compare.h"

#include <openssl/crypto.h>

namespace livecert::crypto {

bool constant_time_equal(base::ByteView a, base::ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace livecert::crypto

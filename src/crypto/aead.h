#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags. Callable from every thread.
namespace livecert::crypto {

constexpr std::size_t kAeadKeySize = 32;
constexpr std::size_t kAeadNonceSize = 12;
constexpr std::size_t kAeadTagSize = 16;

// The ciphertext with its tag behind it. One (key, nonce) pair must never seal two plaintexts; that is for the caller
// to rule out. Key and nonce of another size are a bug and abort.
[[nodiscard]] base::Result<base::Bytes> seal(base::ByteView key, base::ByteView nonce, base::ByteView additional_data,
                                             base::ByteView plaintext);

// The plaintext of what seal() made. kInternal when anything differs from what was sealed: the key, the nonce, the
// additional data or a bit of `sealed`; no plaintext gets out then.
[[nodiscard]] base::Result<base::SecretBytes> open(base::ByteView key, base::ByteView nonce,
                                                   base::ByteView additional_data, base::ByteView sealed);

}  // namespace livecert::crypto

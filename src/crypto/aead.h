#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags. Callable from every thread.
namespace livecert::crypto {

constexpr std::size_t kAeadKeySize = 32;
constexpr std::size_t kAeadNonceSize = 12;
constexpr std::size_t kAeadTagSize = 16;

// Returns the ciphertext followed by its tag. The caller must never seal two plaintexts with the same key and nonce. A
// key or nonce of another size is a bug and aborts.
[[nodiscard]] base::Result<base::Bytes> seal(base::ByteView key, base::ByteView nonce, base::ByteView additional_data,
                                             base::ByteView plaintext);

// Returns the plaintext that seal() was given. kInternal without any plaintext if the key, the nonce, the additional
// data or a bit of `sealed` differs.
[[nodiscard]] base::Result<base::SecretBytes> open(base::ByteView key, base::ByteView nonce,
                                                   base::ByteView additional_data, base::ByteView sealed);

}  // namespace livecert::crypto

#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/secret.h"

// Old algorithms that the vendor's STS2 token format requires (signature/sts2.h). They are too weak for anything else,
// and nothing else may use them.
namespace livecert::crypto::legacy {

using Md5Digest = std::array<std::uint8_t, 16>;

// MD5 (RFC 1321).
[[nodiscard]] Md5Digest insecure_md5(base::ByteView data);

// AES-128-CBC without padding: the key and the initialization vector have 16 bytes, the data a multiple of 16. A wrong
// size of key or vector is a bug; nullopt when the data's size is wrong.
[[nodiscard]] std::optional<base::Bytes> insecure_aes_128_cbc_encrypt(base::ByteView key, base::ByteView iv,
                                                                      base::ByteView plaintext);
[[nodiscard]] std::optional<base::WipedBuffer> insecure_aes_128_cbc_decrypt(base::ByteView key, base::ByteView iv,
                                                                            base::ByteView ciphertext);

}  // namespace livecert::crypto::legacy

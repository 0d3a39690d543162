#pragma once

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::crypto {

// HKDF-SHA-256, extract and expand (RFC 5869). `length` is at most 8160 bytes; more is a bug and aborts. Working memory
// is wiped.
[[nodiscard]] base::SecretBytes hkdf_sha256(base::ByteView input_key, base::ByteView salt, base::ByteView info,
                                            std::size_t length);

}  // namespace livecert::crypto

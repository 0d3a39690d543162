#pragma once

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::crypto {

// HKDF-SHA-256, extract and expand (RFC 5869). A `length` above 8160 bytes is a bug and aborts. Wipes its working
// memory.
[[nodiscard]] base::SecretBytes hkdf_sha256(base::ByteView input_key, base::ByteView salt, base::ByteView info,
                                            std::size_t length);

}  // namespace livecert::crypto

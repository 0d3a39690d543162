#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace livecert::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

// SHA-256 (FIPS 180-4). Callable from every thread.
[[nodiscard]] Sha256Digest sha256(base::ByteView data);

// HMAC-SHA-256 (RFC 2104). Wipes the key and everything derived from it from working memory. If the digest is itself a
// key, the caller must wipe it.
[[nodiscard]] Sha256Digest hmac_sha256(base::ByteView key, base::ByteView data);

// SHA-256 of data in pieces. Not safe to use from several threads at once.
class Sha256 {
 public:
  Sha256();
  Sha256& update(base::ByteView data);
  // Returns the digest of everything so far, and resets the object.
  [[nodiscard]] Sha256Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;  // wiped when it is freed
};

}  // namespace livecert::crypto

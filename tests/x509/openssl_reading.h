#pragma once

#include "base/bytes.h"
#include "x509/key_reading.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {

// Reads bytes with OpenSSL's own parsers; its error queue is empty afterwards.

// A certificate at the front of the bytes, and how many it took. Null when there is none.
struct OpensslCertificate {
  OwnedCertificate certificate;
  std::size_t size = 0;

  [[nodiscard]] X509* get() const { return certificate.get(); }
  // Null when OpenSSL cannot use the key.
  [[nodiscard]] EVP_PKEY* key() const;
};
[[nodiscard]] OpensslCertificate read_with_openssl(base::ByteView der);

// The same for a private key.
struct OpensslKey {
  OwnedKey key;
  std::size_t size = 0;

  [[nodiscard]] EVP_PKEY* get() const { return key.get(); }
};
[[nodiscard]] OpensslKey read_with_openssl(KeyEncoding encoding, base::ByteView der);

// A number of a key by its OSSL_PKEY_PARAM name; null when it has none.
[[nodiscard]] OwnedNumber number_of(const EVP_PKEY* key, const char* name);

}  // namespace livecert::x509

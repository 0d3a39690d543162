#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "x509/certificate.h"

namespace livecert::x509 {

struct PrivateKeyParts;

// A private key of a supported kind whose numbers fit each other; no other key can become one. It can be moved but not
// copied, and is wiped on destruction.
class PrivateKey {
 public:
  // kInvalidInput unless the bytes are one unencrypted PKCS#8 key of a supported kind and size. The message says what
  // is wrong; it holds nothing of the key.
  [[nodiscard]] static base::Result<PrivateKey> parse_pkcs8(base::ByteView der);
  // For key_reading.cpp, the only place that can make the parts.
  explicit PrivateKey(PrivateKeyParts parts);

  [[nodiscard]] KeyKind kind() const { return kind_; }
  [[nodiscard]] int bits() const { return bits_; }
  // PKCS#8 DER in one canonical form, whatever encoding the key arrived in.
  [[nodiscard]] base::SecretBytes pkcs8(base::SecretAccess access) const { return pkcs8_.clone(access); }
  // Whether the certificate's public key is this key's: modulus and exponent, or the point.
  [[nodiscard]] bool belongs_to(const Certificate& certificate) const;
  // Whether both have the same public key, so that they are the same key.
  [[nodiscard]] bool operator==(const PrivateKey& other) const;

 private:
  KeyKind kind_;
  int bits_;
  base::SecretBytes pkcs8_;
  base::Bytes public_numbers_;
};

}  // namespace livecert::x509

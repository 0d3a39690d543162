#pragma once

#include <string_view>

#include "base/bytes.h"
#include "x509/openssl_owner.h"

namespace livecert::benchmarks {

// What cannot be left out when a leaf and its RSA key are taken: both are parsed, the key's numbers fit each other and
// the leaf, and a known issuer signed it. No names, extensions, rules or report, no remembering, no wiping; what the
// judge costs is held against this.
class Floor {
 public:
  // Of an issuer with an RSA key, made ready once.
  explicit Floor(base::ByteView issuer_der);

  // The leaf is signed with RSA and SHA-256, the key is PKCS#8.
  [[nodiscard]] bool accepts(base::ByteView leaf_der, base::ByteView key_der) const;
  // From PEM, of each text the first block.
  [[nodiscard]] bool accepts_pem(std::string_view certificates, std::string_view key) const;

 private:
  x509::OwnedKey issuer_key_;
  x509::Owned<EVP_MD, EVP_MD_free> sha256_;
};

}  // namespace livecert::benchmarks

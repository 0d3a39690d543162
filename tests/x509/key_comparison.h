#pragma once

#include "base/bytes.h"
#include "x509/der_tree.h"
#include "x509/difference_table.h"
#include "x509/key_reading.h"
#include "x509/openssl_reading.h"

namespace livecert::x509 {

// A private key as it is in a PEM block.
struct KeyBlock {
  KeyEncoding encoding;
  base::Bytes der;
  auto operator<=>(const KeyBlock&) const = default;
};

// A key that OpenSSL, we or both take, and the key that OpenSSL read: null when it refuses.
struct KeyInput {
  const KeyBlock& block;
  const OpensslKey& theirs;
};

// The RSAPrivateKey or ECPrivateKey in it, whether wrapped or not; null when the node is not such a key.
[[nodiscard]] DerNode* inner_key(DerNode& root);

// Expects that both read the same from a key, that we refuse what OpenSSL refuses, and that one of the listed reasons
// holds for what only we refuse.
class KeyComparison {
 public:
  KeyComparison();
  // True when we accept the key.
  bool compare(const KeyBlock& block);
  void expect_all_needed() const;

  int tried = 0;

 private:
  DifferenceTable<KeyInput> strictness_;
  DifferenceTable<KeyInput> leniency_;
};

// Whether RSA's eight numbers follow from p, q and e, computed in another way than ours; `d` may be any that works.
[[nodiscard]] bool rsa_numbers_fit(const EVP_PKEY* key);

}  // namespace livecert::x509

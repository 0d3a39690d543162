#pragma once

#include "base/bytes.h"
#include "x509/der_tree.h"
#include "x509/difference_table.h"
#include "x509/key_reading.h"
#include "x509/openssl_reading.h"

namespace livecert::x509 {

// A private key as it stands in a PEM block.
struct KeyBlock {
  KeyEncoding encoding;
  base::Bytes der;
  auto operator<=>(const KeyBlock&) const = default;
};

// One that OpenSSL, we or both take, and what OpenSSL made of it: null when it refuses.
struct KeyInput {
  const KeyBlock& block;
  const OpensslKey& theirs;
};

// The RSAPrivateKey or ECPrivateKey in it, whether wrapped or not; null when the node is no such thing.
[[nodiscard]] DerNode* inner_key(DerNode& root);

// Expects what both read of a key to be the same, what OpenSSL refuses to be refused, and for what only we refuse one
// of the listed reasons.
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

// Whether RSA's eight numbers are those that follow from p, q and e, computed otherwise than we do it; `d` may be any
// that serves.
[[nodiscard]] bool rsa_numbers_fit(const EVP_PKEY* key);

}  // namespace livecert::x509

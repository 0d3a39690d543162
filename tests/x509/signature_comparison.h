#pragma once

#include <openssl/x509.h>

#include "x509/certificate.h"
#include "x509/difference_table.h"

namespace livecert::x509 {

// A signature that OpenSSL calls valid, with the key that made it.
struct SignatureInput {
  X509* child;
  X509* issuer;
};

// Expects our verdict on a signature to be OpenSSL's, except for signatures that we do not verify for one of the listed
// reasons.
class SignatureComparison {
 public:
  SignatureComparison();
  void compare(const Certificate& child, X509* their_child, const Certificate& issuer, X509* their_issuer);
  void expect_all_needed() const { strictness_.expect_all_needed(); }

  int valid = 0;
  int invalid = 0;

 private:
  DifferenceTable<SignatureInput> strictness_;
};

}  // namespace livecert::x509

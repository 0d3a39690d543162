#pragma once

#include <memory>

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace livecert::x509 {

// Binds a free function to a pointer type, so that every OpenSSL object has an owner where it is made.
template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Freed<kFree>>;

using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedCertificate = Owned<X509, X509_free>;
using OwnedName = Owned<X509_NAME, X509_NAME_free>;

// Always clears numbers: most of ours are secret, and there are few others.
using OwnedNumber = Owned<BIGNUM, BN_clear_free>;
using OwnedNumberContext = Owned<BN_CTX, BN_CTX_free>;
using OwnedPoint = Owned<EC_POINT, EC_POINT_clear_free>;

}  // namespace livecert::x509

#include "x509/openssl_reading.h"

#include <openssl/err.h>

namespace livecert::x509 {

EVP_PKEY* OpensslCertificate::key() const {
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  ERR_clear_error();
  return key;
}

OpensslCertificate read_with_openssl(base::ByteView der) {
  const unsigned char* position = der.data();
  OpensslCertificate reading;
  reading.certificate.reset(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  reading.size = static_cast<std::size_t>(position - der.data());
  ERR_clear_error();
  return reading;
}

OpensslKey read_with_openssl(KeyEncoding encoding, base::ByteView der) {
  const unsigned char* position = der.data();
  const auto size = static_cast<long>(der.size());
  const int type = encoding == KeyEncoding::kPkcs1 ? EVP_PKEY_RSA : EVP_PKEY_EC;
  OpensslKey reading;
  reading.key.reset(encoding == KeyEncoding::kPkcs8 ? d2i_AutoPrivateKey(nullptr, &position, size)
                                                    : d2i_PrivateKey(type, nullptr, &position, size));
  reading.size = static_cast<std::size_t>(position - der.data());
  ERR_clear_error();
  return reading;
}

OwnedNumber number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  ERR_clear_error();
  return OwnedNumber(number);
}

}  // namespace livecert::x509

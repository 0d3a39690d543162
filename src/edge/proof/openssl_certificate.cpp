#include "edge/proof/openssl_certificate.h"

#include <openssl/err.h>

namespace livecert::edge {

x509::OwnedCertificate to_openssl(const x509::Certificate& certificate) {
  const base::ByteView der = certificate.der();
  const unsigned char* position = der.data();
  x509::OwnedCertificate converted(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (!converted) ERR_clear_error();
  return converted;
}

base::Bytes to_der(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  base::Bytes der(static_cast<std::size_t>(size));
  unsigned char* position = der.data();
  i2d_X509(certificate, &position);
  return der;
}

}  // namespace livecert::edge

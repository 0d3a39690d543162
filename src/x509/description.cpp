#include "x509/description.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/sha.h>

#include "x509/openssl_owner.h"

namespace livecert::x509 {

std::array<std::uint8_t, 20> sha1_fingerprint(base::ByteView der) {
  std::array<std::uint8_t, 20> digest{};
  static_assert(digest.size() == SHA_DIGEST_LENGTH);
  SHA1(der.data(), der.size(), digest.data());
  return digest;
}

base::Result<std::string> openssl_text(base::ByteView der) {
  const unsigned char* position = der.data();
  const OwnedCertificate certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  const Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  const bool printed = certificate && out && X509_print_ex(out.get(), certificate.get(), XN_FLAG_ONELINE, 0) == 1;
  ERR_clear_error();
  if (!printed) return base::Error{base::ErrorCode::kInternal, "", "OpenSSL cannot print a certificate"};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace livecert::x509

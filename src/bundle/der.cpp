#include <openssl/pkcs7.h>

#include "bundle/openssl_library.h"
#include "bundle/reader.h"
#include "x509/der_structure.h"

namespace livecert::bundle {
namespace {

using OwnedPkcs7 = x509::Owned<PKCS7, PKCS7_free>;

OwnedPkcs7 decode_pkcs7(base::ByteView der) {
  const unsigned char* position = der.data();
  OwnedPkcs7 bundle(d2i_PKCS7(nullptr, &position, static_cast<long>(der.size())));
  ERR_clear_error();
  const bool is_signed = bundle && PKCS7_type_is_signed(bundle.get()) && bundle->d.sign != nullptr;
  return is_signed ? std::move(bundle) : nullptr;
}

bool is_pkcs12(base::ByteView der) {
  const auto file = decode_whole<PKCS12, d2i_PKCS12, PKCS12_free>(der);
  return file != nullptr;
}

bool is_protected_key(base::ByteView der) {
  return decode_whole<X509_SIG, d2i_X509_SIG, X509_SIG_free>(der) != nullptr;
}

bool is_certificate_at_all(base::ByteView der) {
  return decode_whole<X509, d2i_X509, X509_free>(der) != nullptr;
}

// Whether it is a key in any encoding: takes it, or says why it is not accepted.
bool read_key(Reader& reader, std::string_view origin, base::ByteView der) {
  const x509::KeyReading reading = x509::read_relabelled_key(x509::KeyEncoding::kPkcs8, der);
  const auto* fault = std::get_if<x509::KeyFault>(&reading);
  if (fault != nullptr && fault->id == "key-unreadable") return false;
  reader.add_key(origin, x509::KeyEncoding::kPkcs8, der);
  return true;
}

}  // namespace

bool read_pkcs7(Reader& reader, std::string_view origin, base::ByteView der) {
  const OwnedPkcs7 bundle = decode_pkcs7(der);
  if (!bundle) return false;
  const STACK_OF(X509)* certificates = bundle->d.sign->cert;
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    add_openssl_certificate(reader, origin, sk_X509_value(certificates, i), false);
  }
  return true;
}

bool read_der(Reader& reader, std::string_view origin, base::ByteView der) {
  if (x509::Certificate::parse(der, x509::Certificate::kMaxParts) || is_certificate_at_all(der)) {
    reader.add_certificate(origin, der);
    return true;
  }
  if (read_key(reader, origin, der) || read_pkcs7(reader, origin, der)) return true;
  if (is_pkcs12(der)) {
    reader.add_locked({LockForm::kPkcs12, std::string(origin), {der.begin(), der.end()}});
    return true;
  }
  if (is_protected_key(der)) {
    reader.add_locked({LockForm::kPkcs8Key, std::string(origin), {der.begin(), der.end()}});
    return true;
  }
  if (decode_whole<X509_REQ, d2i_X509_REQ, X509_REQ_free>(der)) {
    reader.add_fault(About::kOther, origin, {"is a certificate request (CSR)", "是证书签名请求（CSR）"},
                     {"Name the certificate that the authority issued for it", "请给出 CA 据此签发的证书"});
    return true;
  }
  return decode_whole<X509_CRL, d2i_X509_CRL, X509_CRL_free>(der) != nullptr;
}

}  // namespace livecert::bundle

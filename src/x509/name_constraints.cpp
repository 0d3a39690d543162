#include "x509/name_constraints.h"

#include <openssl/err.h>

#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

// With its extensions looked at: before that, OpenSSL's check sees no alternative names and finds everything in order.
OwnedCertificate to_openssl(const Certificate& certificate) {
  const base::ByteView der = certificate.der();
  const unsigned char* position = der.data();
  OwnedCertificate made(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (made && (X509_get_extension_flags(made.get()) & EXFLAG_INVALID) != 0) made.reset();
  return made;
}

}  // namespace

bool obeys_name_constraints(const Certificate& certificate, const Certificate& issuer) {
  const OwnedCertificate subject = to_openssl(certificate);
  const OwnedCertificate authority = to_openssl(issuer);
  using OwnedConstraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
  const OwnedConstraints constraints(authority ? static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(
                                                     authority.get(), NID_name_constraints, nullptr, nullptr))
                                               : nullptr);
  const bool obeys = subject && constraints && NAME_CONSTRAINTS_check(subject.get(), constraints.get()) == X509_V_OK;
  ERR_clear_error();
  return obeys;
}

}  // namespace livecert::x509

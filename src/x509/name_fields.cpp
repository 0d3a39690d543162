#include "x509/name_fields.h"

#include <openssl/bn.h>
#include <openssl/x509.h>

#include "x509/certificate_state.h"
#include "x509/name_text.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kLongest = 200;

NameFields read_fields(const X509_NAME* name) {
  const auto at = [name](int position) {
    return position < 0 ? std::string() : cut_utf8(attribute_text(name, position), kLongest);
  };
  const auto first = [&](int kind) { return at(X509_NAME_get_index_by_NID(name, kind, -1)); };
  return {first(NID_countryName),      first(NID_stateOrProvinceName),    first(NID_localityName),
          first(NID_organizationName), first(NID_organizationalUnitName), at(last_attribute(name, NID_commonName))};
}

}  // namespace

NameFields subject_fields(const Certificate& certificate) {
  return read_fields(certificate.state().subject_name.get());
}

NameFields issuer_fields(const Certificate& certificate) {
  return read_fields(certificate.state().issuer_name.get());
}

std::string serial_decimal(const Certificate& certificate) {
  BIGNUM* read = nullptr;
  if (BN_hex2bn(&read, certificate.serial_hex().c_str()) == 0) return {};
  const OwnedNumber number(read);
  const Owned<char, [](char* memory) { OPENSSL_free(memory); }> digits(BN_bn2dec(number.get()));
  return digits ? std::string(digits.get()) : std::string();
}

}  // namespace livecert::x509

#include "x509/name_fields.h"

#include <algorithm>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/control_character.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kLongest = 200;

std::string to_text(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value);
  ERR_clear_error();
  if (size < 0) return {};
  std::string text(utf8, utf8 + size);
  OPENSSL_free(utf8);
  text = base::escape_controls(text);
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

NameFields read_fields(base::ByteView der) {
  const unsigned char* in = der.data();
  const OwnedName name(d2i_X509_NAME(nullptr, &in, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!name) return {};
  const auto value = [&](int kind, bool last = false) -> std::string {
    int position = X509_NAME_get_index_by_NID(name.get(), kind, -1);
    if (position < 0) return {};
    for (int next = position; last && next >= 0; next = X509_NAME_get_index_by_NID(name.get(), kind, next)) {
      position = next;
    }
    return to_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name.get(), position)));
  };
  return {value(NID_countryName),      value(NID_stateOrProvinceName),    value(NID_localityName),
          value(NID_organizationName), value(NID_organizationalUnitName), value(NID_commonName, true)};
}

}  // namespace

NameFields subject_fields(const Certificate& certificate) {
  return read_fields(certificate.subject_der());
}

NameFields issuer_fields(const Certificate& certificate) {
  return read_fields(certificate.issuer_der());
}

std::string serial_decimal(const Certificate& certificate) {
  BIGNUM* number = nullptr;
  if (BN_hex2bn(&number, certificate.serial_hex().c_str()) == 0) return {};
  char* const digits = BN_bn2dec(number);
  BN_free(number);
  if (digits == nullptr) return {};
  std::string text(digits);
  OPENSSL_free(digits);
  return text;
}

}  // namespace livecert::x509

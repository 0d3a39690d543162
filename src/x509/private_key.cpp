#include "x509/private_key.h"

#include <utility>

#include "x509/certificate_state.h"
#include "x509/key_reading.h"

namespace livecert::x509 {

PrivateKey::PrivateKey(PrivateKeyParts parts)
    : kind_(parts.kind),
      bits_(parts.bits),
      pkcs8_(std::move(parts.pkcs8)),
      public_numbers_(std::move(parts.public_numbers)) {}

base::Result<PrivateKey> PrivateKey::parse_pkcs8(base::ByteView der) {
  KeyReading reading = read_private_key(KeyEncoding::kPkcs8, der);
  if (auto* fault = std::get_if<KeyFault>(&reading)) {
    return base::Error{base::ErrorCode::kInvalidInput, "[" + fault->id + "] private key: " + fault->message};
  }
  return std::get<PrivateKey>(std::move(reading));
}

bool PrivateKey::operator==(const PrivateKey& other) const {
  return kind_ == other.kind_ && public_numbers_ == other.public_numbers_;
}

bool PrivateKey::belongs_to(const Certificate& certificate) const {
  return certificate.key_kind() == kind_ && certificate.state().key.numbers == public_numbers_;
}

}  // namespace livecert::x509

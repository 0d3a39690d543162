#pragma once

#include <string_view>

#include <openssl/ec.h>

#include "x509/certificate.h"

namespace livecert::x509 {

// The named curves that TLS servers use (design: P-256, P-384, P-521).
struct EcCurve {
  int nid;
  KeyKind kind;
  int bits;
  std::size_t field_size;  // bytes of a coordinate and of a private number
  const char* name;
};

// Null for a curve that is not supported.
[[nodiscard]] const EcCurve* find_curve(int nid);
[[nodiscard]] const EcCurve* find_curve(KeyKind kind);
// OpenSSL's arithmetic for the curve, made once per curve and only read afterwards.
[[nodiscard]] const EC_GROUP* group_of(const EcCurve& curve);

}  // namespace livecert::x509

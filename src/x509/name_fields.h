#pragma once

#include <string>

#include "x509/certificate.h"

namespace livecert::x509 {

// The attributes of a distinguished name that monitors show (RFC 4519 §2): the first value of each, and the last of
// `common_name`. UTF-8 without control characters, at most about 200 bytes; empty if absent.
struct NameFields {
  std::string country;
  std::string state;
  std::string locality;
  std::string organization;
  std::string unit;
  std::string common_name;

  bool operator==(const NameFields&) const = default;
};

[[nodiscard]] NameFields subject_fields(const Certificate& certificate);
[[nodiscard]] NameFields issuer_fields(const Certificate& certificate);

// The serial number in decimal digits, with a "-" in front when it is negative.
[[nodiscard]] std::string serial_decimal(const Certificate& certificate);

}  // namespace livecert::x509

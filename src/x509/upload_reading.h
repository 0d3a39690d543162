#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/private_key.h"

namespace livecert::x509 {

struct UploadedCertificate {
  Certificate certificate;
  int block;  // counted from 1 among the blocks of the certificates text
};

// The readable content of the two texts.
struct Upload {
  std::vector<UploadedCertificate> certificates;
  // Whether the first certificate block was read, so that certificates[0] is the user's leaf.
  bool has_first_certificate = false;
  // Whether every certificate block was read, so that conclusions about the chain hold.
  bool has_all_certificates = true;
  std::optional<PrivateKey> key;
};

// Reads both texts and reports everything that cannot be read.
[[nodiscard]] Upload read_upload(std::string_view certificates_pem, std::string_view private_key_pem,
                                 const Policy& policy, ValidationReport& report);

}  // namespace livecert::x509

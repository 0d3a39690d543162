#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Exactly one of the two is set.
struct DescribeCertInput {
  std::optional<std::string> chain_id;
  std::optional<std::string> cert_id;
};

// Facts about each certificate of a chain, for display.
struct CertificateFacts {
  std::string subject;              // on one line, at most about 200 bytes
  std::string issuer;               // likewise
  std::string key;                  // "RSA 2048"
  std::string signature_algorithm;  // "ecdsa-with-SHA256"
  std::string sha1;                 // of the DER, in lower-case hexadecimal
  std::string sha256;
};

struct DescribeCertOutput {
  domain::ChainDetail detail;
  std::string status;
  std::vector<std::string> chain_pem;   // leaf first
  std::vector<CertificateFacts> facts;  // of the same
  std::vector<std::string> warnings;    // why some clients do not accept the chain (x509/issuer_link.h)
  std::string leaf_text;                // as `openssl x509 -text` prints it; empty for a leaf of more than 64 KiB
};

// One certificate with its chain, never its key. Errors as find_own_chain(); kInvalidInput unless exactly one id is
// set.
[[nodiscard]] base::Result<DescribeCertOutput> describe_cert(Services& services, const Context& context,
                                                             const DescribeCertInput& input);

}  // namespace livecert::service

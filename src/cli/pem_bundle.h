#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace livecert::cli {

// The two texts of an upload.
struct PemPair {
  base::WipedBuffer certificates;  // the leaf first, then its issuers
  base::WipedBuffer private_key;
};

// Sorts PEM blocks that stand in any order in any of the texts: the leaf is the certificate that the key belongs to,
// after it comes each one's issuer, by their names; what fits nowhere stands at the end, for the service to judge. The
// blocks themselves stay as they are; one that is there again is left out. kInvalidInput unless there are certificates
// and exactly one private key; the message says what else was given, where that is recognised.
[[nodiscard]] base::Result<PemPair> sort_pem(const std::vector<base::WipedBuffer>& texts);

}  // namespace livecert::cli

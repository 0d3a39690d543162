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

// Sorts PEM blocks in any order from any number of texts: first the leaf, which is the certificate that the key belongs
// to, then each one's issuer, by their names; unrelated certificates are last, for the service to judge. Blocks stay
// unchanged; a repeated one is left out. kInvalidInput unless there are certificates and exactly one private key; the
// message names other content that it recognises.
[[nodiscard]] base::Result<PemPair> sort_pem(const std::vector<base::WipedBuffer>& texts);

}  // namespace livecert::cli

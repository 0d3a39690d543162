#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Exactly one of both is set.
struct DescribeCertInput {
  std::optional<std::string> chain_id;
  std::optional<std::string> cert_id;
};

struct DescribeCertOutput {
  domain::ChainDetail detail;
  std::string status;
  std::vector<std::string> chain_pem;  // leaf first
};

// One certificate with its chain, never its key. Errors as find_own_chain(); kInvalidInput unless exactly one id is
// set.
[[nodiscard]] base::Result<DescribeCertOutput> describe_cert(Services& services, const Context& context,
                                                             const DescribeCertInput& input);

}  // namespace livecert::service

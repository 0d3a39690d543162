#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct CreateCertInput {
  std::optional<std::string> name;
  std::optional<std::string> project;
  std::optional<std::string> chain_id;  // as sent; absent: a new chain
  // Views into the request; whoever owns it wipes it.
  std::string_view certificates_pem;
  std::string_view private_key_pem;
};

struct CreateCertOutput {
  base::ChainId chain;
  base::CertId version;
  std::string domain;
  std::vector<std::string> warnings;
};

// Stores a certificate: a new chain, or a new version of the chain that is named. When it returns a value, the
// certificate is durable. Errors: kInvalidInput with every finding about the material, kNotFound, kForeignResource,
// kProjectForbidden, kAccountInactive, kConflict, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded, and, when a path
// to a root is demanded, kUpstreamFailure and kUpstreamBadAnswer.
[[nodiscard]] base::Result<CreateCertOutput> create_cert(Services& services, const Context& context,
                                                         const CreateCertInput& input);

}  // namespace livecert::service

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"
#include "service/upload.h"

namespace livecert::service {

enum class UploadEffect : std::uint8_t {
  kCreate,
  kUpdate,   // a new version of the chain
  kRelabel,  // equal content; only name or project change
  kNone,     // nothing would change
  kRefuse,
};

struct PlanCertOutput {
  UploadEffect effect = UploadEffect::kRefuse;
  std::optional<base::Error> error;    // set exactly when refused: the answer of create_cert()
  std::optional<base::ChainId> chain;  // the chain that would hold the content; the target of a refused update
  std::optional<std::string> domain;   // as create_cert() would answer; absent when the material is refused
  std::vector<x509::Finding> findings;
  std::vector<std::string> chain_pem;  // as it would be stored, leaf first; empty when the material is refused
  std::vector<std::string> uncovered;  // bound domains that the certificate does not fit
};

// Tells in full what create_cert() would do with this input now, and changes nothing. A refusal is an output. It is
// stricter in one point: it makes a signature with the key, which create_cert() leaves to bind_cert() and delivery.
// Errors, where create_cert() would fail without judging: kStoreFailure, kInternal, kDeadlineExceeded,
// kUpstreamFailure, kUpstreamBadAnswer.
[[nodiscard]] base::Result<PlanCertOutput> plan_cert(Services& services, const Context& context,
                                                     const CreateCertInput& input);

}  // namespace livecert::service

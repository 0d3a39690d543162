#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/context.h"
#include "x509/judge.h"

// The steps from an upload to the command that stores it, shared by those who plan it and those who do it.
namespace livecert::service {

struct CreateCertInput {
  std::optional<std::string> name;
  std::optional<std::string> project;
  std::optional<std::string> chain_id;  // as sent; absent: a new chain
  // Views into the request; whoever owns it wipes it.
  std::string_view certificates_pem;
  std::string_view private_key_pem;
};

// The chain and version an upload will be written as. Known before anything is sealed, since they seal it.
struct UploadTarget {
  std::optional<domain::ChainSummary> existing;  // absent: a new chain
  base::ChainId chain;
  base::CertId version;
};

// Errors: kProjectForbidden, and those of find_own_chain(). Permission comes before work; the transaction decides
// again.
[[nodiscard]] base::Result<UploadTarget> choose_target(Services& services, const Context& context,
                                                       const CreateCertInput& input);

// Errors: kUpstreamFailure, kUpstreamBadAnswer and kDeadlineExceeded when a path to a root is demanded, kStoreFailure.
[[nodiscard]] base::Result<x509::Judgement> judge_upload(Services& services, const Context& context,
                                                         const CreateCertInput& input);

// Seals the key. Errors: kStoreFailure, kInternal.
[[nodiscard]] base::Result<store::PutVersion> make_put_version(Services& services, const Context& context,
                                                               const CreateCertInput& input, const UploadTarget& target,
                                                               const x509::AcceptedChain& accepted);

// The `Domain` of an answer: the first of those bound to the chain, else what the leaf is foremost for.
[[nodiscard]] std::string domain_to_show(const std::vector<std::string>& bound, const x509::Certificate& leaf);

}  // namespace livecert::service

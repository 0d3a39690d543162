#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/context.h"
#include "x509/judge.h"

// The steps from an upload to the command that stores it, shared by plan_cert() and create_cert().
namespace livecert::service {

struct CreateCertInput {
  std::optional<std::string> name;
  std::optional<std::string> project;
  std::optional<std::string> chain_id;  // as sent; absent: a new chain
  // Views into the request; its owner wipes it.
  std::string_view certificates_pem;
  std::string_view private_key_pem;
};

// The chain that an upload will be written to.
struct UploadTarget {
  std::optional<domain::ChainSummary> existing;  // absent: a new chain
  base::ChainId chain;
  std::optional<base::CertId> judged = {};  // as domain::PutVersion::judged
};

// Checks permission before any work; the transaction decides again. Errors: kProjectForbidden, and those of
// find_own_chain().
[[nodiscard]] base::Result<UploadTarget> choose_target(Services& services, const Context& context,
                                                       const CreateCertInput& input);

// Errors: kUpstreamFailure, kUpstreamBadAnswer and kDeadlineExceeded when a path to a root is demanded, kStoreFailure.
[[nodiscard]] base::Result<x509::Judgement> judge_upload(Services& services, const Context& context,
                                                         const CreateCertInput& input, x509::KeyProof key_proof);

// Makes the command, without the version's id and the sealed key.
[[nodiscard]] store::PutVersion make_put_version(const Services& services, const CreateCertInput& input,
                                                 const UploadTarget& target, const x509::AcceptedChain& accepted);

// Gives the version its id and seals the key for this version alone. Errors: kStoreFailure, kInternal.
[[nodiscard]] base::Result<void> seal_version(Services& services, const Context& context, store::PutVersion& command,
                                              const x509::PrivateKey& key);

}  // namespace livecert::service

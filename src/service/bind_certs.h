#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct BindCertsInput {
  std::string chain_id;
  std::vector<std::string> domains;
  domain::TlsSwitches tls;
  bool dry_run = false;
};

enum class PlannedEffect : std::uint8_t {
  kBind,
  kRegisterAndBind,  // the domain does not exist, and the operator lets a bind create it
  kNothing,          // the domain uses the chain already, with the same options
  kRefused,
};

struct PlannedBind {
  std::string domain;  // as DomainName has it, or as it was sent if it is none
  PlannedEffect effect = PlannedEffect::kRefused;
  std::optional<base::ChainId> former = {};  // what the domain used before
  std::optional<base::Error> error = {};     // of kRefused
};

struct BindCertsOutput {
  std::vector<PlannedBind> domains;   // in the order of the input
  std::vector<std::string> warnings;  // as BindCertOutput has them

  [[nodiscard]] bool is_accepted() const;
};

// Makes all these domains use a chain, in one transaction, or none of them; with `dry_run`, says what would happen to
// each. Errors: those of bind_cert() for the chain and its key; kInvalidInput when a domain is named twice. Without
// `dry_run`, when a domain is refused: the code of the first refusal, with the reasons of all.
[[nodiscard]] base::Result<BindCertsOutput> bind_certs(Services& services, const Context& context,
                                                       const BindCertsInput& input);

}  // namespace livecert::service

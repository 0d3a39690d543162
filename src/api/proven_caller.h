#pragma once

#include <string>
#include <utility>

#include "domain/account.h"

namespace livecert::api {

// A caller that was proved: by a signature, or in one of the other ways that this class lists.
class ProvenCaller {
 public:
  // Proved by the data directory and the master key of a store that no service has open. Such an operator is the root
  // account, whatever that account's status is.
  [[nodiscard]] static ProvenCaller by_possession(domain::Caller root) {
    return {std::move(root), domain::AccountStatus::kActive, ""};
  }

  [[nodiscard]] const domain::Caller& who() const { return who_; }
  [[nodiscard]] domain::AccountStatus account_status() const { return account_status_; }
  // The rights of a temporary key's policy, within the key's own limits; empty: no policy.
  [[nodiscard]] const std::string& policy() const { return policy_; }

 private:
  friend class VerifiedRequest;  // proved by a signature
  ProvenCaller(domain::Caller who, domain::AccountStatus account_status, std::string policy)
      : who_(std::move(who)), account_status_(account_status), policy_(std::move(policy)) {}

  domain::Caller who_;
  domain::AccountStatus account_status_;
  std::string policy_;
};

}  // namespace livecert::api

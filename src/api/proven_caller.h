#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "domain/account.h"
#include "rights/attached.h"

namespace livecert::api {

// A caller that was proved: by a signature, or in one of the other ways that this class lists.
class ProvenCaller {
 public:
  // Proved by the data directory and the master key of a store that no service has open. Such an operator is the root
  // account, whatever that account's status is.
  [[nodiscard]] static ProvenCaller by_possession(domain::Caller root) {
    return {std::move(root), domain::AccountStatus::kActive, nullptr, std::nullopt};
  }

  [[nodiscard]] const domain::Caller& who() const { return who_; }
  [[nodiscard]] domain::AccountStatus account_status() const { return account_status_; }
  [[nodiscard]] bool is_temporary() const { return policy_.has_value(); }
  // The policies attached to the access key and its account; nullptr: none.
  [[nodiscard]] const rights::Attached* attached() const { return attached_.get(); }
  // The rights of a temporary key's policy, within the key's own limits; empty: no policy.
  [[nodiscard]] std::string_view policy() const { return policy_ ? std::string_view(*policy_) : std::string_view(); }

 private:
  friend class VerifiedRequest;  // proved by a signature
  ProvenCaller(domain::Caller who, domain::AccountStatus account_status,
               std::shared_ptr<const rights::Attached> attached, std::optional<std::string> policy)
      : who_(std::move(who)),
        account_status_(account_status),
        attached_(std::move(attached)),
        policy_(std::move(policy)) {}

  domain::Caller who_;
  domain::AccountStatus account_status_;
  std::shared_ptr<const rights::Attached> attached_;
  std::optional<std::string> policy_;  // absent: not a temporary key
};

}  // namespace livecert::api

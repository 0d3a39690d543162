#pragma once

#include <string>

#include "base/result.h"
#include "domain/account.h"
#include "http/message.h"
#include "http/uri.h"
#include "service/context.h"

namespace livecert::api {

// A request whose signature has been verified: only authenticate() makes one.
class VerifiedRequest {
 public:
  [[nodiscard]] const domain::Caller& caller() const { return caller_; }
  [[nodiscard]] domain::AccountStatus account_status() const { return account_status_; }
  [[nodiscard]] const std::string& service() const { return service_; }  // of the credential scope
  [[nodiscard]] const http::QueryParameters& query() const { return query_; }
  // What a temporary credential's policy allows, on top of the key's own limits; empty: everything.
  [[nodiscard]] const std::string& policy() const { return policy_; }

 private:
  friend base::Result<VerifiedRequest> authenticate(service::Services&, const http::Request&);
  VerifiedRequest() = default;

  domain::Caller caller_;
  domain::AccountStatus account_status_ = domain::AccountStatus::kActive;
  std::string service_;
  http::QueryParameters query_;
  std::string policy_;
};

// Verifies the signature of a request with the secret of the key that it claims; a temporary key's secret comes out of
// its token. Errors: those of signature::parse_claim() and verify(), kInvalidSecurityToken, kInvalidAccessKey.
[[nodiscard]] base::Result<VerifiedRequest> authenticate(service::Services& services, const http::Request& request);

}  // namespace livecert::api

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/proven_caller.h"
#include "base/result.h"
#include "http/message.h"
#include "http/uri.h"
#include "service/context.h"

namespace livecert::api {

// A request with a verified signature; only authenticate() makes one.
class VerifiedRequest {
 public:
  [[nodiscard]] const ProvenCaller& caller() const { return caller_; }
  [[nodiscard]] const std::string& service() const { return service_; }  // of the credential scope
  [[nodiscard]] const http::QueryParameters& query() const { return query_; }

 private:
  friend base::Result<VerifiedRequest> authenticate(service::Services&, const http::Request&);
  VerifiedRequest(domain::Caller caller, domain::AccountStatus status, std::shared_ptr<const rights::Attached> attached,
                  std::optional<std::string> policy)
      : caller_(std::move(caller), status, std::move(attached), std::move(policy)) {}

  ProvenCaller caller_;
  std::string service_;
  http::QueryParameters query_;
};

// Verifies the signature of a request with the secret of the key that it names; the token of a temporary key contains
// that key's secret. Errors: those of signature::parse_claim() and verify(), kInvalidSecurityToken, kInvalidAccessKey.
[[nodiscard]] base::Result<VerifiedRequest> authenticate(service::Services& services, const http::Request& request);

}  // namespace livecert::api

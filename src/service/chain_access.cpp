#include "service/chain_access.h"

#include <optional>

namespace livecert::service {
namespace {

base::Result<domain::ChainDetail> check_access(const domain::Caller& caller, std::string_view what,
                                               std::optional<domain::ChainDetail> found) {
  if (!found) return base::Error{base::ErrorCode::kNotFound, std::string(what) + " does not exist"};
  if (found->summary.account != caller.account)
    return base::Error{base::ErrorCode::kForeignResource, std::string(what)};
  if (!caller.may_use_project(found->summary.project)) {
    return base::Error{base::ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
  }
  return *std::move(found);
}

}  // namespace

base::Result<domain::ChainDetail> find_own_chain(Services& services, const domain::Caller& caller,
                                                 const std::string& chain_id) {
  const auto id = base::ChainId::parse(chain_id);
  if (!id) return base::Error{base::ErrorCode::kNotFound, "ChainID does not exist"};
  TRY_ASSIGN(auto found, services.store.find_chain(*id));
  return check_access(caller, "ChainID", std::move(found));
}

base::Result<domain::ChainDetail> find_own_version(Services& services, const domain::Caller& caller,
                                                   const std::string& cert_id) {
  const auto id = base::CertId::parse(cert_id);
  if (!id) return base::Error{base::ErrorCode::kNotFound, "CertID does not exist"};
  TRY_ASSIGN(auto found, services.store.find_version(*id));
  return check_access(caller, "CertID", std::move(found));
}

}  // namespace livecert::service

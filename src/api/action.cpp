#include "api/action.h"

#include <algorithm>
#include <array>

#include "api/admin_actions.h"
#include "api/cert_actions.h"
#include "api/cert_lists.h"
#include "api/domain_actions.h"
#include "api/edge_actions.h"
#include "api/identity_actions.h"
#include "api/own_actions.h"

namespace livecert::api {
namespace {

constexpr std::array kActions{
    Action{"CreateCert", kLiveVersion, "live", Access::kWrite, create_cert},
    Action{"UpdateCert", kLiveVersion, "live", Access::kWrite, update_cert},
    Action{"BindCert", kLiveVersion, "live", Access::kWrite, bind_cert},
    Action{"UnbindCert", kLiveVersion, "live", Access::kWrite, unbind_cert},
    Action{"DeleteCert", kLiveVersion, "live", Access::kWrite, delete_cert},
    Action{"ListCertV2", kLiveVersion, "live", Access::kRead, list_cert_v2},
    Action{"ListCert", kLiveVersion, "live", Access::kRead, list_cert},
    Action{"ListCertBindInfo", kLiveVersion, "live", Access::kRead, list_cert_bind_info},
    Action{"DescribeCertDetailSecretV2", kLiveVersion, "live", Access::kRead, describe_cert_detail_secret_v2},

    Action{"CreateDomainV2", kLiveVersion, "live", Access::kWrite, create_domain_v2},
    Action{"CreateDomain", kLiveVersion, "live", Access::kWrite, create_domain},
    Action{"DeleteDomain", kLiveVersion, "live", Access::kWrite, delete_domain},
    Action{"EnableDomain", kLiveVersion, "live", Access::kWrite, enable_domain},
    Action{"DisableDomain", kLiveVersion, "live", Access::kWrite, disable_domain},
    Action{"UpdateDomainVhost", kLiveVersion, "live", Access::kWrite, update_domain_vhost},
    Action{"ManagerPullPushDomainBind", kLiveVersion, "live", Access::kWrite, manager_pull_push_domain_bind},
    Action{"ListDomainDetail", kLiveVersion, "live", Access::kRead, list_domain_detail},
    Action{"DescribeDomain", kLiveVersion, "live", Access::kRead, describe_domain},

    Action{"PlanCert", kOwnVersion, "live", Access::kRead, plan_cert},
    Action{"ListCerts", kOwnVersion, "live", Access::kRead, list_certs},
    Action{"ListCertVersions", kOwnVersion, "live", Access::kRead, list_cert_versions},
    Action{"RollbackCert", kOwnVersion, "live", Access::kWrite, rollback_cert},
    Action{"PruneCerts", kOwnVersion, "live", Access::kWrite, prune_certs},
    Action{"ListBindings", kOwnVersion, "live", Access::kRead, list_bindings},

    Action{"GetSession", kOwnVersion, "live", Access::kRead, get_session},
    Action{"ListDomains", kOwnVersion, "live", Access::kRead, list_domains},
    Action{"DescribeDelivery", kOwnVersion, "live", Access::kRead, describe_delivery},

    Action{"ListEdges", kOwnVersion, "live", Access::kAdministration, list_edges},
    Action{"CreateEdge", kOwnVersion, "live", Access::kAdministration, create_edge},
    Action{"DeleteEdge", kOwnVersion, "live", Access::kAdministration, delete_edge},
    Action{"MoveDomain", kOwnVersion, "live", Access::kAdministration, move_domain},
    Action{"CreateAccount", kOwnVersion, "live", Access::kAdministration, create_account},
    Action{"SuspendAccount", kOwnVersion, "live", Access::kAdministration, suspend_account},
    Action{"ActivateAccount", kOwnVersion, "live", Access::kAdministration, activate_account},
    Action{"ListAccounts", kOwnVersion, "live", Access::kAdministration, list_accounts},
    Action{"CreateAccessKey", kOwnVersion, "live", Access::kAdministration, create_access_key},
    Action{"ImportAccessKey", kOwnVersion, "live", Access::kAdministration, import_access_key},
    Action{"DisableAccessKey", kOwnVersion, "live", Access::kAdministration, disable_access_key},
    Action{"EnableAccessKey", kOwnVersion, "live", Access::kAdministration, enable_access_key},
    Action{"ListAccessKeys", kOwnVersion, "live", Access::kAdministration, list_access_keys},
    Action{"CreateProject", kOwnVersion, "live", Access::kAdministration, create_project},
    Action{"ListProjects", kOwnVersion, "live", Access::kAdministration, list_projects},

    Action{"GetCallerIdentity", "2018-01-01", "sts", Access::kRead, get_caller_identity},
    Action{"ListCertInfo", "2021-03-01", "cdn", Access::kRead, list_cert_info},
};

}  // namespace

std::span<const Action> actions() {
  return kActions;
}

const Action* find_action(std::string_view name, std::string_view version, std::string_view service) {
  const auto* const found = std::ranges::find_if(kActions, [&](const Action& action) {
    return action.name == name && action.version == version && action.service == service;
  });
  return found == kActions.end() ? nullptr : found;
}

}  // namespace livecert::api

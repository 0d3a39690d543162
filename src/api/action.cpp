#include "api/action.h"

#include <algorithm>
#include <array>

#include "api/admin_actions.h"
#include "api/cert_actions.h"
#include "api/cert_lists.h"
#include "api/domain_actions.h"
#include "api/edge_actions.h"
#include "api/extension_actions.h"
#include "api/file_actions.h"
#include "api/identity_actions.h"
#include "api/master_key_actions.h"
#include "api/notify_actions.h"
#include "api/policy_actions.h"

namespace livecert::api {
namespace {

// Turns a Result or a Later of the output into the type that the table holds.
template <auto action>
Answered run(service::Services& services, const service::Context& context, const JsonInput& input) {
  return action(services, context, input);
}

constexpr std::array kActions{
    Action{"CreateCert", kLiveVersion, "live", Access::kWrite, run<create_cert>},
    Action{"UpdateCert", kLiveVersion, "live", Access::kWrite, run<update_cert>},
    Action{"BindCert", kLiveVersion, "live", Access::kWrite, run<bind_cert>},
    Action{"UnbindCert", kLiveVersion, "live", Access::kWrite, run<unbind_cert>},
    Action{"DeleteCert", kLiveVersion, "live", Access::kWrite, run<delete_cert>},
    Action{"ListCertV2", kLiveVersion, "live", Access::kRead, run<list_cert_v2>},
    Action{"ListCert", kLiveVersion, "live", Access::kRead, run<list_cert>},
    Action{"ListCertBindInfo", kLiveVersion, "live", Access::kRead, run<list_cert_bind_info>},
    Action{"DescribeCertDetailSecretV2", kLiveVersion, "live", Access::kRead, run<describe_cert_detail_secret_v2>},

    Action{"CreateDomainV2", kLiveVersion, "live", Access::kWrite, run<create_domain_v2>},
    Action{"CreateDomain", kLiveVersion, "live", Access::kWrite, run<create_domain>},
    Action{"DeleteDomain", kLiveVersion, "live", Access::kWrite, run<delete_domain>},
    Action{"EnableDomain", kLiveVersion, "live", Access::kWrite, run<enable_domain>},
    Action{"DisableDomain", kLiveVersion, "live", Access::kWrite, run<disable_domain>},
    Action{"UpdateDomainVhost", kLiveVersion, "live", Access::kWrite, run<update_domain_vhost>},
    Action{"ManagerPullPushDomainBind", kLiveVersion, "live", Access::kWrite, run<manager_pull_push_domain_bind>},
    Action{"ListDomainDetail", kLiveVersion, "live", Access::kRead, run<list_domain_detail>},
    Action{"DescribeDomain", kLiveVersion, "live", Access::kRead, run<describe_domain>},

    Action{"InspectUpload", kOwnVersion, "live", Access::kRead, run<inspect_upload>},
    Action{"UploadCert", kOwnVersion, "live", Access::kWrite, run<upload_cert>},
    Action{"PlanCert", kOwnVersion, "live", Access::kRead, run<plan_cert>},
    Action{"ListCerts", kOwnVersion, "live", Access::kRead, run<list_certs>},
    Action{"ListServedCerts", kOwnVersion, "live", Access::kRead, run<list_served_certs>},
    Action{"ListCertVersions", kOwnVersion, "live", Access::kRead, run<list_cert_versions>},
    Action{"RollbackCert", kOwnVersion, "live", Access::kWrite, run<rollback_cert>},
    Action{"BindCerts", kOwnVersion, "live", Access::kWrite, run<bind_certs>},
    Action{"PruneCerts", kOwnVersion, "live", Access::kWrite, run<prune_certs>},
    Action{"ListBindings", kOwnVersion, "live", Access::kRead, run<list_bindings>},

    Action{"GetSession", kOwnVersion, "live", Access::kRead, run<get_session>},
    Action{"CreateSession", kOwnVersion, "live", Access::kOwnKey, run<create_session>},
    Action{"ListDomains", kOwnVersion, "live", Access::kRead, run<list_domains>},
    Action{"DescribeDelivery", kOwnVersion, "live", Access::kRead, run<describe_delivery>},
    Action{"CheckDelivery", kOwnVersion, "live", Access::kRead, run<check_delivery>},

    Action{"ListEdges", kOwnVersion, "live", Access::kAdministration, run<list_edges>},
    Action{"CreateEdge", kOwnVersion, "live", Access::kAdministration, run<create_edge>},
    Action{"DeleteEdge", kOwnVersion, "live", Access::kAdministration, run<delete_edge>},
    Action{"MoveDomain", kOwnVersion, "live", Access::kAdministration, run<move_domain>},
    Action{"CreateAccount", kOwnVersion, "live", Access::kAdministration, run<create_account>},
    Action{"SuspendAccount", kOwnVersion, "live", Access::kAdministration, run<suspend_account>},
    Action{"ActivateAccount", kOwnVersion, "live", Access::kAdministration, run<activate_account>},
    Action{"DeleteAccount", kOwnVersion, "live", Access::kAdministration, run<delete_account>},
    Action{"ListAccounts", kOwnVersion, "live", Access::kAdministration, run<list_accounts>},
    Action{"CreateAccessKey", kOwnVersion, "live", Access::kAdministration, run<create_access_key>},
    Action{"ImportAccessKey", kOwnVersion, "live", Access::kAdministration, run<import_access_key>},
    Action{"DisableAccessKey", kOwnVersion, "live", Access::kAdministration, run<disable_access_key>},
    Action{"EnableAccessKey", kOwnVersion, "live", Access::kAdministration, run<enable_access_key>},
    Action{"DeleteAccessKey", kOwnVersion, "live", Access::kAdministration, run<delete_access_key>},
    Action{"ListAccessKeys", kOwnVersion, "live", Access::kAdministration, run<list_access_keys>},
    Action{"PutPolicy", kOwnVersion, "live", Access::kAdministration, run<put_policy>},
    Action{"DeletePolicy", kOwnVersion, "live", Access::kAdministration, run<delete_policy>},
    Action{"ListPolicies", kOwnVersion, "live", Access::kAdministration, run<list_policies>},
    Action{"AttachPolicy", kOwnVersion, "live", Access::kAdministration, run<attach_policy>},
    Action{"DetachPolicy", kOwnVersion, "live", Access::kAdministration, run<detach_policy>},
    Action{"SimulatePolicy", kOwnVersion, "live", Access::kAdministration, run<simulate_policy>},
    Action{"CreateProject", kOwnVersion, "live", Access::kAdministration, run<create_project>},
    Action{"DeleteProject", kOwnVersion, "live", Access::kAdministration, run<delete_project>},
    Action{"ListProjects", kOwnVersion, "live", Access::kAdministration, run<list_projects>},
    Action{"CreateNotifyChannel", kOwnVersion, "live", Access::kAdministration, run<create_notify_channel>},
    Action{"ListNotifyChannels", kOwnVersion, "live", Access::kAdministration, run<list_notify_channels>},
    Action{"DeleteNotifyChannel", kOwnVersion, "live", Access::kAdministration, run<delete_notify_channel>},
    Action{"TestNotifyChannel", kOwnVersion, "live", Access::kAdministration, run<test_notify_channel>},
    Action{"PreviewNotice", kOwnVersion, "live", Access::kAdministration, run<preview_notice>},
    Action{"ListMasterKeys", kOwnVersion, "live", Access::kAdministration, run<list_master_keys>},
    Action{"RotateMasterKey", kOwnVersion, "live", Access::kAdministration, run<rotate_master_key>},
    Action{"RetireMasterKey", kOwnVersion, "live", Access::kAdministration, run<retire_master_key>},
    Action{"ListAudit", kOwnVersion, "live", Access::kAdministration, run<list_audit>},
    Action{"ListAuditCheckpoints", kOwnVersion, "live", Access::kAdministration, run<list_audit_checkpoints>},
    Action{"CreateAuditCheckpoint", kOwnVersion, "live", Access::kAdministration, run<create_audit_checkpoint>},

    Action{"GetCallerIdentity", "2018-01-01", "sts", Access::kRead, run<get_caller_identity>},
    Action{"ListCertInfo", "2021-03-01", "cdn", Access::kRead, run<list_cert_info>},
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

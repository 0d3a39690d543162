#include "rights/ready.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace livecert::rights {
namespace {

constexpr std::array kReady{
    // Everything that its account may do.
    ReadyPolicy{"Administrator", R"({"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]})"},
    // Uploads, renews and binds. It deletes, unbinds and rolls back nothing. The last two are how deployers test a key.
    ReadyPolicy{"Deploy",
                R"({"Statement":[{"Effect":"Allow","Action":["live:CreateCert","live:UpdateCert","live:UploadCert",)"
                R"("live:BindCert","live:BindCerts","live:PlanCert","live:InspectUpload","live:ListCert*",)"
                R"("live:DescribeCertDetailSecretV2","live:ListBindings","live:ListDomain*","live:DescribeDomain",)"
                R"("live:DescribeDelivery","live:CheckDelivery","live:GetSession","sts:GetCallerIdentity",)"
                R"("cdn:ListCertInfo"],"Resource":["*"]}]})"},
    // Reads what tells whether all is well, and shows no certificate's content and nobody's rights.
    ReadyPolicy{"Monitor", R"({"Statement":[{"Effect":"Allow","Action":["live:ListCertV2","live:ListCerts",)"
                           R"("live:ListServedCerts","live:ListBindings","live:ListCertBindInfo","live:ListDomains",)"
                           R"("live:ListDomainDetail","live:DescribeDomain","live:DescribeDelivery","live:ListEdges",)"
                           R"("live:ListAccounts","live:ListProjects","live:ListNotifyChannels","live:GetSession",)"
                           R"("sts:GetCallerIdentity"],"Resource":["*"]}]})"},
    // Reads everything that its account may read.
    ReadyPolicy{"ReadOnly", R"({"Statement":[{"Effect":"Allow","Action":["live:List*","live:Describe*","live:Get*",)"
                            R"("live:PlanCert","live:InspectUpload","live:CheckDelivery","live:SimulatePolicy",)"
                            R"("live:PreviewNotice","sts:GetCallerIdentity","cdn:ListCertInfo"],"Resource":["*"]}]})"},
};

}  // namespace

std::span<const ReadyPolicy> ready_policies() {
  return kReady;
}

const ReadyPolicy* find_ready_policy(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kReady, [&](const ReadyPolicy& policy) { return base::equals_ignoring_ascii_case(policy.name, name); });
  return found == kReady.end() ? nullptr : found;
}

}  // namespace livecert::rights

#include "service/bind_certs.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/shown.h"
#include "service/judged_bind.h"
#include "service/leaf.h"
#include "service/new_domain_name.h"
#include "service/outcome_error.h"
#include "service/stored_key.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;

// What would become of one domain. `bind` is of this domain.
base::Result<PlannedBind> plan_one(Services& services, const Context& context, const store::Bind& bind) {
  PlannedBind planned{.domain = std::string(bind.domain.view())};
  TRY_ASSIGN(const store::Outcome outcome, services.store.ask(&store::Snapshot::preview_bind, context, bind));
  if (!took_effect(outcome)) {
    planned.error = to_bind_error(outcome, bind.domain, bind.dns_names, services.settings.register_domains);
    return planned;
  }
  TRY_ASSIGN(const auto present, services.store.ask(&store::Snapshot::find_domain, bind.domain));
  if (present && present->binding) planned.former = present->binding->chain;
  const bool writes = outcome.kind == store::OutcomeKind::kDone;
  planned.effect = !writes ? PlannedEffect::kNothing : present ? PlannedEffect::kBind : PlannedEffect::kRegisterAndBind;
  return planned;
}

// The chain as it is now, and what would become of each domain.
struct Plan {
  store::BindDomains command;
  BindCertsOutput output;
};

base::Result<Plan> make_plan(Services& services, const Context& context, const BindCertsInput& input) {
  TRY_ASSIGN(JudgedBind judged, make_bind(services, context.caller, input.chain_id, {}, input.tls));
  TRY(check_key(services, context, {judged.account, judged.command.chain, judged.command.judged}, judged.leaf));
  TRY_ASSIGN(const std::vector<x509::Certificate> chain, read_chain(judged.certificates));
  Plan plan{{std::move(judged.command), {}}, {}};
  plan.output.warnings = served_warnings(chain, judged.ends_at, trusted_roots(services.settings));
  for (const std::string& name : input.domains) {
    const auto domain = parse_new_domain_name(name);
    if (!domain) {
      plan.output.domains.push_back({.domain = base::shown(name), .error = domain.error()});
      continue;
    }
    plan.command.domains.push_back(*domain);
    TRY_ASSIGN(plan.output.domains.emplace_back(),
               plan_one(services, context, store::BindDomains::of(plan.command.bind, *domain)));
  }
  return plan;
}

// Says of every refused domain why: who mends one and calls again should not learn of the next then.
Error refuse(const std::vector<PlannedBind>& domains) {
  std::vector<std::string> reasons;
  std::optional<ErrorCode> code;
  for (const PlannedBind& each : domains) {
    if (!each.error) continue;
    if (!code) code = each.error->code;
    reasons.push_back(each.domain + ": " + each.error->message);
  }
  constexpr std::size_t kMost = 20;
  std::string message = "no domain was bound, because of " + std::to_string(reasons.size()) + " of " +
                        std::to_string(domains.size()) + ". ";
  for (std::size_t i = 0; i < std::min(reasons.size(), kMost); ++i) message += (i == 0 ? "" : "; ") + reasons[i];
  if (reasons.size() > kMost) message += "; and " + std::to_string(reasons.size() - kMost) + " more";
  return {*code, std::move(message)};
}

base::Result<void> check_each_once(const std::vector<std::string>& domains) {
  std::set<std::string> seen;
  for (const std::string& name : domains) {
    const auto domain = domain::DomainName::parse(name);
    if (domain && !seen.insert(std::string(domain->view())).second) {
      return Error{ErrorCode::kInvalidInput, "Domain " + std::string(domain->view()) + " is there twice"};
    }
  }
  return {};
}

}  // namespace

bool BindCertsOutput::is_accepted() const {
  return std::ranges::none_of(domains, [](const PlannedBind& each) { return each.error.has_value(); });
}

base::Result<BindCertsOutput> bind_certs(Services& services, const Context& context, const BindCertsInput& input) {
  TRY(check_tls_versions(input.tls));
  TRY(check_each_once(input.domains));
  if (input.dry_run) {
    TRY_ASSIGN(Plan plan, make_plan(services, context, input));
    return std::move(plan.output);
  }
  BindCertsOutput output;
  TRY_ASSIGN(const store::Outcome outcome, submit_judged(services, context, [&]() -> base::Result<store::Command> {
               TRY_ASSIGN(Plan plan, make_plan(services, context, input));
               output = std::move(plan.output);
               if (!output.is_accepted()) return refuse(output.domains);
               return store::Command(std::move(plan.command));
             }));
  if (took_effect(outcome)) return output;
  return to_error(outcome);
}

}  // namespace livecert::service

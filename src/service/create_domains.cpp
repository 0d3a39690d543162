#include "service/create_domains.h"

#include <set>
#include <utility>

#include "service/access.h"
#include "service/judged_bind.h"
#include "service/new_domain_name.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

base::Result<domain::LiveDomain> to_domain(const Context& context, const CreateDomainsInput& input,
                                           const NewDomain& wanted) {
  domain::LiveDomain made;
  TRY_ASSIGN(made.name, parse_new_domain_name(wanted.name));
  TRY_ASSIGN(made.vhost, domain::parse_vhost(input.vhost.value_or(domain::default_vhost(made.name))));
  made.account = context.caller.account;
  made.project = input.project.value_or(std::string(domain::kDefaultProject));
  made.type = wanted.type;
  made.region = wanted.region;
  made.tags = input.tags;
  made.created_at = context.at;
  return made;
}

// Error: kInvalidInput for a second one.
base::Result<void> add_once(std::set<std::string>& seen, const std::string& name, std::string_view what) {
  if (seen.insert(name).second) return {};
  return base::Error{base::ErrorCode::kInvalidInput, std::string(what) + " " + name + " is there twice"};
}

base::Result<std::vector<domain::LiveDomain>> to_domains(const Context& context, const CreateDomainsInput& input) {
  std::set<std::string> keys;
  for (const domain::Tag& tag : input.tags) TRY(add_once(keys, tag.key, "the tag"));
  std::vector<domain::LiveDomain> domains;
  std::set<std::string> names;
  for (const NewDomain& wanted : input.domains) {
    TRY_ASSIGN(domain::LiveDomain made, to_domain(context, input, wanted));
    TRY(add_once(names, made.name, "Domain"));
    domains.push_back(std::move(made));
  }
  return domains;
}

}  // namespace

base::Result<void> create_domains(Services& services, const Context& context, const CreateDomainsInput& input) {
  TRY_ASSIGN(const std::vector<domain::LiveDomain> domains, to_domains(context, input));
  TRY(check_project(context.caller, input.project.value_or(std::string(domain::kDefaultProject))));
  TRY_ASSIGN(const store::Outcome outcome, submit_judged(services, context, [&]() -> base::Result<store::Command> {
               store::CreateDomains command;
               for (std::size_t i = 0; i < domains.size(); ++i) {
                 store::CreateDomains::New& made = command.domains.emplace_back(domains[i], std::nullopt);
                 const auto& chain_id = input.domains[i].chain_id;
                 if (!chain_id) continue;
                 TRY_ASSIGN(made.bind, make_bind(services, context.caller, *chain_id, domains[i].name, {}));
               }
               return store::Command(std::move(command));
             }));
  if (took_effect(outcome)) return {};
  return to_error(outcome);
}

}  // namespace livecert::service

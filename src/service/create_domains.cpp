#include "service/create_domains.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/shown.h"
#include "service/access.h"
#include "service/judged_bind.h"
#include "service/new_domain_name.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

constexpr std::size_t kMaxTagBytes = 4096;

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
base::Result<void> add_once(std::set<std::string>& seen, std::string_view name, std::string_view what) {
  if (seen.emplace(name).second) return {};
  return base::Error{base::ErrorCode::kInvalidInput, std::string(what) + " " + std::string(name) + " is there twice"};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

// Tags are limited because one page of a list shows those of a thousand domains.
base::Result<void> check_tags(const std::vector<domain::Tag>& tags) {
  std::set<std::string> keys;
  std::size_t size = 0;
  for (const domain::Tag& tag : tags) {
    TRY(add_once(keys, tag.key, "the tag"));
    for (const std::string& text : {tag.key, tag.value}) {
      size += text.size();
      // JSON needs six bytes for each control character.
      if (std::ranges::none_of(text, is_control)) continue;
      return base::Error{base::ErrorCode::kInvalidInput,
                         "the tag " + base::shown(tag.key) + " holds a control character; use printable text"};
    }
  }
  if (size <= kMaxTagBytes) return {};
  return base::Error{base::ErrorCode::kOutOfRange, "Tags hold " + std::to_string(size) + " bytes, and at most " +
                                                       std::to_string(kMaxTagBytes) +
                                                       " are kept of a domain: send fewer or shorter ones"};
}

base::Result<std::vector<domain::LiveDomain>> to_domains(const Context& context, const CreateDomainsInput& input) {
  TRY(check_tags(input.tags));
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
                 TRY_ASSIGN(JudgedBind bind, make_bind(services, context.caller, *chain_id, domains[i].name, {}));
                 made.bind = std::move(bind.command);
               }
               return store::Command(std::move(command));
             }));
  if (took_effect(outcome)) return {};
  return to_error(outcome);
}

}  // namespace livecert::service

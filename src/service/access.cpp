#include "service/access.h"

#include "service/leaf.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;

Error absent(std::string_view what) {
  return {ErrorCode::kNotFound, std::string(what) + " does not exist"};
}

base::Result<void> check_access(const domain::Caller& caller, std::string_view what, base::AccountId owner,
                                std::string_view project) {
  if (owner != caller.account) return Error{ErrorCode::kForeignResource, std::string(what)};
  return check_project(caller, project);
}

base::Result<domain::ChainDetail> check_chain(const domain::Caller& caller, std::string_view what,
                                              std::optional<domain::ChainDetail> found) {
  if (!found) return absent(what);
  TRY(check_access(caller, what, found->summary.account, found->summary.project));
  return *std::move(found);
}

template <typename Question>
base::Result<domain::ChainDetail> find_chain_by(Services& services, const domain::Caller& caller, Question question,
                                                const std::string& chain_id) {
  TRY_ASSIGN(const base::ChainId id, parse_chain_id(chain_id));
  TRY_ASSIGN(auto found, services.store.ask(question, id));
  return check_chain(caller, "ChainID " + id.to_string(), std::move(found));
}

template <typename Question>
base::Result<domain::ChainDetail> find_version_by(Services& services, const domain::Caller& caller, Question question,
                                                  const std::string& cert_id) {
  const auto id = base::CertId::parse(cert_id);
  if (!id) return Error{ErrorCode::kNotFound, "CertID does not exist: it must be a number"};
  TRY_ASSIGN(auto found, services.store.ask(question, *id));
  return check_chain(caller, "CertID " + id->to_string(), std::move(found));
}

}  // namespace

base::Result<domain::ChainDetail> find_own_chain(Services& services, const domain::Caller& caller,
                                                 const std::string& chain_id) {
  return find_chain_by(services, caller, &store::Snapshot::find_chain, chain_id);
}

base::Result<domain::ChainDetail> find_own_version(Services& services, const domain::Caller& caller,
                                                   const std::string& cert_id) {
  return find_version_by(services, caller, &store::Snapshot::find_version, cert_id);
}

base::Result<domain::ChainDetail> find_own_chain_alone(Services& services, const domain::Caller& caller,
                                                       const std::string& chain_id) {
  return find_chain_by(services, caller, &store::Snapshot::find_chain_alone, chain_id);
}

base::Result<domain::ChainDetail> find_own_version_alone(Services& services, const domain::Caller& caller,
                                                         const std::string& cert_id) {
  return find_version_by(services, caller, &store::Snapshot::find_version_alone, cert_id);
}

base::Result<store::DomainDetail> find_own_domain(Services& services, const domain::Caller& caller,
                                                  const std::string& name) {
  TRY_ASSIGN(const domain::DomainName parsed, domain::DomainName::parse(name));
  TRY_ASSIGN(auto found, services.store.ask(&store::Snapshot::find_domain, parsed));
  const std::string what = "Domain " + parsed;
  if (!found) return absent(what);
  TRY(check_access(caller, what, found->domain.account, found->domain.project));
  return *std::move(found);
}

base::Result<base::ChainId> parse_chain_id(const std::string& text) {
  const auto id = base::ChainId::parse(text);
  if (!id) return Error{ErrorCode::kNotFound, "ChainID does not exist: it must be 32 hexadecimal digits"};
  return *id;
}

base::Result<std::optional<base::CertId>> check_chain_domains(const domain::Caller& caller,
                                                              const domain::ChainDetail& chain) {
  if (caller.domains.empty()) return std::optional<base::CertId>();
  TRY_ASSIGN(const x509::Certificate leaf, read_leaf(chain.certificates.front()));
  const domain::LeafNames names = names_of(leaf);
  if (auto refusal = domain::refuse_names(caller, names.dns_names, names.representative)) return to_error(*refusal);
  return std::optional(chain.summary.current);
}

base::Result<void> check_project(const domain::Caller& caller, std::string_view project) {
  if (caller.may_use_project(project)) return {};
  return Error{ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
}

base::Result<std::vector<std::string>> visible_projects(const domain::Caller& caller,
                                                        const std::optional<std::string>& wanted) {
  if (!wanted) return caller.projects;
  TRY(check_project(caller, *wanted));
  return std::vector<std::string>{*wanted};
}

}  // namespace livecert::service

#include "service/rollback_cert.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/access.h"
#include "service/leaf.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

struct Wanted {
  base::CertId version;
  base::Bytes leaf_der;
};

base::Result<Wanted> find_named(Services& services, const Context& context, const base::ChainId& chain,
                                const std::string& cert_id) {
  TRY_ASSIGN(const domain::ChainDetail found, find_own_version_alone(services, context.caller, cert_id));
  if (found.summary.id != chain) {
    return base::Error{base::ErrorCode::kNotFound, "CertID is not a version of this ChainID"};
  }
  return Wanted{found.summary.current, found.certificates.front()};
}

base::Result<Wanted> find_previous(Services& services, const domain::ChainSummary& chain) {
  TRY_ASSIGN(std::vector<domain::VersionSummary> versions,
             services.store.ask(&store::Snapshot::list_versions, chain.id));
  const auto previous =
      std::ranges::find_if(versions, [&](const domain::VersionSummary& version) { return version.id < chain.current; });
  if (previous == versions.end()) {
    return base::Error{base::ErrorCode::kNotFound, "the chain has no version older than its current one"};
  }
  return Wanted{previous->id, std::move(previous->leaf_der)};
}

}  // namespace

base::Result<RollbackCertOutput> rollback_cert(Services& services, const Context& context, const std::string& chain_id,
                                               const std::optional<std::string>& cert_id) {
  TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain_alone(services, context.caller, chain_id));
  TRY_ASSIGN(const auto judged, check_chain_domains(context.caller, chain));
  TRY_ASSIGN(const Wanted wanted, cert_id ? find_named(services, context, chain.summary.id, *cert_id)
                                          : find_previous(services, chain.summary));
  TRY_ASSIGN(const x509::Certificate leaf, read_leaf(wanted.leaf_der));
  domain::LeafNames names = names_of(leaf);
  const store::Outcome outcome =
      services.store
          .submit(context, store::Rollback{chain.summary.id, wanted.version, std::move(names.dns_names),
                                           names.representative, judged})
          .wait();
  if (!took_effect(outcome)) return to_error(outcome);
  return RollbackCertOutput{chain.summary.id, wanted.version};
}

}  // namespace livecert::service

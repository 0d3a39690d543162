#include "service/list_versions.h"

#include <utility>

#include "service/access.h"
#include "service/leaf.h"

namespace livecert::service {

base::Result<ListVersionsOutput> list_versions(Services& services, const Context& context,
                                               const std::string& chain_id) {
  TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain_alone(services, context.caller, chain_id));
  TRY_ASSIGN(std::vector<domain::VersionSummary> summaries,
             services.store.ask(&store::Snapshot::list_versions, chain.summary.id));
  ListVersionsOutput output{chain.summary.id, {}};
  for (domain::VersionSummary& summary : summaries) {
    TRY_ASSIGN(const x509::Certificate leaf, read_leaf(summary.leaf_der));
    output.versions.push_back({std::move(summary), leaf.dns_names(), base::to_hex(leaf.sha256())});
  }
  return output;
}

}  // namespace livecert::service

#include "service/rename_cert.h"

#include "service/access.h"
#include "service/submit.h"

namespace livecert::service {

base::Result<RenameCertOutput> rename_cert(Services& services, const Context& context, const std::string& chain_id,
                                           const std::string& name) {
  TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain(services, context.caller, chain_id));
  TRY_ASSIGN(const auto judged, check_chain_domains(context.caller, chain));
  TRY(submit(services, context, store::RelabelChain{chain.summary.id, name, std::nullopt, judged}));
  return RenameCertOutput{chain.summary.id,
                          domain::domain_to_show(chain.summary.domains, chain.summary.representative)};
}

}  // namespace livecert::service

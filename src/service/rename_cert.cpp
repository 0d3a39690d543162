#include "service/rename_cert.h"

#include "service/access.h"
#include "service/leaf.h"
#include "service/submit.h"
#include "service/upload.h"

namespace livecert::service {

base::Result<RenameCertOutput> rename_cert(Services& services, const Context& context, const std::string& chain_id,
                                           const std::string& name) {
  TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain(services, context.caller, chain_id));
  TRY_ASSIGN(const x509::Certificate leaf, read_leaf(chain.certificates.front()));
  TRY(submit(services, context, store::RelabelChain{chain.summary.id, name, std::nullopt}));
  return RenameCertOutput{chain.summary.id, domain_to_show(chain.summary.domains, leaf)};
}

}  // namespace livecert::service

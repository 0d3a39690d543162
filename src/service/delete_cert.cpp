#include "service/delete_cert.h"

#include "service/access.h"
#include "service/submit.h"

namespace livecert::service {

base::Result<void> delete_cert(Services& services, const Context& context, const std::string& chain_id) {
  TRY_ASSIGN(const base::ChainId chain, parse_chain_id(chain_id));
  if (context.caller.domains.empty()) return submit(services, context, store::DeleteChain{chain, std::nullopt});
  TRY_ASSIGN(const domain::ChainDetail found, find_own_chain_alone(services, context.caller, chain_id));
  TRY_ASSIGN(const auto judged, check_chain_domains(context.caller, found));
  return submit(services, context, store::DeleteChain{chain, std::nullopt, judged});
}

}  // namespace livecert::service

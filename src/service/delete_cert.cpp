#include "service/delete_cert.h"

#include "service/access.h"
#include "service/submit.h"

namespace livecert::service {

base::Result<void> delete_cert(Services& services, const Context& context, const std::string& chain_id) {
  TRY_ASSIGN(const base::ChainId chain, parse_chain_id(chain_id));
  return submit(services, context, store::DeleteChain{chain, std::nullopt});
}

}  // namespace livecert::service

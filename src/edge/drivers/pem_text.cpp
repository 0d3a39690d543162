#include "edge/drivers/pem_text.h"

#include "x509/pem.h"

namespace livecert::edge {

std::string chain_pem(const Bundle& bundle) {
  std::string pem;
  for (const x509::Certificate& certificate : bundle.certificates) pem += x509::to_pem(certificate);
  return pem;
}

base::WipedBuffer combined_pem(const Bundle& bundle, base::SecretAccess access) {
  const std::string chain = chain_pem(bundle);
  const base::WipedBuffer key = x509::to_pem(bundle.key, access);
  base::WipedBuffer pem;
  pem.reserve(chain.size() + key.size());
  pem.insert(pem.end(), chain.begin(), chain.end());
  pem.insert(pem.end(), key.begin(), key.end());
  return pem;
}

}  // namespace livecert::edge

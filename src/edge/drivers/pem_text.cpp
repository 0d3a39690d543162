#include "edge/drivers/pem_text.h"

#include "x509/pem.h"

namespace livecert::edge {
namespace {

base::WipedBuffer join(base::ByteView first, base::ByteView second) {
  base::WipedBuffer pem;
  pem.reserve(first.size() + second.size());
  pem.insert(pem.end(), first.begin(), first.end());
  pem.insert(pem.end(), second.begin(), second.end());
  return pem;
}

}  // namespace

std::string chain_pem(const Bundle& bundle) {
  std::string pem;
  for (const x509::Certificate& certificate : bundle.certificates) pem += x509::to_pem(certificate);
  return pem;
}

base::WipedBuffer combined_pem(const Bundle& bundle, base::SecretAccess access) {
  const std::string chain = chain_pem(bundle);
  return join(base::as_bytes(chain), x509::to_pem(bundle.key, access));
}

base::WipedBuffer key_first_pem(const Bundle& bundle, base::SecretAccess access) {
  const std::string chain = chain_pem(bundle);
  return join(x509::to_pem(bundle.key, access), base::as_bytes(chain));
}

}  // namespace livecert::edge

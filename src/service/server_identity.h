#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

namespace livecert::service {

// What the HTTPS listener shows: a certificate of livecert's own bootstrap CA, which is constrained to these names.
struct ServerIdentity {
  std::vector<base::Bytes> chain_der;  // leaf first
  base::SecretBytes private_key_pkcs8;
  base::Bytes ca_der;  // for clients to trust
  // Of BytePlus's names those that the certificate lacks: the CA was made by an earlier release and may not issue them.
  std::vector<std::string> left_out;
};

// The identity kept in the store, made on the first call and renewed (under the same CA) when less than half of its
// time is left. Private keys, the CA's included, are kept sealed. `host_names` are added to the names every identity
// has: localhost, the loopback addresses, live.volcengineapi.com and open.volcengineapi.com; the CA is made anew, and
// must be trusted anew, when they are outside its constraints. open.byteplusapi.com and live.byteplusapi.com are added
// if a CA that is there already may issue for them.
[[nodiscard]] base::Result<ServerIdentity> server_identity(Services& services,
                                                           const std::vector<std::string>& host_names);

}  // namespace livecert::service

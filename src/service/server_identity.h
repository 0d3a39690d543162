#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

namespace livecert::service {

// The settings of the store that hold the two private keys below, sealed, and their certificates.
inline constexpr std::array<const char*, 2> kIdentityKeys{"tls ca key", "tls key"};
inline constexpr std::array<const char*, 2> kIdentityCertificates{"tls ca certificate", "tls certificate"};

// The HTTPS listener's certificate, issued by livecert's own bootstrap CA, which is constrained to these names.
struct ServerIdentity {
  std::vector<base::Bytes> chain_der;  // leaf first
  base::SecretBytes private_key_pkcs8;
  base::Bytes ca_der;  // for clients to trust
  // BytePlus's names that the certificate lacks, because an earlier release made the CA and it may not issue them.
  std::vector<std::string> left_out;
  // An existing CA may not issue for the names, or is not valid at this time, so that this one is new.
  bool replaced_ca = false;
  bool ca_was_over = false;  // of replaced_ca: for the second reason
};

// The identity in the store. The first call makes it, and a call renews it (under the same CA) when less than half of
// its time is left. Private keys, including the CA's, are sealed. `host_names` are added to the names of every
// identity: localhost, the loopback addresses, live.volcengineapi.com and open.volcengineapi.com. If they are outside
// the CA's constraints, a new CA is made, which clients must trust again. A host name may be an IP address, in the form
// that inet_ntop(3) writes. open.byteplusapi.com and live.byteplusapi.com
// are added if an existing CA may issue for them. Errors: kConfiguration with one sentence when the stored identity
// cannot be read; those of the store.
[[nodiscard]] base::Result<ServerIdentity> server_identity(Services& services,
                                                           const std::vector<std::string>& host_names);

// The certificate that is bound to this domain, as the identity of the HTTPS listener; without `ca_der`. Only a domain
// of the root account counts: another account must not decide what its administrators trust, nor know the key. Errors:
// kNotFound with one sentence when the domain has no certificate that is valid now; those of the store and of
// open_key().
[[nodiscard]] base::Result<ServerIdentity> own_identity(Services& services, const std::string& domain);
// The binding whose certificate own_identity() uses; nullopt: there is none. Cheap, and opens no key. Errors: those of
// the store.
[[nodiscard]] base::Result<std::optional<store::BoundDomain>> own_binding(store::Snapshot& snapshot,
                                                                          const std::string& domain, base::Time now);
[[nodiscard]] base::Result<std::optional<store::BoundDomain>> own_binding(Services& services,
                                                                          const std::string& domain);

}  // namespace livecert::service

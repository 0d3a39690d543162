#pragma once

#include "base/secret.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace livecert::x509 {

// Whether a signature of the key over fresh bytes verifies with the certificate's public key, which must match the key
// (PrivateKey::belongs_to). No equation between a key's numbers can show that: an RSA key with a composite "prime"
// satisfies them all. Costs one signature: 0.2 ms for ECDSA P-256, 1 ms for RSA 2048, 5 ms for RSA 4096 and 31 ms for
// RSA 8192. Leaves nothing of the key on the heap; the thread wipes its stack when its work ends
// (base::wipe_dead_stack).
[[nodiscard]] bool signs_for(const PrivateKey& key, const Certificate& certificate, base::SecretAccess access);

}  // namespace livecert::x509

#pragma once

#include "x509/key_templates.h"

namespace livecert::x509 {

// Whether the eight numbers form one RSA key: the ranges, and the six equations n = pq, de = 1 mod p-1 and mod q-1,
// dP = d mod p-1, dQ = d mod q-1, q·qInv = 1 mod p. Primality is not tested: it costs a thousand times as much, and a
// key that is composite inside fails the match with its certificate or harms only its owner.
[[nodiscard]] bool is_consistent(const RsaPrivateKeyAsn1& key);

}  // namespace livecert::x509

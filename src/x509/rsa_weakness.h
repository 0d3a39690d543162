#pragma once

#include "x509/key_templates.h"

namespace livecert::x509 {

// Returns, as text for a client, a known way to compute the private key from the public one, or nullptr. It finds
// primes of the form that made keys of Infineon's library weak (ROCA, CVE-2017-15361), and primes too close to each
// other (FIPS 186-5 A.1.3), which Fermat's method finds. Takes some microseconds.
[[nodiscard]] const char* find_weakness(const RsaPrivateKeyAsn1& key);

}  // namespace livecert::x509

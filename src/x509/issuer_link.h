#pragma once

#include <string>
#include <vector>

#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/root_set.h"

// What keeps some clients from going from a certificate to the one that signed it, though the signature is good.
namespace livecert::x509 {

// Reports an authority key identifier that names another issuer, and a name of the issuer in other bytes. `block` is
// where the child stands.
void report_link(const Certificate& child, const Certificate& issuer, Severity severity, int block,
                 ValidationReport& report);

// The same as warnings about a chain as it is served, the leaf first, its certificates counted from 1 as blocks. A link
// is passed over where the chain or `roots` (may be null) has another issuer that all clients find. Bounded in work as
// a judgement is.
[[nodiscard]] std::vector<std::string> link_warnings(const std::vector<Certificate>& chain, const RootSet* roots);

}  // namespace livecert::x509

#pragma once

#include <string>
#include <vector>

#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/root_set.h"

// Links from a certificate to its issuer that some clients do not follow although the signature is good.
namespace livecert::x509 {

// Reports an authority key identifier that names another issuer, and an issuer name in other bytes. `block` is the
// place of the child.
void report_link(const Certificate& child, const Certificate& issuer, Severity severity, int block,
                 ValidationReport& report);

// Returns the same as warnings about a served chain, leaf first; its certificates count as blocks from 1. Skips a link
// if the chain or `roots` (may be null) has another issuer that all clients find. Its work has the limits of a
// judgement.
[[nodiscard]] std::vector<std::string> link_warnings(const std::vector<Certificate>& chain, const RootSet* roots);

}  // namespace livecert::x509

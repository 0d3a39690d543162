#pragma once

#include <vector>

#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/name_constraints.h"
#include "x509/work_budget.h"

namespace livecert::x509 {

// Reports properties of path[index] that some common clients refuse and others accept: a warning that names the
// clients, or an error if most refuse. path[0] is the leaf. `block` is the certificate's place in the upload, 0 if it
// was not uploaded.
void judge_for_clients(const std::vector<Certificate>& path, std::size_t index, int block, NameConstraintChecker& names,
                       ValidationReport& report);

// Reports when an authority of the path demands that policies lead down to the leaf (RFC 5280 §6.1) and they do not.
// `blocks` has the place of each uploaded certificate. If there is such a demand, this takes from the signatures'
// budget.
void judge_policies(const std::vector<Certificate>& path, const std::vector<int>& blocks, WorkBudget& budget,
                    ValidationReport& report);

}  // namespace livecert::x509

#pragma once

#include <string>

#include "x509/finding.h"

namespace livecert::x509 {

// Two findings of a report that cannot both be true, or whose advice cannot both be followed, as text; empty when there
// are none.
[[nodiscard]] std::string find_contradiction(const ValidationReport& report);

}  // namespace livecert::x509

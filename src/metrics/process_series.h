#pragma once

#include "metrics/series.h"

namespace livecert::metrics {

// The numbers of this process that Prometheus' own clients tell, under their names, read from /proc. What cannot be
// read is left out.
[[nodiscard]] Families process_series();

}  // namespace livecert::metrics

#pragma once

#include "metrics/series.h"

namespace livecert::metrics {

// The numbers of this process that Prometheus' own clients report, under their names, read from /proc. Leaves out what
// it cannot read.
[[nodiscard]] Families process_series();

}  // namespace livecert::metrics

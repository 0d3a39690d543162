#pragma once

#include <vector>

#include "metrics/series.h"
#include "service/notice_desk.h"

namespace livecert::metrics {

// The messages to each channel, and whether it takes them.
[[nodiscard]] Families notice_series(const std::vector<service::NoticeDesk::Count>& counts);

}  // namespace livecert::metrics

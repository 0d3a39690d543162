#pragma once

#include "store/sqlite/upgrade.h"

namespace livecert::app {

// Tells about an upgrade of the store: in the log when it begins and ends, with its progress every ten seconds (on a
// terminal in one line that changes), and to the service manager, which would otherwise end a start that takes long.
[[nodiscard]] store::sqlite::UpgradeWatch report_upgrade();

}  // namespace livecert::app

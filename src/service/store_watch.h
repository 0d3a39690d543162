#pragma once

#include "service/readiness.h"
#include "store/standing.h"

namespace livecert::service {

// Puts on the board how the store is at this moment: at most one of kStoreGone, kStoreHanging,
// kStoreUnreadable, kDiskFull and kStoreFailing.
void look_after_store(store::Standing& store, Readiness& readiness);

}  // namespace livecert::service

#pragma once

#include "service/readiness.h"
#include "store/store.h"

namespace livecert::service {

// Reports the condition of a store on the board: at most one of kStoreGone, kStoreHanging, kStoreUnreadable, kDiskFull
// and kStoreFailing.
void show_health(const store::Health& health, Readiness& readiness);

}  // namespace livecert::service

#pragma once

#include "service/readiness.h"
#include "store/store.h"

namespace livecert::service {

// Puts on the board how a store is: at most one of kStoreGone, kStoreHanging,
// kStoreUnreadable, kDiskFull and kStoreFailing.
void show_health(const store::Health& health, Readiness& readiness);

}  // namespace livecert::service

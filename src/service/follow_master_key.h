#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Reads the file of the master keys again, and holds what it has besides retired keys. Returns the ids of all keys of
// the file; none without a file. Errors: those of the file; kStoreFailure.
[[nodiscard]] base::Result<std::vector<std::string>> hold_master_keys_of_file(Services& services);

// Seals under the store's current master key from now on, if this process can hold it: another process may have made it
// the current one. Call it before something new is sealed under the master key. Error: kStoreFailure.
[[nodiscard]] base::Result<void> follow_master_key(Services& services);

}  // namespace livecert::service

#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "base/ids.h"

namespace livecert::service {

// How far this process came with sealing everything under the current master key. It only saves work: a call need not
// read the accounts from the beginning and count all items. The state of a rotation is in the store.
struct RotationProgress {
  std::mutex mutex;       // held during a call
  std::string key;        // under which it seals; empty: nothing is known
  base::AccountId after;  // the accounts up to this one are done
  std::int64_t left = 0;  // about; counted again at the end of the accounts
  std::int64_t total = 0;
};

}  // namespace livecert::service

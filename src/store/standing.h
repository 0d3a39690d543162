#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/result.h"

namespace livecert::store {

// Whether a store can keep what it is given.
struct Health {
  enum class State : std::uint8_t {
    kSound,
    kFull,        // there is no room for more; writes begin again by themselves when there is
    kFailing,     // writes fail for another reason; they are tried again
    kHanging,     // the disk has not finished for two seconds what the store waits for
    kUnreadable,  // some of what is stored cannot be read
    kGone,        // what was opened is not what others would find now: nothing that is written would ever be read
  };
  State state = State::kSound;
  std::string why = {};  // for the operator; empty when it is sound
};

// What the process that keeps a store asks about it. An adapter of Store (store.h) has this too, and keeps two laws
// more:
//
// 13. kDone and kConverged are answered only when what they report is where whoever opens the store next will look for
//     it.
// 14. The versions of a chain are in the order in which they were committed: one whose id is not larger than those of
//     all versions that the chain has is refused (kConflict).
//
// Callable from every thread.
class Standing {
 public:
  Standing() = default;
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;
  virtual ~Standing() = default;

  // As of now, at the price of looking at a few files' names and reading a few pages of them. While it is not sound,
  // the store finds out by itself, at least every second, whether it is again.
  [[nodiscard]] virtual Health health() = 0;

  // The largest id of a version that there is; 0 when there is none. Error: kStoreFailure.
  [[nodiscard]] virtual base::Result<base::CertId> largest_version() = 0;
};

}  // namespace livecert::store

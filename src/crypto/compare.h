#pragma once

#include "base/bytes.h"

namespace livecert::crypto {

// Whether both hold the same bytes. How long it takes depends on their sizes alone, never on what they hold.
[[nodiscard]] bool constant_time_equal(base::ByteView a, base::ByteView b);

}  // namespace livecert::crypto

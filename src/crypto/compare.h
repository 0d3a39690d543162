#pragma once

#include "base/bytes.h"

namespace livecert::crypto {

// Whether both hold the same bytes. The time depends on their sizes alone, never on their content.
[[nodiscard]] bool constant_time_equal(base::ByteView a, base::ByteView b);

}  // namespace livecert::crypto

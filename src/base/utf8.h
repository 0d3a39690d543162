#pragma once

#include "base/bytes.h"

namespace livecert::base {

// Whether the bytes are whole characters in UTF-8 (RFC 3629 §4): none of them too long, and no half of a surrogate
// pair.
[[nodiscard]] bool is_utf8(ByteView text);

}  // namespace livecert::base

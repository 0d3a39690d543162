#pragma once

#include "base/bytes.h"

namespace livecert::base {

// Whether the bytes are complete UTF-8 characters (RFC 3629 §4), without overlong forms and without surrogates.
[[nodiscard]] bool is_utf8(ByteView text);

}  // namespace livecert::base

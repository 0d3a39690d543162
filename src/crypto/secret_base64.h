#pragma once

#include <optional>
#include <string_view>

#include "base/secret.h"

namespace livecert::crypto {

// What a text in base64 with padding holds (RFC 4648 §4), for texts that may hold a key: the bytes are in memory that
// is wiped, and the time that it takes tells nothing about them. nullopt when it is no such text. Any thread.
[[nodiscard]] std::optional<base::WipedBuffer> parse_secret_base64(std::string_view text);

}  // namespace livecert::crypto

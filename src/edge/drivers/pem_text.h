#pragma once

#include "base/secret.h"
#include "edge/order.h"

namespace livecert::edge {

// The chain, leaf first, then the key, as one PEM text in memory that is wiped.
[[nodiscard]] base::WipedBuffer combined_pem(const Bundle& bundle, base::SecretAccess access);
// The key, then the chain, leaf first. HAProxy looks for the key first, and reads such a text faster.
[[nodiscard]] base::WipedBuffer key_first_pem(const Bundle& bundle, base::SecretAccess access);
// The chain alone.
[[nodiscard]] std::string chain_pem(const Bundle& bundle);

}  // namespace livecert::edge

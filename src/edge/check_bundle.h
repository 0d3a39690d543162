#pragma once

#include "base/result.h"
#include "base/time.h"
#include "edge/order.h"

namespace livecert::edge {

// Whether a TLS server could use the bundle, found out by using it, before any server sees it: the key signs, the leaf
// verifies that signature, and a handshake in memory with this chain succeeds for the domain and shows it. A key whose
// numbers look right may still be wrong. kInvalidInput with the reason, for operators. Leaves nothing of the key on the
// heap; the stack is the thread's to wipe, at its end of work (base::wipe_dead_stack). Callable from every thread.
[[nodiscard]] base::Result<void> check_bundle(const Bundle& bundle, const std::string& domain);

}  // namespace livecert::edge

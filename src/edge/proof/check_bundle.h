#pragma once

#include "base/result.h"
#include "base/time.h"
#include "edge/order.h"
#include "edge/proof/memory_handshake.h"

namespace livecert::edge {

// Checks that a TLS server can use the bundle, by using it before any server gets it: the key signs, the leaf verifies
// that signature, and a handshake in memory for the domain succeeds and shows this chain. A key whose numbers look
// right may still be wrong. kInvalidInput with the reason, for operators. Leaves nothing of the key on the heap; the
// thread wipes its stack when its work ends (base::wipe_dead_stack). Callable from every thread.
[[nodiscard]] base::Result<void> check_bundle(const Bundle& bundle, const std::string& domain,
                                              const MemoryHandshake& handshake = MemoryHandshake());

}  // namespace livecert::edge

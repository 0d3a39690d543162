#pragma once

#include <cstdint>

#include "base/result.h"

// What the process asks of the operating system for itself.
namespace livecert::app {

// No core dumps, no debugger of the same user, private files by default, wiping allocator for OpenSSL. Call first.
void harden_process();

// Raises the limit of open descriptors to what the system allows and returns it.
[[nodiscard]] std::uint64_t raise_descriptor_limit();

// From here on SIGTERM and SIGINT are only seen by wait_for_stop_signal(). Call before any thread starts.
void block_stop_signals();
// Returns when one of them has arrived; a second one ends the process at once.
void wait_for_stop_signal();

}  // namespace livecert::app

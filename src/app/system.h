#pragma once

#include <cstdint>

#include "base/result.h"

// What the process asks of the operating system for itself.
namespace livecert::app {

// Opens what is closed of descriptors 0 to 2, such that nothing can be read or written there: a file, a socket or a
// store of ours that got such a number would be taken for standard input, output or error. Call before anything else.
void open_standard_descriptors();

// No core dumps, no debugger of the same user, private files by default, wiping allocator for OpenSSL. Writing to what
// is closed or over a limit of size fails, and does not end the process. Call before OpenSSL is used.
void harden_process();

// Raises the limit of open descriptors to what the system allows and returns it.
[[nodiscard]] std::uint64_t raise_descriptor_limit();

}  // namespace livecert::app

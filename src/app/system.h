#pragma once

#include <cstdint>

#include "base/result.h"

// Settings of the process at the operating system.
namespace livecert::app {

// Opens the descriptors 0 to 2 that are closed, so that nothing can be read or written there. Otherwise a file, a
// socket or a store of ours could get such a number and be taken for standard input, output or error. Call it before
// anything else.
void open_standard_descriptors();

// Forbids core dumps and debuggers of the same user, makes new files private, and installs the allocators that wipe
// memory. A write to a closed pipe or beyond a limit of size fails and does not end the process. Call it before OpenSSL
// is used.
void harden_process();

// Descriptors for files, outgoing connections, connections that are being closed, and the libraries: what a service
// needs beside its connections.
inline constexpr std::uint64_t kOtherDescriptors = 256;

// Raises the limit of open descriptors to what the system allows and returns it.
[[nodiscard]] std::uint64_t raise_descriptor_limit();

}  // namespace livecert::app

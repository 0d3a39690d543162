#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "edge/definition.h"

namespace livecert::edge {

// Checks what an edge that was added over the network may have. The holder of a root account's access key may decide
// where certificates go, but is not root on this machine. So such an edge has no command, owner or group, its folder
// and its socket are below one of these roots, which the operator of the machine sets, and it listens at an address of
// this machine. Sets the definition's roots. kInvalidInput with the member and the remedy.
[[nodiscard]] base::Result<void> admit(Definition& definition, std::span<const std::filesystem::path> roots);

// The checks that need no roots, for callers that do not know them: another process makes the other checks.
[[nodiscard]] base::Result<void> admit_anywhere(const Definition& definition);

// Whether packets to this address stay on this machine: a loopback address, or one of its interfaces now.
[[nodiscard]] bool is_own_address(const Address& address);

}  // namespace livecert::edge

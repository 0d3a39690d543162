#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "edge/definition.h"

namespace livecert::edge {

// What an edge may be that was added over the network. Whoever holds an access key of the root account may say where
// certificates are delivered; root on this machine they are not. So it runs no command and names no owner or group; its
// folder and its socket lie below one of these roots, which the operator of the machine names; and where it listens is
// an address of this machine. Sets the definition's roots. kInvalidInput with the member and the remedy.
[[nodiscard]] base::Result<void> admit(Definition& definition, std::span<const std::filesystem::path> roots);

// The part of it that needs no roots: where they are not known, another process decides about the rest.
[[nodiscard]] base::Result<void> admit_anywhere(const Definition& definition);

// Whether packets to this address stay on this machine: a loopback address, or one of its interfaces now.
[[nodiscard]] bool is_own_address(const Address& address);

}  // namespace livecert::edge

#pragma once

#include <string>
#include <string_view>

#include "edge/definition.h"

namespace livecert::edge {

// Tells one server from the next without asking it: which sockets listen at its port, and which processes of that
// program run. Another text: it was restarted, it was told to read its configuration again, or somebody else took the
// port. Empty: nothing is known, because nothing listens, or because the processes are hidden. An empty `program`: only
// the sockets count.
[[nodiscard]] std::string identify_server(const Address& address, std::string_view program);

}  // namespace livecert::edge

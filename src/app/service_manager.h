#pragma once

#include <string_view>

namespace livecert::app {

// Tells systemd about this service, for a unit of Type=notify: "READY=1" or "STOPPING=1" (sd_notify(3), "Notes", has
// the protocol: one datagram to the socket that NOTIFY_SOCKET names). Does nothing where no service manager asked for
// it; never waits. What cannot be told is logged.
void tell_service_manager(std::string_view state);

}  // namespace livecert::app

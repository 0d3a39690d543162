#pragma once

#include <string_view>

namespace livecert::app {

// Notifies systemd, for a unit of Type=notify: "READY=1" or "STOPPING=1" (sd_notify(3), "Notes", has the protocol: one
// datagram to the socket that NOTIFY_SOCKET names). Does nothing without a service manager that asks for it; never
// waits. Logs a failure.
void tell_service_manager(std::string_view state);

}  // namespace livecert::app

#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "net/endpoint.h"

namespace livecert::app {

// A process with a socket that listens at a port.
struct PortHolder {
  pid_t process = 0;
  std::string program;  // "nginx"
  std::string unit;     // "nginx.service"; empty: systemd did not start it
};

// The processes whose listening keeps others from this address and port: at the same address, or one of both at every
// address. Without root's rights only processes of the same user can be seen (proc(5), "/proc/pid/fd").
[[nodiscard]] std::vector<PortHolder> holders_of(const net::Endpoint& endpoint);

// "nginx (process 12)", for people.
[[nodiscard]] std::string to_text(const PortHolder& holder);
// The command that ends it. systemd itself, which holds the sockets of its socket units, is never ended.
[[nodiscard]] std::string command_to_stop(const PortHolder& holder);

}  // namespace livecert::app

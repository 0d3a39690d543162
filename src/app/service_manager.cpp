#include "app/service_manager.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

#include "app/log.h"
#include "base/owned_descriptor.h"

namespace livecert::app {

void tell_service_manager(std::string_view state) {
  const char* const named = std::getenv("NOTIFY_SOCKET");
  if (named == nullptr) return;
  const std::string_view path(named);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // "@name" stands for a name in the abstract namespace, which begins with a zero byte (unix(7)).
  const bool is_usable = path.size() > 1 && path.size() < sizeof address.sun_path && (path[0] == '/' || path[0] == '@');
  if (!is_usable) return log_warning("NOTIFY_SOCKET names no socket: " + std::string(path));
  std::ranges::copy(path, std::begin(address.sun_path));
  if (path[0] == '@') address.sun_path[0] = '\0';
  const base::OwnedDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // The interface of sockets takes any kind of address this way.
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
  const auto sent = ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, any, length);
  if (sent < 0) log_warning("the service manager cannot be told " + std::string(state) + ": " + std::strerror(errno));
}

}  // namespace livecert::app

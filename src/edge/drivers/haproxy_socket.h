#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "edge/place.h"
#include "edge/stop_signal.h"

namespace livecert::edge {

// The runtime API of a HAProxy on its UNIX socket (`stats socket PATH level admin`).
class HaproxySocket {
 public:
  // Opens nothing yet. The deadline is for each command, from connecting to the end of the answer. It is a second at
  // most once `stop` is raised, which must outlive the socket.
  HaproxySocket(Place folder, std::string name, std::chrono::milliseconds deadline, const StopSignal* stop = nullptr);
  // At a path from the configuration.
  HaproxySocket(const std::filesystem::path& path, std::chrono::milliseconds deadline);

  // Sends one command with its payload on a new connection and returns the whole answer, whatever it says.
  // kUpstreamFailure when HAProxy cannot be reached, stays silent, or breaks off; it may have carried out the command
  // then. Sends nothing unless the process that answers belongs to root, to the user that runs livecert, or to the
  // owner of the socket's folder. Does not follow a link in the socket's place.
  [[nodiscard]] base::Result<base::WipedBuffer> ask(base::ByteView command) const;
  [[nodiscard]] base::Result<base::WipedBuffer> ask(std::string_view command) const;

 private:
  Place folder_;
  std::string name_;
  std::chrono::milliseconds deadline_;
  const StopSignal* stop_;
};

}  // namespace livecert::edge

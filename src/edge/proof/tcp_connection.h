#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/owned_descriptor.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/stop_signal.h"

namespace livecert::edge {

// The end of a step on a connection.
struct Transfer {
  enum class End : std::uint8_t {
    kDone,
    kClosed,  // by the other side, in order
    kLate,    // the deadline passed
    kBroken,  // refused, reset, no route
  };
  End end = End::kDone;
  std::size_t size = 0;  // bytes received
  int error = 0;         // the system's number, when broken
};

// A TCP connection with one deadline for all its steps. Sending to a side that is gone raises no SIGPIPE. Used by one
// thread at a time.
class TcpConnection {
 public:
  // Opens the socket; nothing is sent. The deadline passes at once when `stop` is raised.
  TcpConnection(const Address& address, base::SteadyTime deadline, const StopSignal* stop = nullptr);

  // Call this first, and only once.
  [[nodiscard]] Transfer connect();
  // Sends as much as the other side takes. If that side is gone, receive() reports it, and may still return its last
  // bytes.
  void send(base::ByteView bytes);
  // Receives one byte or more.
  [[nodiscard]] Transfer receive(std::span<std::uint8_t> buffer);

 private:
  [[nodiscard]] Transfer wait_for(short events) const;

  sockaddr_storage address_;
  base::SteadyTime deadline_;
  const StopSignal* stop_;
  base::OwnedDescriptor socket_;
  int send_error_ = 0;
};

}  // namespace livecert::edge

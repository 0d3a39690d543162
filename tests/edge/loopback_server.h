#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

#include "edge/definition.h"

namespace livecert::edge {

// A TCP server on loopback, at a port of the system's choice, that treats one connection after the other as the test
// says. Stopped with this object.
class LoopbackServer {
 public:
  // Handles a connection, which the server closes afterwards.
  class Connection {
   public:
    Connection(int socket, int stop) : socket_(socket), stop_(stop) {}
    // Receives at least one byte; none at the end, or when the server is to stop.
    [[nodiscard]] base::Bytes receive() const;
    // False once the other side is gone or the server is to stop.
    [[nodiscard]] bool send(base::ByteView bytes) const;
    // Waits until the other side goes, or the server ends.
    void wait_for_end() const;
    // Makes the close a reset.
    void reset_at_close() const;
    [[nodiscard]] int socket() const { return socket_; }

   private:
    int socket_;
    int stop_;
  };
  using Treatment = std::function<void(const Connection&)>;

  explicit LoopbackServer(Treatment treatment, const std::string& host = "127.0.0.1");
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] const Address& address() const { return address_; }
  // Connections accepted so far.
  [[nodiscard]] int count() const { return count_; }

 private:
  void run();

  Treatment treatment_;
  Address address_;
  int listener_;
  int stop_;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

// Listens at a port of the system's choice. The port is set in the address.
[[nodiscard]] int listen_at(Address& address, int backlog);

}  // namespace livecert::edge

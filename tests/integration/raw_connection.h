#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace livecert::test {

// One whole answer as it came off the wire.
struct RawAnswer {
  int status = 0;  // 0: no whole answer came
  http::Headers headers;
  std::string body;  // de-chunked
};

// A plain TCP connection that sends bytes as they are. Blocking; every wait gives up after twenty seconds.
class RawConnection {
 public:
  // Connects to an address such as "127.0.0.1:8080". Not connected when no program listens there.
  explicit RawConnection(const std::string& address);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  [[nodiscard]] bool is_connected() const { return socket_ >= 0; }
  void send(std::string_view bytes) const;
  // The next answer, or interim answer (1xx).
  [[nodiscard]] RawAnswer read_answer();
  [[nodiscard]] RawAnswer ask(std::string_view bytes) {
    send(bytes);
    return read_answer();
  }
  // Whether the other side ends the connection without sending more.
  [[nodiscard]] bool is_closed();

 private:
  // Appends to input_; false at the end.
  bool receive();
  // Takes `size` bytes, or the bytes up to and including `end`, from the input; empty at its end.
  std::string take(std::size_t size);
  std::string take_until(std::string_view end);
  std::string take_chunks();

  int socket_ = -1;
  std::string input_;
};

}  // namespace livecert::test

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/time.h"
#include "net/limits.h"

// Includes Asio: for the source files of this folder only.
namespace livecert::net {

// How an operation on a connection ended.
enum class Io : std::uint8_t {
  kDone,
  kTimedOut,     // the other side still listens, so that it can be told
  kInterrupted,  // by interrupt()
  kClosed,       // by the other side, by an error or by abort()
};

struct Received {
  Io io;
  std::size_t bytes;
};

// One connection's bytes, plain or TLS, one operation at a time, each with a deadline. Belongs to the thread of its
// socket; nothing here may be called from another one.
class Transport : public std::enable_shared_from_this<Transport> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  // Plain without `tls`, which must outlive the transport.
  Transport(Socket socket, boost::asio::ssl::context* tls, const Limits& limits);

  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
  [[nodiscard]] const std::string& peer_address() const { return peer_address_; }
  [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }

  [[nodiscard]] Awaitable<Io> handshake(base::SteadyTime deadline);
  // At least one byte when it ends with kDone.
  [[nodiscard]] Awaitable<Received> read(std::span<std::uint8_t> into, base::SteadyTime deadline);
  // Both texts, in as few packets as possible. Times out when the other side takes them too slowly.
  [[nodiscard]] Awaitable<Io> write(std::string_view first, std::string_view second = {});
  // Says goodbye, drops what the other side still sends (Limits::linger_*), closes.
  [[nodiscard]] Awaitable<void> close();

  // Ends the pending read, or the next one, with kInterrupted, unless bytes have arrived.
  void interrupt();
  // Closes at once; a pending operation ends with kClosed. With `reset` the other side sees an error even where a
  // closed connection could be taken for the end of an answer.
  enum class How : std::uint8_t { kClose, kReset };
  void abort(How how);

 private:
  [[nodiscard]] Awaitable<Received> read_some(std::span<std::uint8_t> into);
  [[nodiscard]] Io to_io(const boost::system::error_code& error) const;
  [[nodiscard]] Io begin(base::SteadyTime deadline);
  void watch();
  void on_timer();

  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
  const Limits& limits_;
  std::string peer_address_;
  // One timer for all deadlines. They mostly move into the future, so it is left running and looks again when it fires.
  boost::asio::steady_timer timer_;
  base::SteadyTime deadline_;
  base::SteadyTime watched_;
  bool watching_ = false;
  bool busy_ = false;
  bool timed_out_ = false;
  bool interrupted_ = false;
  bool aborted_ = false;
};

}  // namespace livecert::net

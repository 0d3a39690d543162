#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/time.h"
#include "net/limits.h"

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// The end of an operation on a connection.
enum class Io : std::uint8_t {
  kDone,
  kTimedOut,     // the other side still listens, so we can answer
  kInterrupted,  // by interrupt()
  kClosed,       // by the other side, by an error or by abort()
};

struct Received {
  Io io;
  std::size_t bytes;
};

// One connection's bytes, plain or TLS, one operation at a time, each with a deadline. Only the thread of its socket
// may call it.
class Transport : public std::enable_shared_from_this<Transport> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  using Address = boost::asio::ip::address;

  // Plain without `tls`, which must outlive the transport. `peer` is the client.
  Transport(Socket socket, const Address& peer, boost::asio::ssl::context* tls, const Limits& limits);

  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
  // The client, or the client that the balancer named. An IPv4 peer of an IPv6 socket is its IPv4 address.
  [[nodiscard]] const Address& peer() const { return peer_; }
  [[nodiscard]] const std::string& peer_address() const { return peer_address_; }
  // The same, but for an IPv6 address its /64.
  [[nodiscard]] const std::string& peer_network() const { return peer_network_; }
  // Whether a balancer passed this connection on for a client.
  [[nodiscard]] bool is_through_proxy() const { return through_proxy_; }
  // False: a balancer did not name the client, and peer() is the balancer.
  [[nodiscard]] bool is_peer_known() const { return is_peer_known_; }
  [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }

  // Reads the header in which a balancer names the client; from then on peer() is that client. Reads not one byte more,
  // and must be the first call. Returns a text when the bytes are not such a header.
  struct ProxyOutcome {
    Io io = Io::kDone;
    std::string_view malformed;
  };
  [[nodiscard]] Awaitable<ProxyOutcome> read_proxy_header(base::SteadyTime deadline);
  [[nodiscard]] Awaitable<Io> handshake(base::SteadyTime deadline);
  // Reads at least one byte when it ends with kDone.
  [[nodiscard]] Awaitable<Received> read(std::span<std::uint8_t> into, base::SteadyTime deadline);
  // Writes both texts, in as few packets as possible. Times out when the other side reads too slowly.
  [[nodiscard]] Awaitable<Io> write(std::string_view first, std::string_view second = {});
  // Ends the connection in order: drops what the other side still sends (Limits::linger_*), and closes.
  [[nodiscard]] Awaitable<void> close();

  // Whether the other side has ended its half of the connection, or all of it: it may no longer be there to read an
  // answer.
  [[nodiscard]] bool has_peer_ended();
  // Ends the pending read, or the next one, with kInterrupted, unless bytes have arrived.
  void interrupt();
  // Closes at once; a pending operation ends with kClosed. With `reset` the other side gets an error even where it
  // could take a closed connection for the end of an answer.
  enum class How : std::uint8_t { kClose, kReset };
  void abort(How how);

 private:
  void set_peer(const Address& peer);
  [[nodiscard]] Awaitable<Received> read_some(std::span<std::uint8_t> into);
  [[nodiscard]] Io to_io(const boost::system::error_code& error) const;
  [[nodiscard]] Io begin(base::SteadyTime deadline);
  void watch();
  void on_timer();

  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> tls_;
  const Limits& limits_;
  Address peer_;
  std::string peer_address_;
  std::string peer_network_;
  bool through_proxy_ = false;
  bool is_peer_known_ = true;
  // One timer for all deadlines. Most deadlines move into the future, so the timer keeps running and checks them when
  // it fires.
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

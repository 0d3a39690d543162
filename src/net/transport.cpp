#include "net/transport.h"

#include <algorithm>
#include <array>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/secret.h"
#include "net/proxy_header.h"

namespace livecert::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

Transport::Address unmapped(const Transport::Address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

Transport::Address address_of(base::ByteView bytes) {
  if (bytes.size() == 4) {
    asio::ip::address_v4::bytes_type v4{};
    std::ranges::copy(bytes, v4.begin());
    return asio::ip::address_v4(v4);
  }
  asio::ip::address_v6::bytes_type v6{};
  std::ranges::copy(bytes, v6.begin());
  return asio::ip::address_v6(v6);
}

// When the other side has gone, many errors are possible; which one does not matter.
void ignore(const error_code& /*error*/) {}

}  // namespace

Transport::Transport(Socket socket, const Address& peer, asio::ssl::context* tls, const Limits& limits)
    : socket_(std::move(socket)), limits_(limits), timer_(socket_.get_executor()) {
  set_peer(unmapped(peer));
  error_code error;
  ignore(socket_.set_option(asio::ip::tcp::no_delay(true), error));
  // Keeps little unsent in the system, so that the bytes it has taken show how fast the other side reads.
  const int unsent = 32 * 1024;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  if (tls != nullptr) tls_.emplace(socket_, *tls);
}

void Transport::set_peer(const Address& peer) {
  peer_ = peer;
  peer_address_ = peer.to_string();
  peer_network_ = peer.is_v6() ? asio::ip::network_v6(peer.to_v6(), 64).canonical().to_string() : peer_address_;
}

// Peeks at the bytes, and takes only those of the header: TLS reads the rest itself.
Transport::Awaitable<Transport::ProxyOutcome> Transport::read_proxy_header(base::SteadyTime deadline) {
  base::Bytes header;
  error_code failure;
  ignore(socket_.non_blocking(true, failure));
  for (;;) {
    const Io ready = begin(deadline);
    if (ready != Io::kDone) co_return ProxyOutcome{ready, {}};
    auto [error] = co_await socket_.async_wait(Socket::wait_read, kAwait);
    busy_ = false;
    if (error) co_return ProxyOutcome{to_io(error), {}};

    const std::size_t before = header.size();
    header.resize(kMaxProxyHeader);
    const auto room = asio::buffer(header.data() + before, header.size() - before);
    const std::size_t seen = socket_.receive(room, Socket::message_peek, error);
    if (error == asio::error::would_block) {
      header.resize(before);
      continue;
    }
    if (error) co_return ProxyOutcome{to_io(error), {}};
    header.resize(before + seen);
    const ProxyHeaderParse parsed = parse_proxy_header(header);
    if (const auto* malformed = std::get_if<ProxyHeaderMalformed>(&parsed)) {
      co_return ProxyOutcome{Io::kDone, malformed->why};
    }
    const auto* whole = std::get_if<ProxyHeader>(&parsed);
    const std::size_t taken = (whole == nullptr ? header.size() : whole->length) - before;
    socket_.receive(asio::buffer(header.data() + before, taken), 0, error);
    if (error) co_return ProxyOutcome{to_io(error), {}};
    if (whole == nullptr) continue;
    through_proxy_ = whole->passed_on;
    if (whole->source) set_peer(address_of(*whole->source));
    is_peer_known_ = whole->source.has_value() || !whole->passed_on;
    co_return ProxyOutcome();
  }
}

bool Transport::has_peer_ended() {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
  return info.tcpi_state != TCP_ESTABLISHED;
}

Transport::Awaitable<Io> Transport::handshake(base::SteadyTime deadline) {
  const Io ready = begin(deadline);
  if (ready != Io::kDone) co_return ready;
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  busy_ = false;
  co_return to_io(error);
}

Transport::Awaitable<Received> Transport::read(std::span<std::uint8_t> into, base::SteadyTime deadline) {
  error_code error;
  if (interrupted_ && socket_.available(error) == 0) co_return Received{Io::kInterrupted, 0};
  const Io ready = begin(deadline);
  if (ready != Io::kDone) co_return Received{ready, 0};
  const Received received = co_await read_some(into);
  if (received.io == Io::kDone) interrupted_ = false;
  co_return received;
}

Transport::Awaitable<Received> Transport::read_some(std::span<std::uint8_t> into) {
  const auto buffer = asio::buffer(into.data(), into.size());
  error_code error;
  std::size_t bytes = 0;
  if (tls_) {
    std::tie(error, bytes) = co_await tls_->async_read_some(buffer, kAwait);
  } else {
    std::tie(error, bytes) = co_await socket_.async_read_some(buffer, kAwait);
  }
  busy_ = false;
  if (bytes > 0) co_return Received{Io::kDone, bytes};
  co_return Received{to_io(error), 0};
}

Transport::Awaitable<Io> Transport::write(std::string_view first, std::string_view second) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t total = first.size() + second.size();
  std::size_t written = 0;
  while (written < total) {
    const auto earned = std::chrono::seconds(written / limits_.bytes_per_second);
    const Io ready = begin(limits_.stall_time + std::min(start + earned, std::chrono::steady_clock::now()));
    if (ready != Io::kDone) co_return ready;
    const std::string_view rest = first.substr(std::min(written, first.size()));
    const std::string_view rest_of_second = second.substr(written - (first.size() - rest.size()));
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(rest.data(), rest.size()),
                                                    asio::buffer(rest_of_second.data(), rest_of_second.size())};
    error_code error;
    std::size_t bytes = 0;
    if (tls_) {
      std::tie(error, bytes) = co_await tls_->async_write_some(buffers, kAwait);
    } else {
      std::tie(error, bytes) = co_await socket_.async_write_some(buffers, kAwait);
    }
    busy_ = false;
    written += bytes;
    if (error) co_return to_io(error);
  }
  co_return Io::kDone;
}

Transport::Awaitable<void> Transport::close() {
  const auto deadline = std::chrono::steady_clock::now() + limits_.linger_time;
  error_code error;
  if (tls_ && begin(deadline) == Io::kDone) {
    // Sends our close_notify. It fails when data follows instead of the other side's close_notify, which does not
    // matter.
    std::tie(error) = co_await tls_->async_shutdown(kAwait);
    busy_ = false;
  }
  ignore(socket_.shutdown(Socket::shutdown_send, error));
  base::WipedBuffer dropped(16UL * 1024);
  for (std::size_t left = limits_.linger_bytes; left > 0;) {
    if (begin(deadline) != Io::kDone) break;
    std::size_t bytes = 0;
    std::tie(error, bytes) = co_await socket_.async_read_some(asio::buffer(dropped.data(), dropped.size()), kAwait);
    busy_ = false;
    if (error) break;
    left -= std::min(left, bytes);
  }
  abort(How::kClose);
}

void Transport::interrupt() {
  interrupted_ = true;
  error_code error;
  // If bytes wait, the pending read is about to succeed; cancelling it could lose the request that they begin.
  if (busy_ && socket_.available(error) == 0) ignore(socket_.cancel(error));
}

void Transport::abort(How how) {
  aborted_ = true;
  error_code error;
  if (how == How::kReset) ignore(socket_.set_option(asio::socket_base::linger(true, 0), error));
  ignore(socket_.close(error));
  timer_.cancel();
}

Io Transport::to_io(const error_code& error) const {
  if (!error) return Io::kDone;
  if (aborted_ || error != asio::error::operation_aborted) return Io::kClosed;
  return timed_out_ ? Io::kTimedOut : Io::kInterrupted;
}

Io Transport::begin(base::SteadyTime deadline) {
  if (aborted_) return Io::kClosed;
  deadline_ = deadline;
  if (deadline <= std::chrono::steady_clock::now()) return Io::kTimedOut;
  timed_out_ = false;
  busy_ = true;
  if (!watching_ || deadline < watched_) watch();
  return Io::kDone;
}

void Transport::watch() {
  watching_ = true;
  watched_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (!error && self != nullptr) self->on_timer();
  });
}

void Transport::on_timer() {
  watching_ = false;
  if (aborted_ || !busy_) return;
  if (std::chrono::steady_clock::now() < deadline_) return watch();
  timed_out_ = true;
  error_code error;
  ignore(socket_.cancel(error));
}

}  // namespace livecert::net

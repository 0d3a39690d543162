#include "net/server.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/thread_name.h"
#include "net/connection.h"
#include "net/count.h"
#include "net/tls_context.h"

namespace livecert::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// Each network thread tells this many connections at once that there is no room; it closes others without an answer.
constexpr std::size_t kTurnedAwayAtOnce = 32;
// Connections that are being closed still hold a descriptor: with this many more than the limit, accepting waits for
// them. Connections that are turned away count too.
constexpr std::size_t kBeyondLimit = 128;
constexpr std::chrono::milliseconds kClosePause{1};
// How long the server stops accepting when the system has no descriptor or memory for another connection.
constexpr std::chrono::milliseconds kAcceptPause{100};
// How long aborted connections may take to end. They wait for nothing, so this is generous.
constexpr std::chrono::seconds kAbortTime{5};

base::Error cannot_listen(const Endpoint& endpoint, const error_code& error) {
  return {base::ErrorCode::kConfiguration, "cannot listen on " + endpoint.to_string() + ": " + error.message()};
}

base::Result<tcp::acceptor> listen(asio::io_context& io, Endpoint& endpoint) {
  error_code error;
  const tcp::endpoint wanted(asio::ip::make_address(endpoint.address, error), endpoint.port);
  tcp::acceptor acceptor(io);
  if (!error) acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(endpoint, error);
  endpoint.port = acceptor.local_endpoint(error).port();
  return acceptor;
}

// A network thread and its connections.
class Shard {
 public:
  Shard(Shared& shared, Count& count) : shared_(shared), count_(count), guard_(io_.get_executor()) {}
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard() { stop(); }

  [[nodiscard]] asio::io_context& io() { return io_; }
  void run() {
    thread_ = std::thread([this] {
      base::name_this_thread("network");
      io_.run();
    });
  }
  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // Callable from any thread. The socket must have been made for io().
  void add(tcp::socket socket, const tcp::endpoint& peer, std::shared_ptr<asio::ssl::context> tls) {
    static_cast<void>(count_.add());
    auto guest = std::make_shared<Guest>();
    auto seat = shared_.seats.enter(Principal::of(peer.address()),
                                    [this, guest] { asio::post(io_, [guest] { guest->leave(); }); });
    asio::post(io_, [this, tls = std::move(tls), address = peer.address(), seat = std::move(seat),
                     guest = std::move(guest), socket = std::move(socket)]() mutable {
      asio::co_spawn(io_, serve(std::move(socket), address, std::move(tls), std::move(seat), std::move(guest)),
                     asio::detached);
    });
  }
  void for_each(void (Connection::*action)()) {
    asio::post(io_, [this, action] {
      for (Connection* connection : connections_) (connection->*action)();
    });
  }

 private:
  // Tells a connection to leave, even before it is made or after it has ended. Used only on this thread.
  struct Guest {
    Connection* connection = nullptr;
    bool told_to_leave = false;
    void leave() {
      told_to_leave = true;
      if (connection != nullptr) connection->abort();
    }
  };

  // The context lasts as long as the connection, whatever identity the server has by then.
  asio::awaitable<void> serve(tcp::socket socket, Transport::Address peer, std::shared_ptr<asio::ssl::context> tls,
                              std::unique_ptr<Seats::Seat> seat, std::shared_ptr<Guest> guest) {
    const bool has_seat = seat != nullptr;
    Connection connection(std::move(socket), peer, tls.get(), std::move(seat), shared_);
    const Registration registration(*this, &connection, *guest);
    // It was accepted just before draining began, too late for the round through all connections.
    if (shared_.draining) connection.drain();
    if (has_seat && !guest->told_to_leave) {
      co_await connection.serve();
    } else if (!has_seat && turned_away_ < kTurnedAwayAtOnce) {
      ++turned_away_;
      co_await connection.turn_away();
      --turned_away_;
    }
  }

  struct Registration {
    Shard& shard;
    Connection* connection;
    Guest& guest;
    Registration(Shard& owner, Connection* registered, Guest& registered_guest)
        : shard(owner), connection(registered), guest(registered_guest) {
      shard.connections_.insert(connection);
      guest.connection = connection;
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
      guest.connection = nullptr;
      shard.connections_.erase(connection);
      shard.count_.remove();
    }
  };

  Shared& shared_;
  Count& count_;
  // Used only on this thread.
  std::unordered_set<Connection*> connections_;
  std::size_t turned_away_ = 0;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::thread thread_;
};

// At least two, so that one long job does not keep all others waiting.
unsigned workers_at_once(const Limits& limits) {
  return limits.workers_at_once != 0 ? limits.workers_at_once : std::max(2U, std::thread::hardware_concurrency());
}

std::size_t share_of_bodies(const Limits& limits) {
  return std::max(limits.bodies_in_flight_bytes / limits.bodies_shares, limits.body_bytes + BodyBudget::kOrdinaryBody);
}

}  // namespace

class Server::Impl {
 public:
  Impl(const ServerConfig& config, http::Handler& handler, const base::Clock& clock)
      : shared_{config.limits,
                config.proxy_protocol_from,
                handler,
                clock,
                Seats(config.limits.connections),
                BodyBudget(config.limits.bodies_in_flight_bytes, share_of_bodies(config.limits)),
                {},
                WorkerPool(config.limits.worker_threads, workers_at_once(config.limits))} {
    for (unsigned i = 0; i < std::max(1U, config.limits.io_threads); ++i) {
      shards_.push_back(std::make_unique<Shard>(shared_, count_));
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();  // NOLINT(bugprone-exception-escape): see there

  base::Result<void> open(ServerConfig config);
  base::Result<void> exchange_identity(const TlsIdentity& identity);
  void drain(std::chrono::milliseconds arrival, std::chrono::milliseconds grace);
  [[nodiscard]] const Addresses& addresses() const { return addresses_; }
  [[nodiscard]] std::size_t connections() const { return count_.get(); }
  [[nodiscard]] std::size_t queued() const { return shared_.workers.queued(); }

 private:
  void show(asio::ssl::context tls) {
    auto shared = std::make_shared<asio::ssl::context>(std::move(tls));
    const std::lock_guard lock(tls_mutex_);
    tls_.swap(shared);
  }
  [[nodiscard]] std::shared_ptr<asio::ssl::context> shown() const {
    const std::lock_guard lock(tls_mutex_);
    return tls_;
  }
  base::Result<void> open_http(Endpoint endpoint, bool insecure);
  base::Result<void> open_https(Endpoint endpoint, std::optional<TlsIdentity> identity);
  enum class Protocol : std::uint8_t { kPlain, kTls };
  asio::awaitable<void> accept(tcp::acceptor& acceptor, Protocol protocol);
  void stop_listening();

  Shared shared_;
  Count count_;
  Addresses addresses_;
  mutable std::mutex tls_mutex_;
  std::shared_ptr<asio::ssl::context> tls_;  // nullptr: no https
  std::vector<std::unique_ptr<Shard>> shards_;
  // They are on the first shard, and only its thread uses them once it runs.
  std::optional<tcp::acceptor> http_acceptor_;
  std::optional<tcp::acceptor> https_acceptor_;
  std::size_t next_shard_ = 0;
  bool running_ = false;
};

base::Result<void> Server::Impl::open(ServerConfig config) {
  if (config.http) TRY(open_http(*config.http, config.insecure_http));
  if (config.https) TRY(open_https(*config.https, std::move(config.identity)));
  asio::io_context& io = shards_.front()->io();
  if (http_acceptor_) asio::co_spawn(io, accept(*http_acceptor_, Protocol::kPlain), asio::detached);
  if (https_acceptor_) asio::co_spawn(io, accept(*https_acceptor_, Protocol::kTls), asio::detached);
  for (const auto& shard : shards_) shard->run();
  running_ = true;
  return {};
}

base::Result<void> Server::Impl::open_http(Endpoint endpoint, bool insecure) {
  if (!insecure && !endpoint.is_loopback()) {
    return base::Error{
        base::ErrorCode::kConfiguration,
        "plain HTTP on " + endpoint.to_string() +
            " would send private keys over the network unencrypted; use HTTPS there, or set insecure_http"};
  }
  TRY_ASSIGN(http_acceptor_, listen(shards_.front()->io(), endpoint));
  addresses_.http = endpoint;
  return {};
}

base::Result<void> Server::Impl::open_https(Endpoint endpoint, std::optional<TlsIdentity> identity) {
  if (!identity) return base::Error{base::ErrorCode::kConfiguration, "HTTPS needs a certificate and its private key"};
  TRY_ASSIGN(asio::ssl::context tls, make_tls_context(identity->chain_der, identity->private_key_pkcs8));
  show(std::move(tls));
  TRY_ASSIGN(https_acceptor_, listen(shards_.front()->io(), endpoint));
  addresses_.https = endpoint;
  return {};
}

base::Result<void> Server::Impl::exchange_identity(const TlsIdentity& identity) {
  if (shown() == nullptr) return base::Error{base::ErrorCode::kConfiguration, "there is no HTTPS listener"};
  TRY_ASSIGN(asio::ssl::context tls, make_tls_context(identity.chain_der, identity.private_key_pkcs8));
  show(std::move(tls));
  return {};
}

asio::awaitable<void> Server::Impl::accept(tcp::acceptor& acceptor, Protocol protocol) {
  asio::steady_timer pause(acceptor.get_executor());
  while (!shared_.draining) {
    if (count_.get() > shared_.limits.connections + kBeyondLimit) {
      pause.expires_after(kClosePause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    Shard& shard = *shards_[next_shard_++ % shards_.size()];
    tcp::endpoint peer;
    auto [error, socket] = co_await acceptor.async_accept(shard.io(), peer, kAwait);
    if (!error) {
      shard.add(std::move(socket), peer, protocol == Protocol::kTls ? shown() : nullptr);
    } else if (acceptor.is_open() && error != asio::error::connection_aborted) {
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Server::Impl::stop_listening() {
  std::latch stopped(1);
  asio::post(shards_.front()->io(), [&] {
    error_code ignored;
    if (http_acceptor_) http_acceptor_->close(ignored);
    if (https_acceptor_) https_acceptor_->close(ignored);
    stopped.count_down();
  });
  stopped.wait();
}

void Server::Impl::drain(std::chrono::milliseconds arrival, std::chrono::milliseconds grace) {
  shared_.draining = true;
  stop_listening();
  for (const auto& shard : shards_) shard->for_each(&Connection::drain);
  if (count_.wait_for_none(arrival)) return;
  for (const auto& shard : shards_) shard->for_each(&Connection::stop_reading);
  if (count_.wait_for_none(grace - arrival)) return;
  for (const auto& shard : shards_) shard->for_each(&Connection::abort);
  count_.wait_for_none(kAbortTime);
}

// Stops the workers first, because they post to the shards, and then the threads. Connections that are still open end
// with their shard.
// NOLINTNEXTLINE(bugprone-exception-escape): out of memory, which no caller could handle here.
Server::Impl::~Impl() {
  if (running_ && !shared_.draining) drain({}, {});
  shared_.workers.stop();
  // Threads that still owe an answer refer to objects that are about to go. A store always answers in the end.
  shared_.pending.wait_for_none();
  for (const auto& shard : shards_) shard->stop();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::start(ServerConfig config, http::Handler& handler,
                                                    const base::Clock& clock) {
  try {
    auto impl = std::make_unique<Impl>(config, handler, clock);
    TRY(impl->open(std::move(config)));
    return std::unique_ptr<Server>(new Server(std::move(impl)));
  } catch (const std::exception& failure) {  // no threads or descriptors left
    return base::Error{base::ErrorCode::kConfiguration, std::string("cannot start the server: ") + failure.what()};
  }
}

const Server::Addresses& Server::addresses() const {
  return impl_->addresses();
}
base::Result<void> Server::exchange_identity(const TlsIdentity& identity) {
  return impl_->exchange_identity(identity);
}
std::size_t Server::connections() const {
  return impl_->connections();
}
std::size_t Server::queued() const {
  return impl_->queued();
}
void Server::drain(std::chrono::milliseconds arrival, std::chrono::milliseconds grace) {
  impl_->drain(arrival, grace);
}

}  // namespace livecert::net

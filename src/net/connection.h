#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/address_block.h"
#include "http/handler.h"
#include "net/count.h"
#include "net/request_reader.h"
#include "net/seats.h"
#include "net/share.h"
#include "net/transport.h"
#include "net/worker_pool.h"

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// State that all connections of a server share; outlives them.
struct Shared {
  const Limits limits;
  const std::vector<base::AddressBlock> proxy_protocol_from;
  http::Handler& handler;
  const base::Clock& clock;
  Seats seats;
  BodyBudget budget;
  Shares shares = {};
  WorkerPool workers;
  Count pending = {};  // answers that wait without a thread
  std::atomic<bool> draining = false;
};

// One client's connection from its first byte to its last: reads a request, has it answered, writes the answer, and
// repeats. Uses one network thread; only the work itself runs elsewhere.
class Connection {
 public:
  // Without a seat, only turn_away() may be called.
  Connection(Transport::Socket socket, const Transport::Address& peer, boost::asio::ssl::context* tls,
             std::unique_ptr<Seats::Seat> seat, Shared& shared);

  // Serves until either side ends it. The connection must live until then.
  [[nodiscard]] boost::asio::awaitable<void> serve();
  // Only says that the server is full, if this is possible without a handshake.
  [[nodiscard]] boost::asio::awaitable<void> turn_away();

  // Ends the connection now if it waits for a request, otherwise after the pending answer.
  void drain();
  // Closes the connection unless its request has arrived completely.
  void stop_reading();
  void abort();

 private:
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;
  enum class Next : std::uint8_t { kGoOn, kClose, kAbort };

  // Properties of an answer in addition to its own content.
  struct ReplyOptions {
    bool keep_alive = false;
    bool http_1_0 = false;
    bool is_head = false;
  };

  // Reads the bytes before the first request; false if no request can follow.
  [[nodiscard]] Awaitable<bool> begin();
  [[nodiscard]] bool is_from_balancer() const;
  [[nodiscard]] Awaitable<bool> learn_peer(base::SteadyTime deadline);
  [[nodiscard]] Awaitable<Next> serve_one();
  // Sets the principal whose turns this connection uses from now on.
  void become(std::optional<base::AccountId> account);
  [[nodiscard]] Awaitable<std::variant<http::Response, Refused>> answer(ReadRequest read);
  [[nodiscard]] Awaitable<Next> write(http::Response response, ReplyOptions options);
  [[nodiscard]] Awaitable<Next> stream(std::string head, http::BodyProducer producer, bool chunked);
  [[nodiscard]] http::Response refuse(const Refused& refused);

  // The place where the connection waits for the result of work.
  template <typename T>
  class Arrival;
  // A new request waits in a queue of limited length; the next part of a request that has begun goes before it.
  enum class Priority : std::uint8_t { kNew, kResumed };
  // Runs `work` on a worker, and starts the Later that it returns. Returns a Refused when the queue has no place for
  // it, when there is no result by `deadline` (in the clock's time), or when the connection was aborted; a result that
  // comes later is dropped.
  template <typename T>
  [[nodiscard]] Awaitable<std::variant<T, Refused>> run(std::function<base::Later<T>()> work, base::SteadyTime deadline,
                                                        Priority priority);
  [[nodiscard]] Awaitable<void> wait_until(base::SteadyTime time);
  // Waits until that time; false if the client ends the connection before.
  [[nodiscard]] Awaitable<bool> wait_with_client(base::SteadyTime time);

  std::shared_ptr<Transport> transport_;
  Shared& shared_;
  const std::unique_ptr<Seats::Seat> seat_;
  std::optional<base::AccountId> account_;  // the account of the last request
  std::shared_ptr<Share> share_;            // that account's, otherwise the peer's
  RequestReader reader_;
  // Fires at a deadline; cancelled when the awaited event comes. Shared with work that outlives the connection.
  std::shared_ptr<boost::asio::steady_timer> alarm_;
  bool is_reading_ = false;
  bool aborted_ = false;
};

}  // namespace livecert::net

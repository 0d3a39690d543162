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

// Includes Asio: for the source files of this folder only.
namespace livecert::net {

// What all connections of a server share; outlives them.
struct Shared {
  const Limits limits;
  const std::vector<base::AddressBlock> proxy_protocol_from;
  http::Handler& handler;
  const base::Clock& clock;
  Seats seats;
  BodyBudget budget;
  Shares shares = {};
  WorkerPool workers;
  Count pending = {};  // answers that wait for something and no thread
  std::atomic<bool> draining = false;
};

// One client's connection from its first byte to its last: reads a request, has it answered, writes the answer, again.
// Lives on one network thread; only the work itself runs elsewhere.
class Connection {
 public:
  // Without a seat it may only turn_away().
  Connection(Transport::Socket socket, const Transport::Address& peer, boost::asio::ssl::context* tls,
             std::unique_ptr<Seats::Seat> seat, Shared& shared);

  // Serves until either side ends it. The connection must live until then.
  [[nodiscard]] boost::asio::awaitable<void> serve();
  // Says only that the server is full, where that can be said without a handshake.
  [[nodiscard]] boost::asio::awaitable<void> turn_away();

  // Ends the connection now if it waits for a request, else after the answer that is due.
  void drain();
  // Cuts the connection unless its request has arrived whole.
  void stop_reading();
  void abort();

 private:
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;
  enum class Next : std::uint8_t { kGoOn, kClose, kAbort };

  // What an answer has to observe besides its own content.
  struct Manner {
    bool keep_alive = false;
    bool http_1_0 = false;
    bool is_head = false;
  };

  // What comes before the first request; false: nothing can follow.
  [[nodiscard]] Awaitable<bool> begin();
  [[nodiscard]] bool is_from_balancer() const;
  [[nodiscard]] Awaitable<bool> learn_peer(base::SteadyTime deadline);
  [[nodiscard]] Awaitable<Next> serve_one();
  // Who takes turns from now on.
  void become(std::optional<base::AccountId> account);
  [[nodiscard]] Awaitable<std::variant<http::Response, Refused>> answer(ReadRequest read);
  [[nodiscard]] Awaitable<Next> write(http::Response response, Manner manner);
  [[nodiscard]] Awaitable<Next> stream(std::string head, http::BodyProducer producer, bool chunked);
  [[nodiscard]] http::Response refuse(const Refused& refused);

  // Where the connection waits for what work results in.
  template <typename T>
  class Arrival;
  // A request that nobody has worked on yet waits in a queue of limited length; the next part of one goes before it.
  enum class Work : std::uint8_t { kNew, kBegun };
  // Runs `work` on a worker, which starts what that returns. A Refused when the queue is full of others', or when there
  // is no result by `deadline` (in the clock's time) or the connection was aborted; a result that comes later is
  // dropped.
  template <typename T>
  [[nodiscard]] Awaitable<std::variant<T, Refused>> run(std::function<base::Later<T>()> work, base::SteadyTime deadline,
                                                        Work is);
  [[nodiscard]] Awaitable<void> wait_until(base::SteadyTime time);
  // Until that time, unless the client ends the connection before: false then.
  [[nodiscard]] Awaitable<bool> wait_with_client(base::SteadyTime time);

  std::shared_ptr<Transport> transport_;
  Shared& shared_;
  const std::unique_ptr<Seats::Seat> seat_;
  std::optional<base::AccountId> account_;  // that the last request proved
  std::shared_ptr<Share> share_;            // that account's, else the peer's
  RequestReader reader_;
  // Rings at a deadline; cancelled when what is waited for has come. Shared with work that outlasts the connection.
  std::shared_ptr<boost::asio::steady_timer> alarm_;
  bool is_reading_ = false;
  bool aborted_ = false;
};

}  // namespace livecert::net

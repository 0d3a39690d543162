#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <variant>

#include <boost/asio/awaitable.hpp>

#include "base/time.h"
#include "http/message.h"
#include "net/body_budget.h"
#include "net/input_buffer.h"
#include "net/limits.h"
#include "net/request_head.h"
#include "net/share.h"
#include "net/transport.h"

// Includes Asio: only for source files of this folder.
namespace livecert::net {

// A complete request, with the facts that its connection needs. It holds the lease of its body.
struct ReadRequest {
  http::Request request;
  bool keep_alive;
  bool http_1_0;
};

// The connection ended or stayed silent while its client was not waiting for an answer.
struct Gone {};

// Reads requests from one connection, one after the other; its buffer keeps bytes of the next one. Applies every limit
// before it allocates memory. Belongs to the thread of its transport.
class RequestReader final : private BodyBudget::Lease::Receiver {
 public:
  using Outcome = std::variant<ReadRequest, Refused, Gone>;

  // `share`: the owner of the next body; may change between requests.
  RequestReader(Transport& transport, const Limits& limits, BodyBudget& budget, const std::shared_ptr<Share>& share,
                const base::Clock& clock)
      : transport_(transport), limits_(limits), budget_(budget), share_(share), clock_(clock) {}

  [[nodiscard]] boost::asio::awaitable<Outcome> read();
  // Whether no byte of a next request has arrived.
  [[nodiscard]] bool is_idle() const { return idle_; }

 private:
  // nullopt continues; anything else is the result of reading.
  using Stop = std::optional<std::variant<Refused, Gone>>;
  using Lease = BodyBudget::Lease;

  [[nodiscard]] boost::asio::awaitable<Stop> fill(std::size_t room, base::SteadyTime deadline, const char* too_slow);
  [[nodiscard]] boost::asio::awaitable<bool> wait_for_first_byte();
  [[nodiscard]] boost::asio::awaitable<Stop> read_head(RequestHead& head);
  [[nodiscard]] boost::asio::awaitable<Stop> invite_body(Lease& lease);
  [[nodiscard]] boost::asio::awaitable<Stop> read_body(const RequestHead& head, http::Request& into);
  [[nodiscard]] boost::asio::awaitable<Stop> read_bytes(std::size_t length, base::WipedBuffer& body, Lease& lease);
  [[nodiscard]] boost::asio::awaitable<Stop> read_chunks(base::WipedBuffer& body, Lease& lease);
  void make_room() override;
  [[nodiscard]] base::SteadyTime body_deadline(base::SteadyTime start, std::size_t received) const;

  Transport& transport_;
  const Limits& limits_;
  BodyBudget& budget_;
  const std::shared_ptr<Share>& share_;
  const base::Clock& clock_;
  InputBuffer input_;
  bool idle_ = true;
  bool first_ = true;
};

}  // namespace livecert::net

#include "net/connection.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/given_up.h"
#include "net/response_head.h"

namespace livecert::net {
namespace {

namespace asio = boost::asio;

// A body up to this size is copied behind its head, so that both leave in one write and one TLS record.
constexpr std::size_t kInlineBody = 16UL * 1024;

// The time between checks whether the client is still there, while its request waits for its turn.
constexpr auto kLookAgain = std::chrono::milliseconds(100);

Refused too_late() {
  return {http::Refusal::kDeadlineExceeded, "the answer was not ready in time", false};
}

Refused too_many() {
  return {http::Refusal::kOverloaded, "too many requests are waiting"};
}

AnswerFraming framing_of(const http::Response& response, bool http_1_0) {
  if (response.status == 204 || response.status == 304) return AnswerFraming::kNone;
  if (!std::holds_alternative<http::BodyProducer>(response.body)) return AnswerFraming::kLength;
  return http_1_0 ? AnswerFraming::kClose : AnswerFraming::kChunked;
}

using Piece = base::Result<std::optional<std::string>>;

Piece next_piece(const http::BodyProducer& producer) {
  std::string piece;
  TRY_ASSIGN(const bool more, producer(piece));
  return more ? std::optional(std::move(piece)) : std::nullopt;
}

// RFC 9112 §7.1
void append_piece(std::string& out, std::string_view piece, bool chunked) {
  if (!chunked) {
    out += piece;
    return;
  }
  char digits[2 * sizeof(std::size_t)];
  const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), piece.size(), 16);
  out.append(digits, end).append("\r\n").append(piece).append("\r\n");
}

void post_task(const asio::any_io_executor& to, base::Once<> task) {
  asio::post(to, [task = std::move(task)]() mutable { std::move(task)(); });
}

// Counts for as long as an answer may still come.
class Outstanding {
 public:
  explicit Outstanding(Count& count) : count_(count) { static_cast<void>(count_.add()); }
  Outstanding(const Outstanding&) = delete;
  Outstanding& operator=(const Outstanding&) = delete;
  ~Outstanding() { count_.remove(); }

 private:
  Count& count_;
};

}  // namespace

// All calls but abandoned() are made on the connection's thread.
template <typename T>
class Connection::Arrival {
 public:
  explicit Arrival(std::shared_ptr<asio::steady_timer> alarm) : alarm_(std::move(alarm)) {}

  void take(T result) {
    if (abandoned_) return;
    result_ = std::move(result);
    alarm_->cancel();
  }
  // No result will come.
  void give_up() {
    if (abandoned_) return;
    given_up_ = true;
    alarm_->cancel();
  }
  // Returns the result if it has arrived, and drops any later one.
  [[nodiscard]] std::optional<T> end_wait() {
    abandoned_ = true;
    return std::move(result_);
  }
  [[nodiscard]] bool was_given_up() const { return given_up_; }
  // Whether the connection no longer waits.
  [[nodiscard]] const std::atomic<bool>& abandoned() const { return abandoned_; }

 private:
  std::shared_ptr<asio::steady_timer> alarm_;
  std::optional<T> result_;
  bool given_up_ = false;
  std::atomic<bool> abandoned_ = false;
};

Connection::Connection(Transport::Socket socket, const Transport::Address& peer, asio::ssl::context* tls,
                       std::unique_ptr<Seats::Seat> seat, Shared& shared)
    : transport_(std::make_shared<Transport>(std::move(socket), peer, tls, shared.limits)),
      shared_(shared),
      seat_(std::move(seat)),
      share_(shared.shares.of(Principal::of(transport_->peer()))),
      reader_(*transport_, shared.limits, shared.budget, share_, shared.clock),
      alarm_(std::make_shared<asio::steady_timer>(transport_->executor())) {}

asio::awaitable<void> Connection::serve() {
  if (!co_await begin()) co_return abort();
  Next next = Next::kGoOn;
  while (next == Next::kGoOn) next = co_await serve_one();
  if (next == Next::kClose) co_await transport_->close();
  abort();
}

Connection::Awaitable<bool> Connection::begin() {
  const auto deadline = std::chrono::steady_clock::now() + shared_.limits.header_time;
  // Each await has its own statement, because GCC 12 awaits the right side of && and || whatever the left side says.
  if (is_from_balancer()) {
    const bool learnt = co_await learn_peer(deadline);
    if (!learnt) co_return false;
  }
  if (!transport_->is_tls()) co_return true;
  const Io io = co_await transport_->handshake(deadline);
  co_return io == Io::kDone;
}

bool Connection::is_from_balancer() const {
  if (shared_.proxy_protocol_from.empty()) return false;
  const auto lists = [this](base::ByteView peer) {
    return std::ranges::any_of(shared_.proxy_protocol_from,
                               [&](const base::AddressBlock& block) { return block.contains(peer); });
  };
  const Transport::Address& peer = transport_->peer();
  return peer.is_v4() ? lists(peer.to_v4().to_bytes()) : lists(peer.to_v6().to_bytes());
}

Connection::Awaitable<bool> Connection::learn_peer(base::SteadyTime deadline) {
  const auto [io, malformed] = co_await transport_->read_proxy_header(deadline);
  if (io != Io::kDone) co_return false;
  if (malformed.empty()) {
    const Principal peer = Principal::of(transport_->peer());
    seat_->move_to(peer);
    share_ = shared_.shares.of(peer);
    co_return true;
  }
  // The log always gets this, and the other side if that needs no handshake.
  http::Response refusal =
      refuse({http::Refusal::kMalformed, "connections from " + transport_->peer_address() +
                                             " must begin with a PROXY protocol header: " + std::string(malformed)});
  if (transport_->is_tls()) co_return false;
  const Next next = co_await write(std::move(refusal), ReplyOptions());
  if (next != Next::kAbort) co_await transport_->close();
  co_return false;
}

asio::awaitable<void> Connection::turn_away() {
  if (!transport_->is_tls()) {
    const Refused refused{http::Refusal::kOverloaded, "too many connections are open"};
    co_await write(refuse(refused), ReplyOptions());
    co_await transport_->close();
  }
  abort();
}

void Connection::drain() {
  if (reader_.is_idle()) transport_->interrupt();
}

void Connection::stop_reading() {
  if (is_reading_) abort();
}

void Connection::abort() {
  aborted_ = true;
  transport_->abort(Transport::How::kClose);
  alarm_->cancel();
}

Connection::Awaitable<Connection::Next> Connection::serve_one() {
  is_reading_ = true;
  RequestReader::Outcome outcome = co_await reader_.read();
  is_reading_ = false;
  if (std::holds_alternative<Gone>(outcome)) co_return Next::kAbort;
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    co_return co_await write(refuse(*refused), ReplyOptions{.keep_alive = !refused->close});
  }
  auto& read = std::get<ReadRequest>(outcome);
  const ReplyOptions options{read.keep_alive, read.http_1_0, read.request.method == "HEAD"};
  seat_->work();
  std::variant<http::Response, Refused> answered = co_await answer(std::move(read));
  seat_->wait();
  if (aborted_) co_return Next::kAbort;
  if (const auto* refused = std::get_if<Refused>(&answered)) {
    ReplyOptions refusal_options = options;
    refusal_options.keep_alive = options.keep_alive && !refused->close;
    co_return co_await write(refuse(*refused), refusal_options);
  }
  co_return co_await write(std::get<http::Response>(std::move(answered)), options);
}

void Connection::become(std::optional<base::AccountId> account) {
  if (account == account_) return;
  account_ = account;
  seat_->set_proven(account.has_value());
  share_ = shared_.shares.of(account ? Principal::of(*account) : Principal::of(transport_->peer()));
}

Connection::Awaitable<std::variant<http::Response, Refused>> Connection::answer(ReadRequest read) {
  const base::SteadyTime deadline = read.request.deadline;
  const auto held = std::make_shared<http::Request>(std::move(read.request));
  std::function<base::Later<http::Answer>()> handle = [&handler = shared_.handler,
                                                       held]() -> base::Later<http::Answer> {
    http::Answer answer = handler.handle(std::move(*held));
    if (answer.turn || answer.response.is_here()) return answer;
    return std::move(answer.response).then([account = answer.account](http::Response response) {
      http::Answer made(std::move(response));
      made.account = account;
      return made;
    });
  };
  auto handled = co_await run<http::Answer>(std::move(handle), deadline, Priority::kNew);
  if (auto* refused = std::get_if<Refused>(&handled)) co_return std::move(*refused);
  auto& answer = std::get<http::Answer>(handled);
  become(answer.account);
  if (!answer.turn) co_return std::move(answer.response).take();
  const http::Turn turn = *answer.turn;
  const auto response = std::make_shared<base::Later<http::Response>>(std::move(answer.response));
  // While its request is held back, a stranger's connection counts as waiting.
  if (!account_) seat_->wait();
  const bool is_there = co_await wait_with_client(std::min(turn.at, turn.deadline));
  if (!is_there) {
    // The client will not read the answer. The waiting work is dropped now, and its turn with it.
    abort();
    co_return too_late();
  }
  // This is a variable because GCC 12 destroys a lambda twice if it becomes a std::function inside a co_await
  // expression.
  std::function<base::Later<http::Response>()> begin = [response] { return std::move(*response); };
  co_return co_await run<http::Response>(std::move(begin), turn.deadline, Priority::kResumed);
}

Connection::Awaitable<bool> Connection::wait_with_client(base::SteadyTime time) {
  while (!aborted_ && shared_.clock.steady_now() < time) {
    if (transport_->has_peer_ended()) co_return false;
    co_await wait_until(std::min(time, shared_.clock.steady_now() + kLookAgain));
  }
  co_return true;
}

template <typename T>
Connection::Awaitable<std::variant<T, Refused>> Connection::run(std::function<base::Later<T>()> work,
                                                                base::SteadyTime deadline, Priority priority) {
  if (aborted_ || shared_.clock.steady_now() >= deadline) co_return too_late();
  const auto arrival = std::make_shared<Arrival<T>>(alarm_);
  const auto here = alarm_->get_executor();
  WorkerPool::Job job = [arrival, here, work = std::move(work), &pending = shared_.pending](WorkerPool::Turn turn) {
    if (turn == WorkerPool::Turn::kCrowdedOut) return asio::post(here, [arrival] { arrival->give_up(); });
    const base::GivenUpScope scope(arrival->abandoned());
    if (arrival->abandoned()) return;
    base::Later<T> result = work();
    // Both sides own it: the thread that brings the result may still be posting it when it is taken.
    const auto outstanding = result.is_here() ? nullptr : std::make_shared<Outstanding>(pending);
    std::move(result).start({[arrival, outstanding](T value) { arrival->take(std::move(value)); },
                             [here, outstanding](base::Once<> task) { post_task(here, std::move(task)); }});
  };
  const WorkerPool::LinePtr line(share_, &share_->line);
  const bool taken = priority == Priority::kResumed
                         ? shared_.workers.resume(line, std::move(job))
                         : shared_.workers.submit(line, std::move(job), shared_.limits.queued_requests);
  if (!taken) co_return too_many();
  co_await wait_until(deadline);
  std::optional<T> result = arrival->end_wait();
  if (result) co_return *std::move(result);
  co_return arrival->was_given_up() ? too_many() : too_late();
}

Connection::Awaitable<void> Connection::wait_until(base::SteadyTime time) {
  if (aborted_) co_return;
  alarm_->expires_after(time - shared_.clock.steady_now());
  co_await alarm_->async_wait(asio::as_tuple(asio::use_awaitable));
}

http::Response Connection::refuse(const Refused& refused) {
  http::Response response = shared_.handler.refuse(refused.refusal, refused.detail, transport_->peer_address());
  response.close = response.close || refused.close;
  return response;
}

Connection::Awaitable<Connection::Next> Connection::write(http::Response response, ReplyOptions options) {
  AnswerStyle style;
  style.framing = framing_of(response, options.http_1_0);
  style.keep_alive =
      options.keep_alive && !response.close && !shared_.draining && style.framing != AnswerFraming::kClose;
  style.idle_time = shared_.limits.idle_time;
  style.now = shared_.clock.now();
  std::string head = to_head(response, style);
  const Next next = style.keep_alive ? Next::kGoOn : Next::kClose;

  if (auto* producer = std::get_if<http::BodyProducer>(&response.body); producer != nullptr && !options.is_head) {
    const Next streamed =
        co_await stream(std::move(head), std::move(*producer), style.framing == AnswerFraming::kChunked);
    co_return streamed == Next::kGoOn ? next : streamed;
  }
  std::string_view body;
  const auto* const secret = std::get_if<base::WipedBuffer>(&response.body);
  if (const auto* text = std::get_if<std::string>(&response.body)) body = *text;
  if (secret != nullptr) body = base::as_text(*secret);
  if (style.framing == AnswerFraming::kNone || options.is_head) body = {};
  // A secret stays in memory that will be wiped.
  if (body.size() <= kInlineBody && secret == nullptr) {
    head += body;
    body = {};
  }
  const Io io = co_await transport_->write(head, body);
  co_return io == Io::kDone ? next : Next::kAbort;
}

Connection::Awaitable<Connection::Next> Connection::stream(std::string pending, http::BodyProducer producer,
                                                           bool chunked) {
  const auto source = std::make_shared<http::BodyProducer>(std::move(producer));
  for (;;) {
    const auto deadline = shared_.clock.steady_now() + shared_.limits.stall_time;
    std::function<base::Later<Piece>()> pull = [source] { return next_piece(*source); };  // a variable, as in answer()
    const auto pulled = co_await run<Piece>(std::move(pull), deadline, Priority::kResumed);
    const Piece* piece = std::get_if<Piece>(&pulled);
    const bool failed = piece == nullptr || !piece->has_value();
    const bool ended = !failed && !piece->value().has_value();
    if (!failed && !ended && !piece->value()->empty()) {
      append_piece(pending, *piece->value(), chunked);
    }
    if (ended && chunked) pending += "0\r\n\r\n";
    if (co_await transport_->write(pending) != Io::kDone) co_return Next::kAbort;
    seat_->wait();
    if (ended) co_return Next::kGoOn;
    if (failed) {
      // The client sees no final chunk, or a reset with HTTP/1.0, so it cannot take this for the whole answer.
      transport_->abort(chunked ? Transport::How::kClose : Transport::How::kReset);
      co_return Next::kAbort;
    }
    pending.clear();
  }
}

}  // namespace livecert::net

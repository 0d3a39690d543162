#include "net/request_reader.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/chunk_decoder.h"

namespace livecert::net {
namespace {

using boost::asio::awaitable;
using std::chrono::steady_clock;

constexpr std::size_t kHeadRoom = 4UL * 1024;
constexpr std::size_t kChunkRoom = 16UL * 1024;
constexpr std::size_t kFirstBodyBlock = BodyBudget::kOrdinaryBody;

Refused body_too_large(std::size_t limit) {
  return {http::Refusal::kBodyTooLarge, "the body is larger than " + std::to_string(limit) + " bytes"};
}

Refused no_budget() {
  return {http::Refusal::kOverloaded, "too many requests are being received"};
}

RequestReader::Outcome to_outcome(std::variant<Refused, Gone> stop) {
  if (auto* refused = std::get_if<Refused>(&stop)) return std::move(*refused);
  return Gone{};
}

}  // namespace

awaitable<RequestReader::Outcome> RequestReader::read() {
  if (!co_await wait_for_first_byte()) co_return Gone{};
  ReadRequest read{{}, true, false};
  read.request.received = clock_.steady_now();
  read.request.peer_address = transport_.peer_address();
  read.request.peer_network = transport_.peer_network();
  read.request.through_proxy = transport_.is_through_proxy();
  read.request.is_peer_known = transport_.is_peer_known();
  read.request.secure = transport_.is_tls();

  RequestHead head;
  Stop stop = co_await read_head(head);
  if (!stop) stop = co_await read_body(head, read.request);
  if (stop) co_return to_outcome(*std::move(stop));

  // The time for the answer counts from here: an honest sender on a slow line gets an answer too.
  read.request.deadline = clock_.steady_now() + limits_.answer_time;
  read.request.method = std::move(head.method);
  read.request.target = std::move(head.target);
  read.request.headers = std::move(head.headers);
  read.keep_alive = head.keep_alive;
  read.http_1_0 = head.http_1_0;
  co_return read;
}

awaitable<bool> RequestReader::wait_for_first_byte() {
  const auto deadline = steady_clock::now() + (first_ ? limits_.header_time : limits_.idle_time);
  // RFC 9112 §2.2: an old client may send one empty line too many after a body.
  for (bool skipped = false;;) {
    if (!skipped && input_.text().starts_with("\r\n")) {
      input_.consume(2);
      skipped = true;
    }
    if (!input_.empty()) break;
    idle_ = true;
    input_.shrink(kHeadRoom);
    if (co_await fill(kHeadRoom, deadline, "")) co_return false;
  }
  idle_ = false;
  first_ = false;
  co_return true;
}

awaitable<RequestReader::Stop> RequestReader::fill(std::size_t room, base::SteadyTime deadline, const char* too_slow) {
  const auto [io, bytes] = co_await transport_.read(input_.prepare(room), deadline);
  if (io == Io::kDone) {
    input_.commit(bytes);
    co_return std::nullopt;
  }
  if (io == Io::kTimedOut) co_return Refused{http::Refusal::kTooSlow, too_slow};
  co_return Gone{};
}

awaitable<RequestReader::Stop> RequestReader::read_head(RequestHead& head) {
  const auto deadline = steady_clock::now() + limits_.header_time;
  std::size_t seen = 0;
  for (;;) {
    const HeadEnd end = find_head_end(input_.text(), seen);
    if (end.state == HeadEnd::State::kMalformed) {
      co_return Refused{http::Refusal::kMalformed,
                        "the header holds a control character or a line that does not end in CRLF"};
    }
    if (std::max(end.length, end.state == HeadEnd::State::kComplete ? 0 : input_.size()) > limits_.header_bytes) {
      co_return Refused{http::Refusal::kHeaderTooLarge,
                        "the header is larger than " + std::to_string(limits_.header_bytes) + " bytes"};
    }
    if (end.state == HeadEnd::State::kComplete) {
      auto parsed = parse_head(input_.text().substr(0, end.length), limits_.header_count);
      input_.consume(end.length);
      if (auto* refused = std::get_if<Refused>(&parsed)) co_return std::move(*refused);
      head = std::get<RequestHead>(std::move(parsed));
      co_return std::nullopt;
    }
    seen = input_.size();
    if (Stop stop = co_await fill(kHeadRoom, deadline, "the header did not arrive in time")) co_return stop;
  }
}

awaitable<RequestReader::Stop> RequestReader::read_body(const RequestHead& head, http::Request& into) {
  if (head.content_length > limits_.body_bytes) co_return body_too_large(limits_.body_bytes);
  if (head.expectation == Expectation::kUnknown) {
    // The client decides whether the body follows, so the next bytes could be either body or request.
    const bool close = head.has_body() || head.method == "HEAD";
    co_return Refused{http::Refusal::kUnknownExpectation, "the only Expect understood is 100-continue", close};
  }
  if (!head.has_body()) co_return std::nullopt;
  BodyBudget::Lease::Receiver& self = *this;
  const auto lease =
      std::make_shared<Lease>(budget_, std::shared_ptr<BodyBudget::Holder>(share_, &share_->bodies), self);
  Stop stop;
  if (head.expectation == Expectation::kContinue && input_.empty()) stop = co_await invite_body(*lease);
  if (!stop && head.chunked) stop = co_await read_chunks(into.body, *lease);
  if (!stop && !head.chunked) {
    stop = co_await read_bytes(static_cast<std::size_t>(head.content_length), into.body, *lease);
  }
  if (!lease->settle()) co_return no_budget();  // make_room() may have ended the reading
  into.lease = lease;
  co_return stop;
}

void RequestReader::make_room() {
  boost::asio::post(transport_.executor(), [weak = transport_.weak_from_this()] {
    if (const auto transport = weak.lock()) transport->interrupt();
  });
}

awaitable<RequestReader::Stop> RequestReader::invite_body(Lease& lease) {
  if (!lease.extend_to(std::min(kFirstBodyBlock, limits_.body_bytes))) co_return no_budget();
  const Io io = co_await transport_.write("HTTP/1.1 100 Continue\r\n\r\n");
  if (io != Io::kDone) co_return Gone{};
  co_return std::nullopt;
}

awaitable<RequestReader::Stop> RequestReader::read_bytes(std::size_t length, base::WipedBuffer& body, Lease& lease) {
  const auto start = steady_clock::now();
  std::size_t received = 0;
  while (received < length) {
    if (received == body.size()) {
      const std::size_t room = std::min(length, std::max(kFirstBodyBlock, 2 * received));
      if (!lease.extend_to(room)) co_return no_budget();
      body.reserve(room);
      body.resize(room);
    }
    const auto rest = std::span(body).subspan(received);
    if (!input_.empty()) {
      const std::size_t bytes = std::min(input_.size(), rest.size());
      std::memcpy(rest.data(), input_.bytes().data(), bytes);
      input_.consume(bytes);
      received += bytes;
      continue;
    }
    const auto [io, bytes] = co_await transport_.read(rest, body_deadline(start, received));
    if (io == Io::kTimedOut) co_return Refused{http::Refusal::kTooSlow, "the body did not arrive in time"};
    if (io != Io::kDone) co_return Gone{};
    received += bytes;
  }
  co_return std::nullopt;
}

awaitable<RequestReader::Stop> RequestReader::read_chunks(base::WipedBuffer& body, Lease& lease) {
  using State = ChunkDecoder::State;
  const auto start = steady_clock::now();
  ChunkDecoder decoder(limits_.body_bytes);
  for (;;) {
    const std::size_t needed = body.size() + input_.size();
    if (needed > body.capacity()) {
      const std::size_t room = std::max({kFirstBodyBlock, std::min(2 * body.capacity(), limits_.body_bytes), needed});
      if (!lease.extend_to(room)) co_return no_budget();
      body.reserve(room);
    }
    const auto [state, consumed] = decoder.feed(input_.bytes(), body);
    input_.consume(consumed);
    if (state == State::kDone) co_return std::nullopt;
    if (state == State::kMalformed) co_return Refused{http::Refusal::kMalformed, "the chunked body is malformed"};
    if (state == State::kChunksTooSmall) {
      co_return Refused{http::Refusal::kMalformed, "the body comes in too many small chunks"};
    }
    if (state == State::kBodyTooLarge) co_return body_too_large(limits_.body_bytes);
    if (state == State::kTrailerTooLarge) co_return Refused{http::Refusal::kHeaderTooLarge, "the trailer is too large"};
    const auto deadline = body_deadline(start, body.size());
    if (Stop stop = co_await fill(kChunkRoom, deadline, "the body did not arrive in time")) co_return stop;
  }
}

base::SteadyTime RequestReader::body_deadline(base::SteadyTime start, std::size_t received) const {
  const auto earned = std::chrono::seconds(received / limits_.bytes_per_second);
  return std::min(
      {start + limits_.body_time, start + limits_.stall_time + earned, steady_clock::now() + limits_.stall_time});
}

}  // namespace livecert::net

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "outgoing/call.h"
#include "outgoing/fetcher.h"
#include "outgoing/frame.h"

// Requests to the process for outgoing calls, and its replies, as frames. Neither side trusts the other: a frame parses
// only if it is what the functions here make, within their bounds, with nothing left over.
namespace livecert::outgoing {

using Request = std::variant<Call, Mail, Fetch>;

// Why there is no answer. It names no address: who called knows it, and knows what of it may be shown.
struct Failure {
  base::ErrorCode code = base::ErrorCode::kUpstreamFailure;  // kUpstreamFailure, kUpstreamBadAnswer, kDeadlineExceeded
  std::string reason;                                        // printable ASCII, at most kMaxReason bytes
};
inline constexpr std::size_t kMaxReason = 200;

// Of the last lines of a mail server.
inline constexpr std::size_t kMaxMailReply = 4096;

using Reply = std::variant<Answer, Fetched, Failure>;

// A request with the time when its answer is due. Both processes have the same steady clock.
struct Ordered {
  Request request;
  std::chrono::steady_clock::time_point due;
};

// nullopt when the request is larger than kMaxContent.
[[nodiscard]] std::optional<Frame> to_frame(std::uint64_t id, const Ordered& ordered);
[[nodiscard]] std::optional<Ordered> parse_request(const Frame& frame);

// A reply that does not fit, or has a text that is not allowed, becomes a Failure.
[[nodiscard]] Frame to_frame(std::uint64_t id, const Reply& reply);
[[nodiscard]] std::optional<Reply> parse_reply(const Frame& frame);

// The timeout of a request.
[[nodiscard]] std::chrono::milliseconds timeout_of(const Request& request);

// Whether this may be the reply to that request: its kind, and no more bytes than were asked for.
[[nodiscard]] bool fits(const Reply& reply, const Request& request);

}  // namespace livecert::outgoing

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace livecert::net {

// How the client recognises the end of an answer (RFC 9112 §6.3).
enum class AnswerFraming : std::uint8_t {
  kLength,   // Content-Length
  kChunked,  // a producer, to HTTP/1.1
  kClose,    // a producer, to HTTP/1.0
  kNone,     // 204 and 304 have no body
};

struct AnswerStyle {
  AnswerFraming framing = AnswerFraming::kLength;
  bool keep_alive = true;
  std::chrono::milliseconds idle_time{};  // named with keep_alive
  base::Time now;
};

// The head of an answer up to its empty line. Drops headers of `response` that the server writes itself, and turns
// control characters in headers into spaces, so that no header can split the answer.
[[nodiscard]] std::string to_head(const http::Response& response, const AnswerStyle& style);

// RFC 9110 §5.6.7, IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
[[nodiscard]] std::string to_http_date(base::Time time);

}  // namespace livecert::net

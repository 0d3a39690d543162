#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "http/message.h"

// Reads the head of an HTTP/1 request strictly: it refuses everything that two readers of HTTP could understand
// differently, so that no request can be smuggled past a proxy in front of us. Boost.Beast 1.81 accepts several of
// these forms (`Transfer-Encoding: xchunked` as an empty body, equal Content-Lengths twice, obs-fold); a check before
// Beast would have to be a parser anyway, and two parsers can disagree.
namespace livecert::net {

// The refusal of a message that is not yet a request; `detail` is for the client.
struct Refused {
  http::Refusal refusal = http::Refusal::kMalformed;
  std::string detail;
  bool close = true;  // false: the message was read completely, so the connection can continue
};

enum class Expectation : std::uint8_t { kNone, kContinue, kUnknown };

struct RequestHead {
  std::string method;
  std::string target;
  http::Headers headers;
  bool http_1_0 = false;
  bool keep_alive = true;
  Expectation expectation = Expectation::kNone;
  // How the body is framed (RFC 9112 §6.3): chunked, or that many bytes.
  bool chunked = false;
  std::uint64_t content_length = 0;

  [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }
};

// Whether `bytes`, the beginning of a request, hold a complete head.
struct HeadEnd {
  enum class State : std::uint8_t { kIncomplete, kComplete, kMalformed };
  State state = State::kIncomplete;
  std::size_t length = 0;  // of a complete head, its empty line included
};

// The caller has searched the first `seen` bytes before. kMalformed as soon as there is a byte that no head may hold
// (bare LF, bare CR, control characters), so that the server does not wait for the rest.
[[nodiscard]] HeadEnd find_head_end(std::string_view bytes, std::size_t seen);

// Reads a head that ends with its empty line. Does not judge the size of the body.
[[nodiscard]] std::variant<RequestHead, Refused> parse_head(std::string_view head, std::size_t max_headers);

// Parses a header line without its CRLF (RFC 9112 §5), or reports its fault. Also for the trailers of a chunked body.
[[nodiscard]] std::variant<http::Header, std::string> parse_header_line(std::string_view line);

}  // namespace livecert::net

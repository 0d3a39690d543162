#include "net/request_head.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/trim.h"
#include "http/uri.h"

namespace livecert::net {
namespace {

// The fault, or nullopt.
using Fault = std::optional<std::string>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 9110 §5.6.2
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// RFC 9110 §5.5: visible ASCII, obs-text, space and tab.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
  });
}

// Takes the first line from `text`, without its CRLF; nullopt when there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

Fault read_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return "the request line is not \"METHOD target HTTP/1.1\"";
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method)) return "the method in the request line is malformed";
  if (head.target.empty() ||
      !std::all_of(head.target.begin(), head.target.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return "the target in the request line is malformed";
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return "the version must be HTTP/1.1 or HTTP/1.0";
  head.http_1_0 = version == "HTTP/1.0";
  return std::nullopt;
}

// A host name, an IPv4 address or a bracketed IPv6 address, and perhaps a port (RFC 9110 §7.2). Narrower than RFC 3986:
// no name in the DNS needs percent-encoding or sub-delimiters.
bool is_host(std::string_view value) {
  const auto [host, port] = http::split_host(value);
  const bool has_colon = host.size() < value.size();
  std::uint16_t number = 0;
  if (has_colon && !port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size()) return false;
  }
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  }
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; });
}

Fault judge_host(const RequestHead& head) {
  const std::size_t hosts = head.headers.count("Host");
  if (hosts > 1) return "there is more than one Host header";
  if (hosts == 0) return head.http_1_0 ? Fault() : Fault("there is no Host header");
  return is_host(*head.headers.find("Host")) ? Fault() : Fault("the Host header is malformed");
}

// RFC 9112 §6, without any of the leniency it allows.
Fault judge_framing(RequestHead& head) {
  const std::size_t encodings = head.headers.count("Transfer-Encoding");
  const std::size_t lengths = head.headers.count("Content-Length");
  if (encodings > 0) {
    if (lengths > 0) return "both Content-Length and Transfer-Encoding are given";
    if (head.http_1_0) return "Transfer-Encoding does not exist in HTTP/1.0";
    if (encodings > 1 || !base::equals_ignoring_ascii_case(*head.headers.find("Transfer-Encoding"), "chunked")) {
      return "the only Transfer-Encoding understood is chunked";
    }
    head.chunked = true;
    return std::nullopt;
  }
  if (lengths == 0) return std::nullopt;
  if (lengths > 1) return "there is more than one Content-Length header";
  const std::string_view value = *head.headers.find("Content-Length");
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  if (error != std::errc() || end != value.data() + value.size()) return "Content-Length is not a number of bytes";
  return std::nullopt;
}

bool lists_token(const http::Headers& headers, std::string_view name, std::string_view token) {
  return std::any_of(headers.fields().begin(), headers.fields().end(), [&](const http::Header& field) {
    if (!base::equals_ignoring_ascii_case(field.name, name)) return false;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (base::equals_ignoring_ascii_case(base::trim(rest.substr(0, comma)), token)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return false;
  });
}

void read_connection(RequestHead& head) {
  const bool close = lists_token(head.headers, "Connection", "close");
  head.keep_alive = !close && (!head.http_1_0 || lists_token(head.headers, "Connection", "keep-alive"));
}

// RFC 9110 §10.1.1: HTTP/1.0 knows no expectations.
void read_expectation(RequestHead& head) {
  const std::size_t expectations = head.headers.count("Expect");
  if (expectations == 0 || head.http_1_0) return;
  const bool is_continue =
      expectations == 1 && base::equals_ignoring_ascii_case(*head.headers.find("Expect"), "100-continue");
  head.expectation = is_continue ? Expectation::kContinue : Expectation::kUnknown;
}

Refused malformed(std::string detail) {
  return {http::Refusal::kMalformed, std::move(detail), true};
}

}  // namespace

HeadEnd find_head_end(std::string_view bytes, std::size_t seen) {
  using State = HeadEnd::State;
  // Goes one step back, because only the byte after a CR shows whether it was bare.
  for (std::size_t i = seen == 0 ? 0 : seen - 1; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte == '\n') {
      if (i == 0 || bytes[i - 1] != '\r') return {State::kMalformed, 0};
      if (i >= 3 && bytes.substr(i - 3, 4) == "\r\n\r\n") return {State::kComplete, i + 1};
    } else if (byte == '\r') {
      if (i + 1 < bytes.size() && bytes[i + 1] != '\n') return {State::kMalformed, 0};
    } else if ((byte < ' ' && byte != '\t') || byte == 0x7f) {
      return {State::kMalformed, 0};
    }
  }
  return {};
}

std::variant<http::Header, std::string> parse_header_line(std::string_view line) {
  if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) return "a header line is folded";
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return "a header line has no colon";
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return "the name of a header is malformed";
  const std::string_view value = base::trim(line.substr(colon + 1));
  if (!is_field_value(value)) return "the value of a header holds a control character";
  return http::Header{std::string(name), std::string(value)};
}

std::variant<RequestHead, Refused> parse_head(std::string_view text, std::size_t max_headers) {
  RequestHead head;
  auto line = take_line(text);
  if (!line) return malformed("the request line does not end");
  if (Fault fault = read_request_line(*line, head)) return malformed(*std::move(fault));
  for (;;) {
    line = take_line(text);
    if (!line) return malformed("the header does not end");
    if (line->empty()) break;
    if (head.headers.fields().size() == max_headers) {
      return Refused{http::Refusal::kHeaderTooLarge, "there are more than " + std::to_string(max_headers) + " headers"};
    }
    auto field = parse_header_line(*line);
    if (auto* fault = std::get_if<std::string>(&field)) return malformed(std::move(*fault));
    auto& [name, value] = std::get<http::Header>(field);
    head.headers.add(std::move(name), std::move(value));
  }
  if (!text.empty()) return malformed("the header ends twice");
  if (Fault fault = judge_host(head)) return malformed(*std::move(fault));
  if (Fault fault = judge_framing(head)) return malformed(*std::move(fault));
  read_connection(head);
  read_expectation(head);
  return head;
}

}  // namespace livecert::net

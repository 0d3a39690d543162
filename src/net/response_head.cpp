#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <boost/beast/http/status.hpp>

#include "base/bytes.h"

namespace livecert::net {
namespace {

constexpr std::array<std::string_view, 5> kOwnHeaders{"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive",
                                                      "Date"};

constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_own(std::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(),
                     [&](std::string_view own) { return base::equals_ignoring_ascii_case(name, own); });
}

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += (byte < ' ' && byte != '\t') || byte == 0x7f ? ' ' : c;
  }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out += ": ";
  append_clean(out, value);
  out += "\r\n";
}

// Only for a body that is not produced piece by piece.
std::size_t size_of_body(const http::Response& response) {
  if (const auto* secret = std::get_if<base::WipedBuffer>(&response.body)) return secret->size();
  return std::get<std::string>(response.body).size();
}

}  // namespace

std::string to_http_date(base::Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(seconds - days);
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                   kDays[std::chrono::weekday(days).c_encoding()], static_cast<unsigned>(date.day()),
                                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                   static_cast<int>(clock.seconds().count()));
  return {text, static_cast<std::size_t>(length)};
}

std::string to_head(const http::Response& response, const AnswerStyle& style) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head +=
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
  head += "\r\n";
  append_header(head, "Date", to_http_date(style.now));
  for (const http::Header& field : response.headers.fields()) {
    if (!is_own(field.name)) append_header(head, field.name, field.value);
  }
  if (style.framing == AnswerFraming::kLength) {
    append_header(head, "Content-Length", std::to_string(size_of_body(response)));
  } else if (style.framing == AnswerFraming::kChunked) {
    append_header(head, "Transfer-Encoding", "chunked");
  }
  append_header(head, "Connection", style.keep_alive ? "keep-alive" : "close");
  if (style.keep_alive) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(style.idle_time).count();
    append_header(head, "Keep-Alive", "timeout=" + std::to_string(seconds));
  }
  head += "\r\n";
  return head;
}

}  // namespace livecert::net

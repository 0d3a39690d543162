#include "net/request_head.h"

#include <array>
#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <gtest/gtest.h>

namespace livecert::net {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t kMaxHeaders = 100;

RequestHead parse_or_die(std::string_view text) {
  auto parsed = parse_head(text, kMaxHeaders);
  if (const auto* refused = std::get_if<Refused>(&parsed)) ADD_FAILURE() << text << refused->detail;
  return std::holds_alternative<RequestHead>(parsed) ? std::get<RequestHead>(parsed) : RequestHead();
}

struct RefusedHead {
  std::string_view why;
  std::string_view text;
};

constexpr std::array kRefusedHeads{
    RefusedHead{"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"no version", "GET /\r\nHost: a\r\n\r\n"},
    RefusedHead{"empty", "\r\n\r\n"},
    RefusedHead{"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
    RefusedHead{"non-ASCII target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"bad method", "G{T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"version 2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
    RefusedHead{"version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
    RefusedHead{"version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n"},
    RefusedHead{"long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
    RefusedHead{"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"},
    RefusedHead{"folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"},
    RefusedHead{"folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
    RefusedHead{"space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
    RefusedHead{"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"},
    RefusedHead{"no name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"},
    RefusedHead{"bad name", "GET / HTTP/1.1\r\nHost: a\r\nX[]: b\r\n\r\n"},
    RefusedHead{"non-ASCII name", "GET / HTTP/1.1\r\nHost: a\r\nX\xc3\xa9: b\r\n\r\n"},
    RefusedHead{"NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"sv},
    RefusedHead{"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    RefusedHead{"DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f\r\n\r\n"},
    RefusedHead{"bare LF in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n"},
    RefusedHead{"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n"},
    RefusedHead{"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
    RefusedHead{"no end", "GET / HTTP/1.1\r\nHost: a\r\n"},
    RefusedHead{"no Host", "GET / HTTP/1.1\r\n\r\n"},
    RefusedHead{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    RefusedHead{"two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n"},
    RefusedHead{"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    RefusedHead{"listed Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    RefusedHead{"Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
    RefusedHead{"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    RefusedHead{"Host with a large port", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"},
    RefusedHead{"Host with a bad port", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n"},
    RefusedHead{"Host with two ports", "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n"},
    RefusedHead{"Host that is only a port", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"},
    RefusedHead{"Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
    RefusedHead{"Host with text behind the bracket", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"},
    RefusedHead{"two lengths", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"},
    RefusedHead{"two equal lengths", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n"},
    RefusedHead{"listed lengths", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"},
    RefusedHead{"signed length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"},
    RefusedHead{"negative length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"},
    RefusedHead{"hexadecimal length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"},
    RefusedHead{"fractional length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\n"},
    RefusedHead{"empty length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
    RefusedHead{"length beyond 64 bits", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n"},
    RefusedHead{"both framings",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
    RefusedHead{"unknown encoding", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"},
    RefusedHead{"gzip, chunked", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
    RefusedHead{"identity", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
    RefusedHead{"quoted chunked", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"},
    RefusedHead{"chunked with a parameter", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n"},
    RefusedHead{"chunked behind a vertical tab",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
                "chunked\r\n\r\n"},
    RefusedHead{"chunked twice",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    RefusedHead{"no encoding", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"},
    RefusedHead{"encoding in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
};

TEST(ParseHead, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  for (const auto& [why, text] : kRefusedHeads) {
    const auto parsed = parse_head(text, kMaxHeaders);
    const auto* refused = std::get_if<Refused>(&parsed);
    ASSERT_NE(refused, nullptr) << why;
    EXPECT_EQ(refused->refusal, http::Refusal::kMalformed) << why;
    EXPECT_TRUE(refused->close) << why;
    EXPECT_FALSE(refused->detail.empty()) << why;
  }
}

TEST(ParseHead, ReadsAllThatTheRequestSays) {
  const RequestHead head = parse_or_die(
      "POST http://live.example/?Action=X HTTP/1.1\r\nHost: live.example:8080\r\nX-Date:20240619T071306Z\r\n"
      "Accept: a \t\r\naccept:  b\r\nX-Empty:\r\nContent-Length: 0012\r\n\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "http://live.example/?Action=X");
  EXPECT_EQ(head.headers.find("x-date"), "20240619T071306Z");
  EXPECT_EQ(head.headers.find("Accept"), "a");
  EXPECT_EQ(head.headers.count("Accept"), 2U);
  EXPECT_EQ(head.headers.find("X-Empty"), "");
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_TRUE(head.has_body());
  EXPECT_FALSE(head.chunked);
  EXPECT_TRUE(head.keep_alive);
}

TEST(ParseHead, TakesEveryKindOfHost) {
  for (const std::string host :
       {"a", "live.volcengineapi.com", "a:80", "a:", "127.0.0.1:1", "[::1]", "[::ffff:1.2.3.4]:8443"}) {
    parse_or_die("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }
  parse_or_die("GET / HTTP/1.0\r\n\r\n");
}

TEST(ParseHead, KnowsChunkedInAnyCase) {
  EXPECT_TRUE(parse_or_die("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked \r\n\r\n").chunked);
}

TEST(ParseHead, KnowsWhetherTheConnectionGoesOn) {
  EXPECT_FALSE(parse_or_die("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse_or_die("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse_or_die("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse_or_die("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST(ParseHead, KnowsExpectations) {
  const auto expectation = [](std::string_view version, std::string_view lines) {
    return parse_or_die("PUT / " + std::string(version) + "\r\nHost: a\r\n" + std::string(lines) + "\r\n").expectation;
  };
  EXPECT_EQ(expectation("HTTP/1.1", ""), Expectation::kNone);
  EXPECT_EQ(expectation("HTTP/1.1", "Expect: 100-Continue\r\n"), Expectation::kContinue);
  EXPECT_EQ(expectation("HTTP/1.1", "Expect: 200-ok\r\n"), Expectation::kUnknown);
  EXPECT_EQ(expectation("HTTP/1.1", "Expect: 100-continue\r\nExpect: 100-continue\r\n"), Expectation::kUnknown);
  EXPECT_EQ(expectation("HTTP/1.0", "Expect: 100-continue\r\n"), Expectation::kNone);
}

TEST(ParseHead, RefusesMoreHeadersThanTheLimit) {
  const std::string_view text = "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n";
  EXPECT_TRUE(std::holds_alternative<RequestHead>(parse_head(text, 3)));
  const auto parsed = parse_head(text, 2);
  ASSERT_TRUE(std::holds_alternative<Refused>(parsed));
  EXPECT_EQ(std::get<Refused>(parsed).refusal, http::Refusal::kHeaderTooLarge);
}

TEST(FindHeadEnd, FindsTheEndHoweverTheBytesArrive) {
  const std::string_view text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
  EXPECT_EQ(find_head_end(text, 0).length, text.size() - 4);
  for (std::size_t size = 0, seen = 0; size < text.size() - 4; seen = size++) {
    EXPECT_EQ(find_head_end(text.substr(0, size), seen).state, HeadEnd::State::kIncomplete) << size;
  }
  EXPECT_EQ(find_head_end(text, text.size() - 5).state, HeadEnd::State::kComplete);
}

TEST(FindHeadEnd, RefusesAByteThatNoHeadMayHoldAtOnce) {
  for (const std::string& text : {"GET / HTTP/1.1\nHost"s, "\n"s, "GET\r/"s, "\x16\x03\x01"s, "GET /\0"s, "G\x7f"s}) {
    EXPECT_EQ(find_head_end(text, 0).state, HeadEnd::State::kMalformed) << text;
  }
  EXPECT_EQ(find_head_end("GET\r/", 4).state, HeadEnd::State::kMalformed);
  EXPECT_EQ(find_head_end("GET\r", 0).state, HeadEnd::State::kIncomplete);
}

// An accepted head must mean the same to a parser that others use.
TEST(ParseHead, AgreesWithBeastOnWhatItAccepts) {
  namespace beast_http = boost::beast::http;
  for (const std::string_view text :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /?a=b HTTP/1.0\r\nContent-Length: 7\r\n\r\n",
        "PATCH http://x/y HTTP/1.1\r\nHost:\ta:1\t\r\nX-A: \xe8\xaf\x81\r\nX-B: a:b, \"c\"\r\nContent-Length: "
        "007\r\n\r\n",
        "M-SEARCH * HTTP/1.1\r\nHost: [::1]\r\nX-Empty: \r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    const RequestHead head = parse_or_die(text);
    beast_http::request_parser<beast_http::empty_body> parser;
    boost::system::error_code error;
    parser.body_limit(boost::none);
    parser.put(boost::asio::buffer(text.data(), text.size()), error);
    EXPECT_FALSE(error) << text << error.message();
    ASSERT_TRUE(parser.is_header_done());
    EXPECT_EQ(parser.get().method_string(), head.method);
    EXPECT_EQ(parser.get().target(), head.target);
    EXPECT_EQ(parser.chunked(), head.chunked);
    EXPECT_EQ(parser.content_length().value_or(0), head.content_length);
    EXPECT_EQ(parser.keep_alive(), head.keep_alive);
    std::size_t fields = 0;
    for (const auto& field : parser.get()) {
      EXPECT_EQ(head.headers.find(std::string_view(field.name_string())), std::string_view(field.value()));
      ++fields;
    }
    EXPECT_EQ(fields, head.headers.fields().size());
  }
}

}  // namespace
}  // namespace livecert::net

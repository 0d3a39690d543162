#include "net/chunk_decoder.h"

#include <array>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace livecert::net {
namespace {

using State = ChunkDecoder::State;
using namespace std::string_view_literals;

constexpr std::size_t kMaxBody = 64;

struct Decoded {
  State state;
  std::string body;
  std::size_t consumed;
};

Decoded decode(std::string_view text, std::size_t step) {
  ChunkDecoder decoder(kMaxBody);
  base::WipedBuffer body;
  std::size_t consumed = 0;
  State state = State::kNeedMore;
  while (state == State::kNeedMore && consumed < text.size()) {
    const auto fed = decoder.feed(base::as_bytes(text.substr(consumed, step)), body);
    state = fed.state;
    consumed += fed.consumed;
  }
  return {state, std::string(base::as_text(body)), consumed};
}

TEST(ChunkDecoder, PutsTheBodyTogetherHoweverItArrives) {
  const std::string_view text =
      "5\r\nhello\r\n1;name=\"value\"\r\n \r\n00a\r\nw\r\n\r\nrld!!\r\n0\r\nX-Trailer: 1\r\nY:\r\n\r\n";
  const std::string pipelined = std::string(text) + "GET / HTTP/1.1";
  for (std::size_t step = 1; step <= pipelined.size(); ++step) {
    const Decoded decoded = decode(pipelined, step);
    EXPECT_EQ(decoded.state, State::kDone) << step;
    EXPECT_EQ(decoded.body, "hello w\r\n\r\nrld!!") << step;
    EXPECT_EQ(decoded.consumed, text.size()) << step;
  }
}

TEST(ChunkDecoder, RefusesEveryLaxForm) {
  for (const std::string_view text : {"\r\n"sv,
                                      "5\nhello"sv,
                                      "+5\r\n"sv,
                                      "-1\r\n"sv,
                                      "0x5\r\n"sv,
                                      " 5\r\n"sv,
                                      "5 \r\n"sv,
                                      "5\t\r\n"sv,
                                      "g\r\n"sv,
                                      ";a\r\n"sv,
                                      "000000005\r\n"sv,
                                      "123456789\r\n"sv,
                                      "5\r\nhelloworld"sv,
                                      "5\r\nhello\n"sv,
                                      "5\r\nhello\r\r"sv,
                                      "5\rhello"sv,
                                      "5;a\n"sv,
                                      "5;\0\r\n"sv,
                                      "0\r\nno colon\r\n"sv,
                                      "0\r\n folded: 1\r\n"sv,
                                      "0\r\nX : 1\r\n"sv,
                                      "0\r\nX: 1\n"sv,
                                      "0\r\nX: \0\r\n"sv,
                                      "0\r\n\rX"sv,
                                      "0\r\nX: 1\rY"sv}) {
    EXPECT_EQ(decode(text, 1).state, State::kMalformed) << text;
    EXPECT_EQ(decode(text, text.size()).state, State::kMalformed) << text;
  }
}

TEST(ChunkDecoder, RefusesABodyOverTheLimitWithItsSize) {
  EXPECT_EQ(decode("41\r\n", 1).state, State::kBodyTooLarge);
  EXPECT_EQ(decode("ffffffff\r\n", 1).state, State::kBodyTooLarge);
  const std::string full = "40\r\n" + std::string(kMaxBody, 'x') + "\r\n";
  EXPECT_EQ(decode(full + "0\r\n\r\n", 7).state, State::kDone);
  EXPECT_EQ(decode(full + "1\r\n", 7).state, State::kBodyTooLarge);
}

// Each byte of framing costs a step, so the framing may not be many times the body.
TEST(ChunkDecoder, RefusesABodyInTooManySmallChunks) {
  const auto feed = [](std::size_t chunks, std::size_t size) {
    std::ostringstream chunk;
    chunk << std::hex << size << "\r\n" << std::string(size, 'x') << "\r\n";
    std::string sent;
    for (std::size_t i = 0; i < chunks; ++i) sent += chunk.str();
    sent += "0\r\n\r\n";
    ChunkDecoder decoder(2UL * 1024 * 1024);
    base::WipedBuffer body;
    return decoder.feed(base::as_bytes(sent), body).state;
  };
  EXPECT_EQ(feed(10'000, 1), ChunkDecoder::State::kDone);
  EXPECT_EQ(feed(20'000, 1), ChunkDecoder::State::kChunksTooSmall);
  EXPECT_EQ(feed(2UL * 1024 * 1024, 1), ChunkDecoder::State::kChunksTooSmall);
  EXPECT_EQ(feed(20'000, 100), ChunkDecoder::State::kDone);
}

TEST(ChunkDecoder, BoundsWhatItDrops) {
  EXPECT_EQ(decode("1;" + std::string(5000, 'a'), 100).state, State::kMalformed);
  std::string many;
  for (int i = 0; i < 60; ++i) many += "1;" + std::string(100, 'a') + "\r\nx\r\n";
  EXPECT_EQ(decode(many, 100).state, State::kMalformed);
  EXPECT_EQ(decode("0\r\nX: " + std::string(9000, 'a'), 100).state, State::kTrailerTooLarge);
}

}  // namespace
}  // namespace livecert::net

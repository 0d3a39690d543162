#include "outgoing/frame.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace livecert::outgoing::test {
namespace {

Frame make_frame(std::uint64_t id, std::size_t size) {
  return {id, 7, base::WipedBuffer(size, static_cast<std::uint8_t>(id))};
}

TEST(FrameReader, PutsFramesTogetherHoweverTheyArrive) {
  base::WipedBuffer stream;
  for (const std::size_t size : {0U, 1U, 300U, 70'000U}) {
    const base::WipedBuffer bytes = to_bytes(make_frame(size + 1, size));
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  }
  for (const std::size_t piece : {1UL, 12UL, 13UL, 14UL, 4096UL, stream.size()}) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      ASSERT_TRUE(reader.take(base::ByteView(stream).subspan(at, std::min(piece, stream.size() - at)), frames));
    }
    ASSERT_EQ(frames.size(), 4U) << piece;
    for (const Frame& frame : frames) {
      EXPECT_EQ(frame.kind, 7);
      EXPECT_EQ(frame.content, make_frame(frame.id, frame.id - 1).content);
    }
  }
}

TEST(FrameReader, BreaksForGoodAtAFrameThatIsTooLarge) {
  Frame frame = make_frame(1, kMaxContent);
  base::WipedBuffer bytes = to_bytes(frame);
  FrameReader reader;
  std::vector<Frame> frames;
  EXPECT_TRUE(reader.take(bytes, frames));
  EXPECT_EQ(frames.size(), 1U);
  bytes.resize(13);
  ++bytes[3];  // the last byte of the size
  EXPECT_FALSE(reader.take(bytes, frames));
  EXPECT_FALSE(reader.take(to_bytes(make_frame(2, 0)), frames));
  EXPECT_EQ(frames.size(), 1U);
}

}  // namespace
}  // namespace livecert::outgoing::test

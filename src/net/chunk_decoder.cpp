#include "net/chunk_decoder.h"

#include <algorithm>
#include <variant>

#include "net/request_head.h"

namespace livecert::net {
namespace {

constexpr unsigned kMaxDigits = 8;
constexpr std::size_t kMaxExtensionBytes = 4UL * 1024;
constexpr std::size_t kMaxTrailerBytes = 8UL * 1024;
// The framing may have this many bytes, and one more for every kBodyForOneOfFraming bytes of the body: enough for more
// than ten thousand chunks of any size.
constexpr std::size_t kFreeFramingBytes = 64UL * 1024;
constexpr std::size_t kBodyForOneOfFraming = 16;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(char c) {
  return c == '\t' || (c >= ' ' && c < '\x7f');
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::feed(base::ByteView bytes, base::WipedBuffer& body) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (expect_ == Expect::kData) {
      const std::size_t piece = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - i));
      const auto data = bytes.subspan(i, piece);
      body.insert(body.end(), data.begin(), data.end());
      i += piece;
      size_ -= piece;
      if (size_ == 0) expect_ = Expect::kDataCr;
      continue;
    }
    if (++framing_bytes_ > kFreeFramingBytes + body.size() / kBodyForOneOfFraming + trailer_bytes_) {
      return {State::kChunksTooSmall, i};
    }
    const State state = take(static_cast<char>(bytes[i++]), body.size());
    if (state != State::kNeedMore) return {state, i};
  }
  return {State::kNeedMore, i};
}

ChunkDecoder::State ChunkDecoder::take(char c, std::size_t body_size) {
  switch (expect_) {
    case Expect::kSize:
      return take_size(c);
    case Expect::kExtension:
      if (c == '\r') {
        expect_ = Expect::kSizeLf;
        return State::kNeedMore;
      }
      return is_text(c) && ++extension_bytes_ <= kMaxExtensionBytes ? State::kNeedMore : State::kMalformed;
    case Expect::kSizeLf:
      return c == '\n' ? begin_data(body_size) : State::kMalformed;
    case Expect::kDataCr:
      expect_ = Expect::kDataLf;
      return c == '\r' ? State::kNeedMore : State::kMalformed;
    case Expect::kDataLf:
      expect_ = Expect::kSize;
      return c == '\n' ? State::kNeedMore : State::kMalformed;
    case Expect::kTrailer:
    case Expect::kTrailerLf:
      return take_trailer(c);
    case Expect::kEndLf:
      return c == '\n' ? State::kDone : State::kMalformed;
    case Expect::kData:
      break;
  }
  return State::kMalformed;
}

ChunkDecoder::State ChunkDecoder::take_size(char c) {
  const int value = hex_value(c);
  if (value >= 0) {
    size_ = size_ * 16 + static_cast<std::uint64_t>(value);
    return ++digits_ <= kMaxDigits ? State::kNeedMore : State::kMalformed;
  }
  if (digits_ == 0) return State::kMalformed;
  if (c == ';') {
    expect_ = Expect::kExtension;
  } else if (c == '\r') {
    expect_ = Expect::kSizeLf;
  } else {
    return State::kMalformed;
  }
  return State::kNeedMore;
}

ChunkDecoder::State ChunkDecoder::begin_data(std::size_t body_size) {
  digits_ = 0;
  expect_ = size_ == 0 ? Expect::kTrailer : Expect::kData;
  return size_ <= max_body_ - body_size ? State::kNeedMore : State::kBodyTooLarge;
}

ChunkDecoder::State ChunkDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > kMaxTrailerBytes) return State::kTrailerTooLarge;
  if (expect_ == Expect::kTrailerLf) {
    if (c != '\n' || std::holds_alternative<std::string>(parse_header_line(trailer_line_))) return State::kMalformed;
    trailer_line_.clear();
    expect_ = Expect::kTrailer;
  } else if (c == '\r') {
    expect_ = trailer_line_.empty() ? Expect::kEndLf : Expect::kTrailerLf;
  } else if (c == '\n') {
    return State::kMalformed;
  } else {
    trailer_line_ += c;
  }
  return State::kNeedMore;
}

}  // namespace livecert::net

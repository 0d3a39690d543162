#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::net {

// Takes a chunked body (RFC 9112 §7.1) apart as it arrives, in pieces of any size. Written here because a lax reading
// of chunk sizes and line ends is what smuggling is made of, and because the bytes must pass through wiped memory only:
// sizes are 1 to 8 hexadecimal digits, lines end in CRLF, extensions and trailers are checked, bounded and dropped. So
// is what frames the chunks: each byte of it is looked at by itself, and in chunks of one byte it would be five times
// the body.
class ChunkDecoder {
 public:
  enum class State : std::uint8_t { kNeedMore, kDone, kMalformed, kBodyTooLarge, kTrailerTooLarge, kChunksTooSmall };
  struct Step {
    State state;
    std::size_t consumed;  // of the bytes given
  };

  explicit ChunkDecoder(std::size_t max_body) : max_body_(max_body) {}

  // Appends what `bytes` hold of the body. Consumes all of them unless it ends with another state than kNeedMore; what
  // follows the body is left alone. Not to be called again after such an end.
  [[nodiscard]] Step feed(base::ByteView bytes, base::WipedBuffer& body);

 private:
  enum class Expect : std::uint8_t {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kTrailerLf,
    kEndLf
  };

  // One byte of framing; kNeedMore goes on.
  [[nodiscard]] State take(char c, std::size_t body_size);
  [[nodiscard]] State take_size(char c);
  [[nodiscard]] State begin_data(std::size_t body_size);
  [[nodiscard]] State take_trailer(char c);

  std::size_t max_body_;
  Expect expect_ = Expect::kSize;
  std::uint64_t size_ = 0;  // of this chunk; in kData what is left of it
  unsigned digits_ = 0;
  std::size_t framing_bytes_ = 0;    // of all chunks and the trailer
  std::size_t extension_bytes_ = 0;  // in all lines
  std::size_t trailer_bytes_ = 0;
  std::string trailer_line_;
};

}  // namespace livecert::net

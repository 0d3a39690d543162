#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::net {

// Decodes a chunked body (RFC 9112 §7.1) as it arrives, in pieces of any size. It is our own because smuggling exploits
// lax readings of chunk sizes and line ends, and because the bytes may only be in memory that is wiped. Sizes are 1 to
// 8 hexadecimal digits, and lines end in CRLF. Extensions and trailers are checked, limited and dropped. So are the
// bytes that frame the chunks, because each of them costs a step, and with chunks of one byte they would be five times
// the body.
class ChunkDecoder {
 public:
  enum class State : std::uint8_t { kNeedMore, kDone, kMalformed, kBodyTooLarge, kTrailerTooLarge, kChunksTooSmall };
  struct Step {
    State state;
    std::size_t consumed;  // of the bytes given
  };

  explicit ChunkDecoder(std::size_t max_body) : max_body_(max_body) {}

  // Appends the body's bytes in `bytes`. Consumes all bytes unless it ends with a state other than kNeedMore; it leaves
  // the bytes after the body alone. Do not call it again after such an end.
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

  // Takes one byte of framing; kNeedMore continues.
  [[nodiscard]] State take(char c, std::size_t body_size);
  [[nodiscard]] State take_size(char c);
  [[nodiscard]] State begin_data(std::size_t body_size);
  [[nodiscard]] State take_trailer(char c);

  std::size_t max_body_;
  Expect expect_ = Expect::kSize;
  std::uint64_t size_ = 0;  // of this chunk; in kData the rest of it
  unsigned digits_ = 0;
  std::size_t framing_bytes_ = 0;    // of all chunks and the trailer
  std::size_t extension_bytes_ = 0;  // in all lines
  std::size_t trailer_bytes_ = 0;
  std::string trailer_line_;
};

}  // namespace livecert::net

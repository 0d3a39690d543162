#include <cstddef>
#include <cstdint>

#include "net/chunk_decoder.h"

// Reads a chunked body whole and byte by byte: both must end in the same way.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  using State = net::ChunkDecoder::State;
  constexpr std::size_t kMaxBody = 4096;
  base::WipedBuffer whole;
  net::ChunkDecoder at_once(kMaxBody);
  const auto end = at_once.feed({data, size}, whole);

  base::WipedBuffer pieces;
  net::ChunkDecoder bytewise(kMaxBody);
  State state = State::kNeedMore;
  std::size_t consumed = 0;
  while (state == State::kNeedMore && consumed < size) {
    const auto step = bytewise.feed({data + consumed, 1}, pieces);
    state = step.state;
    consumed += step.consumed;
    if (state != State::kNeedMore && step.consumed == 0) break;
  }
  if (state != end.state || (state == State::kDone && (whole != pieces || consumed != end.consumed))) __builtin_trap();
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <vector>

#include "outgoing/frame.h"
#include "outgoing/wire.h"

// Reads what a broken process may send, whole and byte by byte: both must give the same frames. A frame that is a
// request or a reply must be written in the same bytes, so there is one way to say each thing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert::outgoing;
  const livecert::base::ByteView bytes(data, size);
  std::vector<Frame> whole;
  FrameReader at_once;
  const bool is_good = at_once.take(bytes, whole);

  std::vector<Frame> pieces;
  FrameReader bytewise;
  bool is_still_good = true;
  for (std::size_t at = 0; at < size; ++at) is_still_good = bytewise.take(bytes.subspan(at, 1), pieces);
  if (is_good != is_still_good || whole.size() != pieces.size()) __builtin_trap();

  for (std::size_t i = 0; i < whole.size(); ++i) {
    const Frame& frame = whole[i];
    if (to_bytes(frame) != to_bytes(pieces[i])) __builtin_trap();
    const auto request = parse_request(frame);
    const auto reply = parse_reply(frame);
    if (request && reply) __builtin_trap();
    if (request) {
      const auto again = to_frame(frame.id, *request);
      if (!again || to_bytes(*again) != to_bytes(frame)) __builtin_trap();
    }
    if (reply && to_bytes(to_frame(frame.id, *reply)) != to_bytes(frame)) __builtin_trap();
  }
  return 0;
}

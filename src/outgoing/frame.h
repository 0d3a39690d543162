#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"

// What the serving process and the process for outgoing calls send each other over their socket: a head of thirteen
// bytes (the size of the content, the number of the call, the kind; big-endian), and the content. They may hold a
// secret, so they are in memory that is wiped.
namespace livecert::outgoing {

struct Frame {
  std::uint64_t id = 0;  // the answer has the id of its request
  std::uint8_t kind = 0;
  base::WipedBuffer content;
};

// The largest content that is sent and read.
inline constexpr std::size_t kMaxContent = 2UL * 1024 * 1024;

// The bytes of a frame, whose content must not be larger.
[[nodiscard]] base::WipedBuffer to_bytes(const Frame& frame);

// Puts frames together from bytes as they arrive. The other side is not trusted: a frame that is announced as larger
// than kMaxContent breaks the reader for good. Takes no more memory than one such frame.
class FrameReader {
 public:
  // Adds the frames that are complete now to `frames`; false if the reader is broken.
  [[nodiscard]] bool take(base::ByteView bytes, std::vector<Frame>& frames);

 private:
  static constexpr std::size_t kHead = 13;

  std::array<std::uint8_t, kHead> head_{};
  std::size_t head_size_ = 0;  // of the bytes in head_
  std::size_t expected_ = 0;   // of the content, when the head is complete
  Frame frame_;
  bool is_broken_ = false;
};

}  // namespace livecert::outgoing

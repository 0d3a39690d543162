#include "outgoing/frame.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace livecert::outgoing {
namespace {

constexpr std::size_t kSizeBytes = 4;
constexpr std::size_t kIdBytes = 8;

std::uint64_t big_endian(base::ByteView bytes) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

void put_big_endian(base::WipedBuffer& out, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = bytes; i > 0; --i) out.push_back(static_cast<std::uint8_t>(number >> (8 * (i - 1))));
}

}  // namespace

base::WipedBuffer to_bytes(const Frame& frame) {
  LIVECERT_CHECK(frame.content.size() <= kMaxContent);
  base::WipedBuffer bytes;
  bytes.reserve(kSizeBytes + kIdBytes + 1 + frame.content.size());
  put_big_endian(bytes, frame.content.size(), kSizeBytes);
  put_big_endian(bytes, frame.id, kIdBytes);
  bytes.push_back(frame.kind);
  bytes.insert(bytes.end(), frame.content.begin(), frame.content.end());
  return bytes;
}

bool FrameReader::take(base::ByteView bytes, std::vector<Frame>& frames) {
  while (!is_broken_) {
    if (head_size_ < kHead) {
      const std::size_t taken = std::min(bytes.size(), kHead - head_size_);
      std::copy_n(bytes.begin(), taken, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
      bytes = bytes.subspan(taken);
      head_size_ += taken;
      if (head_size_ < kHead) return true;
      const base::ByteView head = head_;
      expected_ = big_endian(head.first(kSizeBytes));
      frame_.id = big_endian(head.subspan(kSizeBytes, kIdBytes));
      frame_.kind = head_.back();
      if (expected_ > kMaxContent) {
        is_broken_ = true;
        return false;
      }
      frame_.content.reserve(expected_);
    }
    const std::size_t taken = std::min(bytes.size(), expected_ - frame_.content.size());
    frame_.content.insert(frame_.content.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (frame_.content.size() < expected_) return true;
    frames.push_back(std::exchange(frame_, Frame()));
    head_size_ = 0;
  }
  return false;
}

}  // namespace livecert::outgoing

#include "net/input_buffer.h"

#include <cstring>

namespace livecert::net {

std::span<std::uint8_t> InputBuffer::prepare(std::size_t bytes) {
  if (storage_.size() - end_ < bytes && begin_ > 0) {
    const std::size_t waiting = size();
    std::memmove(storage_.data(), storage_.data() + begin_, waiting);
    base::wipe(storage_.data() + waiting, end_ - waiting);
    begin_ = 0;
    end_ = waiting;
  }
  if (storage_.size() - end_ < bytes) storage_.resize(end_ + bytes);
  return std::span(storage_).subspan(end_);
}

void InputBuffer::consume(std::size_t bytes) {
  base::wipe(storage_.data() + begin_, bytes);
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::shrink(std::size_t bytes) {
  if (empty() && storage_.size() > bytes) base::WipedBuffer().swap(storage_);
}

}  // namespace livecert::net

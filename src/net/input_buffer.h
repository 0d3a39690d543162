#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::net {

// The bytes that a connection has received but not yet read. They are wiped as soon as they are consumed, because they
// may be part of a body.
class InputBuffer {
 public:
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] base::ByteView bytes() const { return base::ByteView(storage_).subspan(begin_, size()); }
  [[nodiscard]] std::string_view text() const { return base::as_text(bytes()); }

  // Space for at least `bytes` more; they count after commit().
  [[nodiscard]] std::span<std::uint8_t> prepare(std::size_t bytes);
  void commit(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes);
  // Releases the memory if it is empty and larger than `bytes`.
  void shrink(std::size_t bytes);

 private:
  base::WipedBuffer storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace livecert::net

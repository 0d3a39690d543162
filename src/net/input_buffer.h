#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::net {

// What a connection has received and not yet read. Bytes are wiped as soon as they are consumed, since a piece of a
// body may pass through here.
class InputBuffer {
 public:
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] base::ByteView bytes() const { return base::ByteView(storage_).subspan(begin_, size()); }
  [[nodiscard]] std::string_view text() const { return base::as_text(bytes()); }

  // Room for at least `bytes` more; what is put there counts after commit().
  [[nodiscard]] std::span<std::uint8_t> prepare(std::size_t bytes);
  void commit(std::size_t bytes) { end_ += bytes; }
  void consume(std::size_t bytes);
  // Gives the memory back if nothing waits in it and it is more than `bytes`.
  void shrink(std::size_t bytes);

 private:
  base::WipedBuffer storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace livecert::net

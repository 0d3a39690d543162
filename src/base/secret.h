#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace livecert::base {

// Overwrites memory in a way the compiler may not remove.
void wipe(void* data, std::size_t size);

// Overwrites the part of the calling thread's stack below the caller, where earlier functions may have left copies of
// secrets. The worker calls it once at the end of each request.
void wipe_dead_stack();

// An allocator that overwrites memory before it frees it, so that a container that grows or is destroyed leaves no copy
// of its content.
template <typename T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): required of allocators.
  WipingAllocator(const WipingAllocator<U>&) {}

  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) {
    wipe(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  template <typename U>
  bool operator==(const WipingAllocator<U>&) const {
    return true;
  }
};

// Growing bytes that may hold a secret, such as a request body. The storage is wiped whenever it is released.
using WipedBuffer = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

// Passed to reveal(): every place that reads a secret names this type, so that a search for it is the audit list.
struct SecretAccess {
  explicit SecretAccess() = default;
};

// Secret bytes: they cannot be copied by accident or printed, and are wiped on destruction.
class SecretBytes {
 public:
  SecretBytes() = default;
  // Takes ownership of the buffer; copies nothing.
  explicit SecretBytes(WipedBuffer bytes) : bytes_(std::move(bytes)) {}
  // Copies; the owner of the source still has to wipe it.
  [[nodiscard]] static SecretBytes copy_of(ByteView bytes) {
    return SecretBytes(WipedBuffer(bytes.begin(), bytes.end()));
  }
  [[nodiscard]] static SecretBytes copy_of(std::string_view text) { return copy_of(as_bytes(text)); }

  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&&) noexcept = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() = default;

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] ByteView reveal(SecretAccess) const { return bytes_; }
  [[nodiscard]] SecretBytes clone(SecretAccess access) const { return copy_of(reveal(access)); }

 private:
  WipedBuffer bytes_;
};

// Ciphertext with its authentication tag, salt and format byte. It is safe to store, and its length is safe to log.
// Only vault/ makes and opens it.
struct SealedBytes {
  Bytes bytes;
};

}  // namespace livecert::base

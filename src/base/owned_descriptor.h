#pragma once

#include <filesystem>
#include <unistd.h>
#include <utility>

#include "base/bytes.h"

namespace livecert::base {

// Owns a file descriptor and closes it; a negative one means none.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : descriptor_(other.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&&) = delete;
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// Writes all bytes; false with errno set.
[[nodiscard]] bool write_all(int descriptor, ByteView content);

// Does the same, and synchronises the file.
[[nodiscard]] bool write_and_sync(int descriptor, ByteView content);

// Makes the names in a directory durable; false with errno set.
[[nodiscard]] bool sync_directory(const std::filesystem::path& directory);

}  // namespace livecert::base

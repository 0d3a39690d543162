#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"

namespace livecert::fuzz {

// A file that exists only in memory, for code that reads files; mode 0600.
class MemoryFile {
 public:
  explicit MemoryFile(base::ByteView content) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    LIVECERT_CHECK(descriptor_ >= 0 && ::fchmod(descriptor_, 0600) == 0);
    LIVECERT_CHECK(::write(descriptor_, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace livecert::fuzz

#include "base/owned_descriptor.h"

#include <cerrno>
#include <fcntl.h>

namespace livecert::base {

bool write_all(int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_and_sync(int descriptor, ByteView content) {
  return write_all(descriptor, content) && ::fsync(descriptor) == 0;
}

bool sync_directory(const std::filesystem::path& directory) {
  const OwnedDescriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.get()) == 0;
}

}  // namespace livecert::base

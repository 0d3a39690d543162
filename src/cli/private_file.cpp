#include "cli/private_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::cli {

base::Result<void> write_private(const std::filesystem::path& file, base::ByteView content) {
  const std::filesystem::path aside = file.string() + ".new";
  const auto failed = [&] {
    return base::Error{base::ErrorCode::kConfiguration, aside.string() + ": " + std::strerror(errno)};
  };
  ::unlink(aside.c_str());  // of a call that was interrupted
  const base::OwnedDescriptor opened(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!opened.is_open()) return failed();
  struct stat former {};
  const bool has_owner = ::stat(file.c_str(), &former) == 0 && former.st_uid != ::geteuid();
  if (has_owner && ::fchown(opened.get(), former.st_uid, former.st_gid) != 0) return failed();
  if (!base::write_and_sync(opened.get(), content) || ::rename(aside.c_str(), file.c_str()) != 0) return failed();
  return {};
}

}  // namespace livecert::cli

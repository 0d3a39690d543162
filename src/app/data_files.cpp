#include "app/data_files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::app {
namespace {

base::Error failed(const std::filesystem::path& file, const char* what) {
  const int error = errno;
  return {base::ErrorCode::kConfiguration, file.string() + " cannot be " + what + ": " + std::strerror(error)};
}

bool sync_directory(const std::filesystem::path& directory) {
  const base::OwnedDescriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.is_open() && ::fsync(descriptor.get()) == 0;
}

}  // namespace

base::Result<void> make_private_directory(const std::filesystem::path& directory) {
  std::error_code failure;
  if (std::filesystem::is_directory(directory, failure)) return {};
  if (const auto parent = directory.parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, failure);
  if (::mkdir(directory.c_str(), S_IRWXU) != 0) return failed(directory, "created");
  return {};
}

std::filesystem::path aside_name(const std::filesystem::path& file) {
  return file.string() + ".new";
}

base::Result<void> write_aside(const std::filesystem::path& file, base::ByteView content) {
  const std::filesystem::path aside = aside_name(file);
  ::unlink(aside.c_str());
  const base::OwnedDescriptor descriptor(
      ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!descriptor.is_open()) return failed(aside, "created");
  if (!base::write_and_sync(descriptor.get(), content)) return failed(aside, "written");
  return {};
}

base::Result<void> put_in_place(const std::filesystem::path& file) {
  if (::rename(aside_name(file).c_str(), file.c_str()) != 0) return failed(file, "put in place");
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!sync_directory(parent)) return failed(parent, "synced");
  return {};
}

base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView content) {
  TRY(write_aside(file, content));
  return put_in_place(file);
}

}  // namespace livecert::app

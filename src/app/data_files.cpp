#include "app/data_files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::app {
namespace {

base::Error failed(const std::filesystem::path& file, const char* what) {
  const int error = errno;
  return {base::ErrorCode::kConfiguration, file.string() + " cannot be " + what + ": " + std::strerror(error)};
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

std::filesystem::path path_beside(const std::filesystem::path& directory, std::string_view suffix) {
  std::filesystem::path named = std::filesystem::absolute(directory).lexically_normal();
  if (!named.has_filename()) named = named.parent_path();
  return named.string() + std::string(suffix);
}

std::filesystem::path aside_name(const std::filesystem::path& file) {
  return file.string() + ".new";
}

base::Result<void> write_aside(const std::filesystem::path& file, base::ByteView content,
                               const std::optional<FileOwner>& owner) {
  const std::filesystem::path aside = aside_name(file);
  ::unlink(aside.c_str());
  const base::OwnedDescriptor descriptor(
      ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!descriptor.is_open()) return failed(aside, "created");
  if (owner && ::fchown(descriptor.get(), owner->user, owner->group) != 0) return failed(aside, "given to its owner");
  if (!base::write_and_sync(descriptor.get(), content)) return failed(aside, "written");
  return {};
}

void keep_room(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return;
  const base::OwnedDescriptor descriptor(
      ::open(aside_name(file).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor.is_open()) static_cast<void>(base::write_and_sync(descriptor.get(), base::as_bytes("\n")));
}

void take_away(const std::filesystem::path& file) {
  ::rename(file.c_str(), aside_name(file).c_str());
}

base::Result<void> write_in_kept_room(const std::filesystem::path& file, base::ByteView content) {
  const std::filesystem::path aside = aside_name(file);
  const base::OwnedDescriptor descriptor(
      ::open(aside.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!descriptor.is_open()) return failed(aside, "created");
  if (::fchmod(descriptor.get(), S_IRUSR | S_IWUSR) != 0 || !base::write_and_sync(descriptor.get(), content) ||
      ::ftruncate(descriptor.get(), static_cast<off_t>(content.size())) != 0) {
    return failed(aside, "written");
  }
  return put_in_place(file);
}

base::Result<void> put_in_place(const std::filesystem::path& file) {
  if (::rename(aside_name(file).c_str(), file.c_str()) != 0) return failed(file, "put in place");
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!base::sync_directory(parent)) return failed(parent, "synced");
  return {};
}

bool holds(const std::filesystem::path& file, base::ByteView content) {
  std::ifstream stream(file, std::ios::binary);
  std::string found(content.size() + 1, '\0');
  stream.read(found.data(), static_cast<std::streamsize>(found.size()));
  found.resize(static_cast<std::size_t>(stream.gcount()));
  return found == base::as_text(content);
}

base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView content,
                                      const std::optional<FileOwner>& owner) {
  TRY(write_aside(file, content, owner));
  return put_in_place(file);
}

}  // namespace livecert::app

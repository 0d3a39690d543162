#include "store/sqlite/data_directory.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/owned_descriptor.h"

namespace livecert::store::sqlite {
namespace {

constexpr mode_t kOwnerOnly = 0600;

base::Error refusal(const std::filesystem::path& path, const std::string& reason) {
  return base::Error{base::ErrorCode::kConfiguration, "The data directory " + path.string() + " " + reason};
}

std::string system_words(int code) {
  return std::generic_category().message(code);
}

// " (process 123)", as far as the holder wrote it down.
std::string holder(int descriptor) {
  std::array<char, 20> digits{};
  const ssize_t size = ::pread(descriptor, digits.data(), digits.size(), 0);
  const std::string text(digits.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string number = text.substr(0, text.find_first_not_of("0123456789"));
  return number.empty() ? "" : " (process " + number + ")";
}

void write_holder(int descriptor) {
  // Only for people to read: a lock without it is a lock all the same.
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0) static_cast<void>(!::pwrite(descriptor, text.data(), text.size(), 0));
}

}  // namespace

base::Result<DataDirectory> DataDirectory::lock(const std::filesystem::path& directory) {
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) return refusal(directory, "cannot be used: " + system_words(errno) + ".");
  if (!S_ISDIR(facts.st_mode)) return refusal(directory, "is not a directory.");
  if ((facts.st_mode & S_IWOTH) != 0) {
    return refusal(directory, "may be written to by every user of this machine; run chmod o-w on it first.");
  }
  base::OwnedDescriptor file(
      ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (file.get() < 0) return refusal(directory, "cannot be locked: " + system_words(errno) + ".");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refusal(directory, "cannot be locked: " + system_words(errno) + ".");
    return refusal(directory, "is in use by another livecert" + holder(file.get()) + "; stop that one first.");
  }
  write_holder(file.get());
  return DataDirectory(directory, file.release());
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : directory_(std::move(other.directory_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

base::Result<void> DataDirectory::create_database_file() const {
  const base::OwnedDescriptor file(::open(database_file().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (file.get() < 0 && errno == EEXIST) return {};
  if (file.get() < 0) return refusal(directory_, "cannot be written to: " + system_words(errno) + ".");
  // The name must survive a power cut as surely as what will be written under it.
  const base::OwnedDescriptor parent(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || ::fsync(parent.get()) != 0) {
    return refusal(directory_, "cannot be synchronised: " + system_words(errno) + ".");
  }
  return {};
}

}  // namespace livecert::store::sqlite

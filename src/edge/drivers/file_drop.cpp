#include "edge/drivers/file_drop.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "base/secret.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr std::size_t kComparedAtOnce = 16384;

base::Error cannot_give(const Folder& folder, const std::string& name) {
  const bool is_forbidden = errno == EPERM;
  base::Error error = folder.failure(name, "cannot be given its owner and group");
  if (is_forbidden) {
    error.message +=
        "; run livecert as root, or leave owner out and choose a group that the user that runs livecert is in";
  }
  return error;
}

// The owner and the mode come before the content, so that no user without the right can read it at any time.
Result<void> fill(const Folder& folder, const std::string& name, const FileAccess& access, int descriptor,
                  base::ByteView content) {
  if (!give_to_owner(descriptor, access)) return cannot_give(folder, name);
  if (::fchmod(descriptor, access.mode) != 0) return folder.failure(name, "cannot be given its mode");
  if (!base::write_and_sync(descriptor, content)) return folder.failure(name, "cannot be written");
  return {};
}

// Whether the rest of an open file is exactly this.
Result<bool> equals(const Folder& folder, const std::string& name, int descriptor, base::ByteView content) {
  base::WipedBuffer buffer(kComparedAtOnce);
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return folder.failure(name, "cannot be read");
    if (count == 0) return content.empty();
    const base::ByteView read = base::ByteView(buffer).first(static_cast<std::size_t>(count));
    if (read.size() > content.size() || !std::ranges::equal(read, content.first(read.size()))) return false;
    content = content.subspan(read.size());
  }
}

bool is_as_demanded(const struct stat& status, const FileAccess& access, std::size_t size) {
  return S_ISREG(status.st_mode) && (status.st_mode & ALLPERMS) == access.mode && belongs_to_owner(status, access) &&
         static_cast<std::size_t>(status.st_size) == size;
}

}  // namespace

FileDrop::FileDrop(Place folder, FileAccess access) : folder_(std::move(folder)), access_(access) {}

Result<void> FileDrop::put(const std::string& name, base::ByteView content, base::CertId version) {
  LIVECERT_CHECK(is_plain_name(name));
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  const std::string aside = Folder::make_temporary_name();
  const base::OwnedDescriptor file(::openat(folder.descriptor(), aside.c_str(),
                                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return folder.failure(name, "cannot be written");
  auto done = fill(folder, name, access_, file.get(), content);
  if (done) done = folder.rename(aside, name);
  if (!done) {
    static_cast<void>(folder.remove(aside));
    return done;
  }
  // The rename was its last change.
  struct stat status {};
  const bool is_known = ::fstat(file.get(), &status) == 0;
  seen_.erase(name);
  TRY(folder.sync());
  if (is_known) seen_.insert_or_assign(name, Seen{identity_of(status), version});
  return {};
}

Result<void> FileDrop::remove(const std::string& name) {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  TRY(folder.remove(name));
  seen_.erase(name);
  return folder.sync();
}

Result<bool> FileDrop::holds(const std::string& name, base::ByteView content, base::CertId version) {
  LIVECERT_CHECK(is_plain_name(name));
  seen_.erase(name);
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  struct stat status {};
  if (::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return folder.failure(name, "cannot be read");
  }
  if (!is_as_demanded(status, access_, content.size())) return false;
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return folder.failure(name, "cannot be read");
  // Takes the status again, of the opened file and before it is read: a later change shows at the next look.
  if (::fstat(file.get(), &status) != 0) return folder.failure(name, "cannot be read");
  if (!is_as_demanded(status, access_, content.size())) return false;
  TRY_ASSIGN(const bool is_equal, equals(folder, name, file.get(), content));
  if (is_equal) seen_.insert_or_assign(name, Seen{identity_of(status), version});
  return is_equal;
}

bool FileDrop::is_untouched(const std::string& name, base::CertId version) const {
  const auto known = seen_.find(name);
  if (known == seen_.end() || known->second.version != version) return false;
  const auto folder = Folder::open(folder_);
  return folder && folder->identify(name) == known->second.identity;
}

std::vector<std::string> FileDrop::find_touched(base::SteadyTime now) {
  if (watch_ == nullptr) watch_ = std::make_unique<FolderWatch>();
  const FolderWatch::Touched touched = watch_->take(folder_, now);
  std::vector<std::string> names;
  if (!touched.everything && touched.names.empty()) return names;
  const auto folder = Folder::open(folder_);
  const auto add_if_touched = [&](const auto& known) {
    if (!folder || folder->identify(known.first) != known.second.identity) names.push_back(known.first);
  };
  if (touched.everything) {
    for (const auto& known : seen_) add_if_touched(known);
    return names;
  }
  for (const std::string& name : touched.names) {
    if (const auto known = seen_.find(name); known != seen_.end()) add_if_touched(*known);
  }
  return names;
}

Result<std::string> FileDrop::read_begin(const std::string& name, std::size_t size) const {
  LIVECERT_CHECK(is_plain_name(name));
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::string();
  std::string begin(size, '\0');
  const ssize_t count = file.is_open() ? ::pread(file.get(), begin.data(), begin.size(), 0) : -1;
  if (count < 0) return folder.failure(name, "cannot be read");
  begin.resize(static_cast<std::size_t>(count));
  return begin;
}

Result<void> FileDrop::sweep() {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  return folder.sweep();
}

}  // namespace livecert::edge

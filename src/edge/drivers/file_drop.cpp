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
  const File file{name, content, version};
  return std::move(put_all({&file, 1}).front());
}

// A file on its way to its name.
struct FileDrop::Aside {
  std::string name = Folder::make_temporary_name();
  FileIdentity identity = {};
  Result<void> done = {};
};

std::vector<Result<void>> FileDrop::put_all(std::span<const File> files) {
  const auto folder = Folder::open(folder_);
  if (!folder) return {files.size(), Result<void>(folder.error())};
  std::vector<Aside> asides(files.size());
  const bool syncs_each = must_sync_each(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto filled = fill(*folder, asides[i].name, files[i], syncs_each);
    if (filled) asides[i].identity = *filled;
    if (!filled) asides[i].done = std::move(filled).error();
  }
  if (!syncs_each) sync_content(*folder, files, asides);
  for (std::size_t i = 0; i < files.size(); ++i) rename_aside(*folder, files[i], asides[i]);
  const Result<void> synced = folder->sync();
  std::vector<Result<void>> results;
  results.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_in_doubt = asides[i].done && !synced;
    if (is_in_doubt) {
      seen_.erase(files[i].name);
      results.push_back(synced);
    } else {
      results.push_back(std::move(asides[i].done));
    }
  }
  return results;
}

// The owner and the mode come before the content, so that no user without the right can read it at any time.
Result<FileIdentity> FileDrop::fill(const Folder& folder, const std::string& aside, const File& file,
                                    bool syncs) const {
  LIVECERT_CHECK(is_plain_name(file.name));
  const base::OwnedDescriptor opened(::openat(folder.descriptor(), aside.c_str(),
                                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!opened.is_open()) return folder.failure(file.name, "cannot be written");
  if (!give_to_owner(opened.get(), access_)) return cannot_give(folder, file.name);
  if (::fchmod(opened.get(), access_.mode) != 0) return folder.failure(file.name, "cannot be given its mode");
  const bool is_written =
      syncs ? base::write_and_sync(opened.get(), file.content) : base::write_all(opened.get(), file.content);
  struct stat status {};
  if (!is_written || ::fstat(opened.get(), &status) != 0) return folder.failure(file.name, "cannot be written");
  return identity_of(status);
}

// A sync of the whole file system costs as much as those of a few files, unless others write a lot there.
bool FileDrop::must_sync_each(std::size_t count) const {
  constexpr std::size_t kMany = 64;
  return count < kMany || (each_until_ && std::chrono::steady_clock::now() < *each_until_);
}

void FileDrop::sync_content(const Folder& folder, std::span<const File> files, std::vector<Aside>& asides) {
  constexpr std::chrono::seconds kSlow(1);
  constexpr std::chrono::minutes kPause(1);
  const base::SteadyTime begun = std::chrono::steady_clock::now();
  if (::syncfs(folder.descriptor()) == 0) {
    const base::SteadyTime end = std::chrono::steady_clock::now();
    if (end - begun > kSlow) each_until_ = end + kPause;
    return;
  }
  // That does not say which file failed.
  for (std::size_t i = 0; i < files.size(); ++i) {
    Aside& aside = asides[i];
    if (!aside.done) continue;
    const base::OwnedDescriptor file(
        ::openat(folder.descriptor(), aside.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.get()) != 0) aside.done = folder.failure(files[i].name, "cannot be written");
  }
}

void FileDrop::rename_aside(const Folder& folder, const File& file, Aside& aside) {
  if (aside.done) aside.done = folder.rename(aside.name, file.name);
  if (!aside.done) {
    static_cast<void>(folder.remove(aside.name));
    return;
  }
  seen_.erase(file.name);
  // The rename has changed only the time of the last status change.
  const auto renamed = folder.identify(file.name);
  if (!renamed || renamed->inode != aside.identity.inode || renamed->rest != aside.identity.rest) return;
  seen_.insert_or_assign(file.name, Seen{*renamed, file.version});
}

Result<void> FileDrop::remove(const std::string& name) {
  return remove_all({&name, 1});
}

Result<void> FileDrop::remove_all(std::span<const std::string> names) {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  for (const std::string& name : names) {
    TRY(folder.remove(name));
    seen_.erase(name);
  }
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

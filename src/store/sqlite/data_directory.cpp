#include "store/sqlite/data_directory.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/file_access.h"

namespace livecert::store::sqlite {
namespace {

constexpr mode_t kOwnerOnly = 0600;

base::Error refusal(const std::filesystem::path& path, const std::string& reason) {
  return base::Error{base::ErrorCode::kConfiguration, "The data directory " + path.string() + " " + reason};
}

std::string system_words(int code) {
  return std::generic_category().message(code);
}

// Returns " (process 123)" if the holder wrote its number down.
std::string holder(int descriptor) {
  std::array<char, 20> digits{};
  const ssize_t size = ::pread(descriptor, digits.data(), digits.size(), 0);
  const std::string text(digits.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string number = text.substr(0, text.find_first_not_of("0123456789"));
  return number.empty() ? "" : " (process " + number + ")";
}

void write_holder(int descriptor) {
  // This is only for people: the lock holds without it.
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0) static_cast<void>(!::pwrite(descriptor, text.data(), text.size(), 0));
}

base::Error in_use(const std::filesystem::path& directory, const std::string& by) {
  return refusal(directory, "is in use by another livecert" + by + "; stop that one first.");
}

// SQLite locks bytes from one gibibyte on (https://www.sqlite.org/lockingv3.html): this one is far from them. An open
// file description lock belongs to its descriptor alone, so it does not end when SQLite closes another one.
struct flock far_byte() {
  struct flock region {};
  region.l_type = F_WRLCK;
  region.l_whence = SEEK_SET;
  region.l_start = off_t{1} << 61;
  region.l_len = 1;
  return region;
}

bool lock_far_byte(int descriptor) {
  struct flock region = far_byte();
  return ::fcntl(descriptor, F_OFD_SETLK, &region) == 0;
}

// A process that has a database with a log open holds one of these bytes of the log's index
// (https://www.sqlite.org/walformat.html §2.3).
bool is_open_elsewhere(const std::filesystem::path& database) {
  const base::OwnedDescriptor index(::open((database.string() + "-shm").c_str(), O_RDWR | O_CLOEXEC));
  struct flock region {};
  region.l_type = F_WRLCK;
  region.l_whence = SEEK_SET;
  region.l_start = 120;
  region.l_len = 9;
  return index.is_open() && ::fcntl(index.get(), F_OFD_GETLK, &region) == 0 && region.l_type != F_UNLCK;
}

// Whether a livecert has the database open (DataDirectory::hold_database()).
bool is_held(const std::filesystem::path& database) {
  const base::OwnedDescriptor file(::open(database.c_str(), O_RDONLY | O_CLOEXEC));
  struct flock region = far_byte();
  return file.is_open() && ::fcntl(file.get(), F_OFD_GETLK, &region) == 0 && region.l_type != F_UNLCK;
}

bool is_same_file(int descriptor, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

// Some file systems have no hard links; there, a copy. On failure errno tells why.
bool give_second_name(const std::filesystem::path& file, const std::filesystem::path& name) {
  if (::link(file.c_str(), name.c_str()) == 0) return true;
  std::error_code failure;
  if (std::filesystem::copy_file(file, name, failure)) return true;
  errno = failure.value();
  return false;
}

// The first bytes of a write-ahead log, which no two logs share (https://www.sqlite.org/fileformat2.html#walformat);
// empty when there are none.
std::string log_header(const std::filesystem::path& file) {
  constexpr std::size_t kLogHeader = 32;
  std::ifstream stream(file, std::ios::binary);
  std::string header(kLogHeader, '\0');
  stream.read(header.data(), kLogHeader);
  return stream ? header : std::string();
}

// Tells a database file from every other that may take its name: the number of its inode, and when that was made,
// because numbers are used again. Empty when there is no such file.
std::string identity_of(int folder, const char* file, int flags) {
  struct statx facts {};
  if (::statx(folder, file, flags, STATX_INO | STATX_BTIME, &facts) != 0) return {};
  std::string text = "inode " + std::to_string(facts.stx_ino);
  if ((facts.stx_mask & STATX_BTIME) != 0) {
    text += " made " + std::to_string(facts.stx_btime.tv_sec) + "." + std::to_string(facts.stx_btime.tv_nsec);
  }
  return text + "\n";
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

base::Error open_elsewhere(const std::filesystem::path& database) {
  return {base::ErrorCode::kConfiguration,
          "The disk failed while livecert last ran, and another program has " + database.string() +
              " open since: what it knows of the log may be wrong. Close that program (fuser " + database.string() +
              " names it) and start again; nothing is lost."};
}

}  // namespace

base::Result<DataDirectory> DataDirectory::lock(const std::filesystem::path& directory) {
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) return refusal(directory, "cannot be used: " + system_words(errno) + ".");
  if (!S_ISDIR(facts.st_mode)) return refusal(directory, "is not a directory.");
  if (const auto open_to = base::tell_if_others_write(directory)) return refusal(directory, *open_to);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::filesystem::path file = database_file(directory).string() + suffix;
    if (const auto open_to = base::tell_if_not_private(file)) {
      return base::Error{base::ErrorCode::kConfiguration, "The store's file " + file.string() + " " + *open_to};
    }
  }
  base::OwnedDescriptor file(
      ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!file.is_open()) return refusal(directory, "cannot be locked: " + system_words(errno) + ".");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refusal(directory, "cannot be locked: " + system_words(errno) + ".");
    return in_use(directory, holder(file.get()));
  }
  return DataDirectory(directory, std::move(file));
}

base::Result<void> DataDirectory::hold_database() {
  const std::filesystem::path file = database_file();
  database_.emplace(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (database_->is_open()) {
    // The name must survive a power cut, like the content that will be written under it.
    if (!base::sync_directory(directory_)) {
      return refusal(directory_, "cannot be synchronised: " + system_words(errno) + ".");
    }
  } else if (errno == EEXIST) {
    database_.emplace(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  }
  if (!database_->is_open()) return refusal(directory_, "cannot be written to: " + system_words(errno) + ".");
  if (!lock_far_byte(database_->get())) {
    if (errno == EAGAIN || errno == EACCES) return in_use(directory_, "");
    return refusal(directory_, "holds a livecert.db that cannot be locked: " + system_words(errno) + ".");
  }
  if (!is_same_file(database_->get(), file)) return refusal(directory_, "changed while it was opened; try again.");
  write_holder(lock_.get());
  return {};
}

base::Result<void> DataDirectory::keep_log_after_failed_sync() const {
  note_database_of_kept_log();
  const std::filesystem::path fresh = kept_log().string() + ".new";
  ::unlink(fresh.c_str());
  if (!give_second_name(log_file(), fresh) || ::rename(fresh.c_str(), kept_log().c_str()) != 0) {
    return base::Error{base::ErrorCode::kStoreFailure, "the log cannot be kept",
                       kept_log().string() + ": " + system_words(errno)};
  }
  ::unlink(fresh.c_str());  // rename(2) leaves both names of one file
  // After a power cut nobody has the database open and the log has its first name. So if this disk does not take the
  // second name now, nothing is lost.
  static_cast<void>(base::sync_directory(directory_));
  return {};
}

// A failing disk may not take the note. Then a start does not put back a log that lost its first name, and says how a
// person does it.
void DataDirectory::note_database_of_kept_log() const {
  const std::filesystem::path note = note_of_database(directory_);
  ::unlink(note.c_str());
  const std::string identity = database_ ? identity_of(database_->get(), "", AT_EMPTY_PATH) : std::string();
  const base::OwnedDescriptor file(::open(note.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (!file.is_open() || !base::write_all(file.get(), base::as_bytes(identity))) ::unlink(note.c_str());
}

base::Result<DataDirectory::KeptLog> DataDirectory::find_kept_log(const std::filesystem::path& directory) {
  if (!keeps_log(directory)) return KeptLog::kNone;
  const std::string kept = log_header(kept_log(directory));
  const std::string log = log_header(log_file(directory));
  if (kept == log && !log.empty()) return KeptLog::kInPlace;
  if (kept.empty() || !log.empty()) {
    return refusal(
        directory,
        "holds a store that lost writes: the disk failed while livecert last ran, and " +
            std::string(log.empty() ? "the log that held them is gone." : "another program has written to it since.") +
            " Restore a backup. To start with what is left, delete " + kept_log(directory).string() + ".");
  }
  const std::string identity = identity_of(AT_FDCWD, database_file(directory).c_str(), 0);
  if (identity.empty() || content_of(note_of_database(directory)) != identity) {
    return refusal(directory, "holds the log " + kept_log(directory).string() +
                                  ", which livecert kept when the disk failed, and it is not known to belong to "
                                  "livecert.db. If livecert.db was exchanged since, move sync-failed away. If it is "
                                  "the same store, put the log back yourself: mv " +
                                  kept_log(directory).string() + " " + log_file(directory).string());
  }
  return KeptLog::kToPutBack;
}

base::Result<void> DataDirectory::restore_log_after_failed_sync() const {
  if (keeps_log(directory_) && is_open_elsewhere(database_file())) return open_elsewhere(database_file());
  TRY_ASSIGN(const KeptLog kept, find_kept_log(directory_));
  if (kept != KeptLog::kToPutBack) return {};
  ::unlink(log_file().c_str());  // an empty one
  if (!give_second_name(kept_log(), log_file()) || !base::sync_directory(directory_)) {
    return refusal(directory_, "holds a log that cannot be put back: " + system_words(errno) + ".");
  }
  return {};
}

base::Result<void> DataDirectory::check_log_after_failed_sync(const std::filesystem::path& directory) {
  TRY_ASSIGN(const KeptLog kept, find_kept_log(directory));
  if (kept == KeptLog::kToPutBack) {
    return refusal(directory,
                   "lacks the log of its store: the disk failed while livecert last ran, and the log is kept in " +
                       kept_log(directory).string() + ". Start the service once: it puts the log back.");
  }
  const std::filesystem::path database = database_file(directory);
  // A livecert that started since the failure has made the index of the log again.
  if (kept == KeptLog::kInPlace && is_open_elsewhere(database) && !is_held(database)) return open_elsewhere(database);
  return {};
}

bool DataDirectory::keeps_log(const std::filesystem::path& directory) {
  return ::access(kept_log(directory).c_str(), F_OK) == 0;
}

void DataDirectory::forget_failed_sync() const {
  ::unlink(kept_log().c_str());
  ::unlink(note_of_database(directory_).c_str());
}

}  // namespace livecert::store::sqlite

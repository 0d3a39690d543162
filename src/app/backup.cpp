#include "app/backup.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/instance.h"
#include "app/master_key_source.h"
#include "app/tar_stream.h"
#include "base/check.h"
#include "base/owned_descriptor.h"
#include "crypto/random.h"
#include "store/sqlite/copy_store.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/result_code.h"
#include "store/sqlite/schema.h"
#include "vault/master_key.h"
#include "vault/vault.h"
#include "x509/root_set.h"

namespace livecert::app {
namespace {

namespace fs = std::filesystem;
using store::sqlite::DataDirectory;
using store::sqlite::Inventory;

constexpr std::string_view kFormat = "livecert backup 1";
constexpr const char* kManifest = "manifest.json";
constexpr const char* kDatabase = "livecert.db";
constexpr const char* kMasterKey = "master.key";
constexpr std::size_t kPiece = 256UL * 1024;

base::Error system_failure(const fs::path& file, const char* what) {
  const int error = errno;
  return configuration_error(file.string() + " cannot be " + what + ": " + std::strerror(error));
}

constexpr std::string_view kWorkFolder = ".livecert-backup-";
// A run locks its folder as soon as it is made: an older folder that is not locked was left by a killed run.
constexpr auto kLockedBy = std::chrono::minutes(1);

// Removes the work folders of runs that were killed: each holds a whole copy of a store.
void remove_left_folders(const fs::path& parent) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored)) {
    if (!entry.path().filename().string().starts_with(kWorkFolder)) continue;
    const base::OwnedDescriptor folder(::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts {};
    if (!folder.is_open() || ::fstat(folder.get(), &facts) != 0 || facts.st_uid != ::geteuid()) continue;
    const auto made = std::chrono::system_clock::from_time_t(facts.st_mtim.tv_sec);
    if (std::chrono::system_clock::now() - made < kLockedBy) continue;
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
  }
}

// A folder that is removed with all its content, by the next run at the latest.
class WorkFolder {
 public:
  static base::Result<std::unique_ptr<WorkFolder>> make(const fs::path& parent) {
    remove_left_folders(parent);
    std::string name = (parent / (std::string(kWorkFolder) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) return system_failure(parent, "written to");
    std::unique_ptr<WorkFolder> folder(new WorkFolder(name));
    if (!folder->lock_.is_open() || ::flock(folder->lock_.get(), LOCK_EX) != 0) return system_failure(name, "locked");
    return folder;
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit WorkFolder(fs::path path)
      : path_(std::move(path)), lock_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  fs::path path_;
  base::OwnedDescriptor lock_;
};

// Fills the room; reads less only at the end.
base::Result<std::size_t> read_some(int descriptor, std::span<std::uint8_t> room, const fs::path& file) {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const ssize_t size = ::read(descriptor, room.data() + filled, room.size() - filled);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_failure(file, "read");
    if (size == 0) break;
    filled += static_cast<std::size_t>(size);
  }
  return filled;
}

std::string manifest_of(const store::sqlite::StoreCounts& counts, bool with_master_key, base::Time now) {
  boost::json::object manifest;
  manifest["format"] = kFormat;
  manifest["livecert"] = LIVECERT_VERSION;
  manifest["made_at"] = base::to_rfc3339(now);
  manifest["store_format"] = counts.format;
  manifest["accounts"] = counts.accounts;
  manifest["chains"] = counts.chains;
  manifest["versions"] = counts.versions;
  manifest["domains"] = counts.domains;
  manifest["holds_master_key"] = with_master_key;
  return boost::json::serialize(manifest) + "\n";
}

// Makes names that sort by time.
std::string dated_name(base::Time now) {
  std::string text = base::to_rfc3339(now);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  if (const auto fraction = text.find('.'); fraction != std::string::npos) text = text.substr(0, fraction) + "Z";
  return "livecert-" + text + ".age";
}

bool is_dated_name(const std::string& name) {
  const std::string form = "livecert-00000000T000000Z.age";
  return name.size() == form.size() &&
         std::ranges::equal(name, form, [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; });
}

// Never removes the file that was just made, even if others have later dates: a clock may have been ahead.
void remove_older(const fs::path& made, std::size_t keep) {
  std::vector<fs::path> others;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(made.parent_path(), ignored)) {
    const fs::path name = entry.path().filename();
    if (is_dated_name(name) && name != made.filename()) others.push_back(entry.path());
  }
  std::ranges::sort(others);
  for (std::size_t i = 0; i + keep < others.size() + 1; ++i) fs::remove(others[i], ignored);
}

// Writes the archive into a sealed file.
base::Result<void> write_archive(crypto::AgeWriter& sealed, const std::string& manifest, const fs::path& database,
                                 const vault::MasterKeys* master_keys) {
  TarWriter tar([&](base::ByteView bytes) { return sealed.write(bytes); });
  TRY(tar.begin(kManifest, manifest.size()));
  TRY(tar.add(base::as_bytes(manifest)));
  if (master_keys != nullptr) {
    const base::WipedBuffer text = vault::master_keys_text(*master_keys);
    TRY(tar.begin(kMasterKey, text.size()));
    TRY(tar.add(text));
  }
  const base::OwnedDescriptor source(::open(database.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!source.is_open() || ::fstat(source.get(), &facts) != 0) return system_failure(database, "read");
  TRY(tar.begin(kDatabase, static_cast<std::uint64_t>(facts.st_size)));
  base::Bytes piece(kPiece);
  for (;;) {
    TRY_ASSIGN(const std::size_t size, read_some(source.get(), piece, database));
    if (size == 0) break;
    TRY(tar.add(base::ByteView(piece).first(size)));
  }
  TRY(tar.finish());
  return sealed.finish();
}

base::Result<void> sync_folder(const fs::path& folder) {
  if (!base::sync_directory(folder)) return system_failure(folder, "synchronised");
  return {};
}

// A full disk as a sentence: the work needs a copy of the store beside the backup.
base::Error explained(base::Error error, const fs::path& store, const fs::path& folder) {
  if (!store::sqlite::is_disk_full(error)) return error;
  std::error_code unknown;
  const auto megabytes = [](std::uintmax_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; };
  const auto size = fs::file_size(store, unknown);
  return configuration_error("there is no room for a backup in " + folder.string() + ": it needs about " +
                             megabytes(2 * size) + " while it is made, for a copy of the store and the backup, and " +
                             megabytes(fs::space(folder, unknown).available) +
                             " are free. Nothing was changed; make room, or name a file on another disk");
}

fs::path folder_of(const fs::path& file) {
  return fs::absolute(file).lexically_normal().parent_path();
}

// Fails unless the keys are the store's.
base::Result<void> check_keys(Inventory& inventory, const vault::MasterKeys& master_keys) {
  TRY_ASSIGN(const auto header, inventory.vault_header());
  if (!header) return configuration_error("the store has no vault: it was never started");
  crypto::SystemRandom random;
  TRY_ASSIGN(const auto known, inventory.master_keys());
  TRY(vault::LocalVault::open(to_ring(vault::copy_of(master_keys, base::SecretAccess()), *header, known), random));
  return {};
}

// Root acts as the owner of a directory in it: what another user owns, that user can exchange for a link to anything.
// For the whole process, as long as this lives; for others than root, nothing changes.
class AsOwner {
 public:
  explicit AsOwner(const fs::path& directory) {
    struct stat facts {};
    if (::geteuid() != 0 || ::stat(directory.c_str(), &facts) != 0 || facts.st_uid == 0) return;
    is_other_ = true;
    LIVECERT_CHECK(::setegid(facts.st_gid) == 0 && ::seteuid(facts.st_uid) == 0);
  }
  AsOwner(const AsOwner&) = delete;
  AsOwner& operator=(const AsOwner&) = delete;
  ~AsOwner() {
    if (is_other_) LIVECERT_CHECK(::seteuid(0) == 0 && ::setegid(0) == 0);
  }

 private:
  bool is_other_ = false;
};

// A backup that cannot be noted, because only its folder can be written, is a backup all the same.
void note_backup(const fs::path& data_dir, const fs::path& file, base::Time now) {
  const AsOwner as_owner(data_dir);
  const std::string text = base::to_rfc3339(now) + " " + fs::absolute(file).string() + "\n";
  static_cast<void>(write_private_file(last_backup_file(data_dir), base::as_bytes(text)));
}

bool have_same_owner(const fs::path& a, const fs::path& b) {
  struct stat facts_of_a {};
  struct stat facts_of_b {};
  return ::stat(a.c_str(), &facts_of_a) == 0 && ::stat(b.c_str(), &facts_of_b) == 0 &&
         facts_of_a.st_uid == facts_of_b.st_uid;
}

// Never replaces a file that was made meanwhile. Not every file system has links, and not every one can rename so.
base::Result<void> give_name(const fs::path& unfinished, const fs::path& file) {
  if (::link(unfinished.c_str(), file.c_str()) == 0) return {};
  if (errno == EEXIST) return system_failure(file, "made");
  if (::renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return system_failure(file, "made");
  const base::OwnedDescriptor ours(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!ours.is_open() || ::rename(unfinished.c_str(), file.c_str()) != 0) return system_failure(file, "made");
  return {};
}

}  // namespace

fs::path last_backup_file(const fs::path& data_dir) {
  return data_dir / "last-backup";
}

base::Result<BackupMade> make_backup(const Config& config, const crypto::AgeWriter::Sealed& to,
                                     const BackupOptions& options, base::Time now) {
  std::error_code ignored;
  const bool into_folder = fs::is_directory(options.file, ignored);
  BackupMade made;
  made.file = into_folder ? options.file / dated_name(now) : options.file;
  if (fs::exists(made.file, ignored))
    return configuration_error(made.file.string() + " is there already; name another file");
  const fs::path folder = folder_of(made.file);
  TRY_ASSIGN(const vault::MasterKeys master_keys, find_master_keys(config));
  // The owner of the store may read it, so that root needs no more than that to write into a folder of the same user.
  std::optional<AsOwner> as_owner;
  if (have_same_owner(folder, config.data_dir)) as_owner.emplace(folder);
  TRY_ASSIGN(const auto work, WorkFolder::make(folder));
  const fs::path database = work->path() / kDatabase;
  const fs::path source = DataDirectory::database_file(config.data_dir);
  made.lacked_log = store::sqlite::lacks_log(source);
  if (const auto copied = store::sqlite::copy_store(source, database, options.progress); !copied) {
    return explained(copied.error(), source, folder);
  }
  {
    TRY_ASSIGN(const auto inventory, Inventory::open(database, Inventory::Formats::kOlderToo));
    TRY_ASSIGN(made.counts, inventory->counts());
    // A backup with another key than the store's would be noticed only at the restore.
    if (options.with_master_key) TRY(check_keys(*inventory, master_keys));
  }
  const fs::path unfinished = work->path() / "sealed";
  {
    const base::OwnedDescriptor target(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!target.is_open()) return system_failure(unfinished, "made");
    const auto sink = [&](base::ByteView bytes) -> base::Result<void> {
      if (!base::write_all(target.get(), bytes)) return system_failure(unfinished, "written");
      return {};
    };
    crypto::SystemRandom random;
    TRY_ASSIGN(const auto sealed, crypto::AgeWriter::begin(sink, to, random));
    TRY(write_archive(*sealed, manifest_of(made.counts, options.with_master_key, now), database,
                      options.with_master_key ? &master_keys : nullptr));
    if (::fsync(target.get()) != 0) return system_failure(unfinished, "synchronised");
  }
  made.bytes = fs::file_size(unfinished, ignored);
  TRY(give_name(unfinished, made.file));
  TRY(sync_folder(folder));
  if (into_folder && options.keep > 0) remove_older(made.file, options.keep);
  as_owner.reset();
  note_backup(config.data_dir, made.file, now);
  return made;
}

namespace {

// The content of an archive, unpacked: the store in a file, the rest in memory.
struct Unpacked {
  std::string manifest;
  base::WipedBuffer master_key;
  bool has_database = false;
};

class Unpacker {
 public:
  Unpacker(const fs::path& database, Unpacked& unpacked) : file_(database), unpacked_(unpacked) {}

  base::Result<void> begin(const std::string& name, std::uint64_t size) {
    constexpr std::uint64_t kSmall = 64UL * 1024;
    const bool is_database = name == kDatabase;
    if (!is_database && ((name != kManifest && name != kMasterKey) || size > kSmall)) {
      return base::Error{base::ErrorCode::kInvalidInput, "the backup holds a file that livecert does not know"};
    }
    // What is small is kept in memory, so that it may not come again and again.
    if (!seen_.insert(name).second) {
      return base::Error{base::ErrorCode::kInvalidInput, "the backup holds the file " + name + " twice"};
    }
    name_ = name;
    if (!is_database) return {};
    target_.emplace(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!target_->is_open()) return system_failure(file_, "made");
    unpacked_.has_database = true;
    return {};
  }
  base::Result<void> add(base::ByteView bytes) {
    if (name_ == kManifest) unpacked_.manifest += base::as_text(bytes);
    if (name_ == kMasterKey) unpacked_.master_key.insert(unpacked_.master_key.end(), bytes.begin(), bytes.end());
    if (name_ == kDatabase && !base::write_all(target_->get(), bytes)) return system_failure(file_, "written");
    return {};
  }
  base::Result<void> finish() {
    if (!target_) return base::Error{base::ErrorCode::kInvalidInput, "the backup holds no store"};
    if (::fsync(target_->get()) != 0) return system_failure(file_, "synchronised");
    return {};
  }

 private:
  const fs::path file_;
  Unpacked& unpacked_;
  std::set<std::string> seen_;
  std::string name_;
  std::optional<base::OwnedDescriptor> target_;
};

base::Result<Unpacked> unpack(const fs::path& file, const base::OwnedDescriptor& source,
                              const crypto::AgeReader::Opener& opener, const fs::path& database) {
  const auto read = [&](std::span<std::uint8_t> room) { return read_some(source.get(), room, file); };
  TRY_ASSIGN(const auto reader, crypto::AgeReader::open(read, opener));
  Unpacked unpacked;
  Unpacker unpacker(database, unpacked);
  TarReader tar({[&](const std::string& name, std::uint64_t size) { return unpacker.begin(name, size); },
                 [&](base::ByteView bytes) { return unpacker.add(bytes); }});
  for (;;) {
    TRY_ASSIGN(const base::ByteView bytes, reader->read());
    if (bytes.empty()) break;
    TRY(tar.take(bytes));
  }
  TRY(tar.finish());
  TRY(unpacker.finish());
  return unpacked;
}

base::Result<std::string> time_in(const std::string& manifest) {
  boost::system::error_code failure;
  const boost::json::value parsed = boost::json::parse(manifest, failure);
  const auto* const object = failure ? nullptr : parsed.if_object();
  const auto* const format = object == nullptr ? nullptr : object->if_contains("format");
  if (format == nullptr || !format->is_string() || format->as_string() != kFormat) {
    return base::Error{base::ErrorCode::kInvalidInput, "the backup was made by a newer release, or by another program"};
  }
  const auto* const made_at = object->if_contains("made_at");
  return made_at != nullptr && made_at->is_string() ? std::string(made_at->as_string()) : std::string();
}

// Whose what root restores is to be: the data directory's.
std::optional<FileOwner> owner_of(const fs::path& directory) {
  struct stat facts {};
  if (::geteuid() != 0 || ::stat(directory.c_str(), &facts) != 0) return std::nullopt;
  return FileOwner{facts.st_uid, facts.st_gid};
}

// The file itself, even if its name has become a link to another.
base::Result<void> give_to_owner_of(const fs::path& directory, const fs::path& file) {
  const auto owner = owner_of(directory);
  if (!owner) return {};
  const base::OwnedDescriptor opened(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open() || ::fchown(opened.get(), owner->user, owner->group) != 0) {
    return system_failure(file, "given to the store's owner");
  }
  return {};
}

// Whether a store or a part of one exists: a log without its database would be played onto the restored one.
bool is_store_there(const fs::path& data_dir) {
  std::error_code failure;
  const auto size = fs::file_size(DataDirectory::database_file(data_dir), failure);
  if (!failure && size > 0) return true;
  // An empty database is none: a start that failed may leave one.
  return std::any_of(DataDirectory::kStoreFiles.begin() + 1, DataDirectory::kStoreFiles.end(),
                     [&](const char* name) { return fs::exists(data_dir / name, failure); });
}

// nullopt: there is no store, or this user may not read it.
std::optional<store::sqlite::StoreCounts> counts_there(const fs::path& data_dir) {
  const AsOwner as_owner(data_dir);
  if (!is_store_there(data_dir)) return std::nullopt;
  const auto there = Inventory::open(DataDirectory::database_file(data_dir), Inventory::Formats::kOlderToo);
  if (!there) return std::nullopt;
  const auto counts = (*there)->counts();
  return counts ? std::optional(*counts) : std::nullopt;
}

base::Result<fs::path> temporary_folder() {
  std::error_code failure;
  fs::path folder = fs::temp_directory_path(failure);
  if (failure) return configuration_error("there is no directory for temporary files: set TMPDIR");
  return folder;
}

// Moves the existing store into a separate folder.
base::Result<fs::path> move_aside(const fs::path& data_dir, base::Time now) {
  const std::string name = dated_name(now);
  const fs::path aside = data_dir / ("before-restore" + name.substr(8, name.size() - 12));
  if (::mkdir(aside.c_str(), S_IRWXU) != 0) return system_failure(aside, "made");
  TRY(give_to_owner_of(data_dir, aside));
  for (const char* file : DataDirectory::kStoreFiles) {
    if (::rename((data_dir / file).c_str(), (aside / file).c_str()) != 0 && errno != ENOENT) {
      return system_failure(data_dir / file, "moved aside");
    }
  }
  TRY(sync_folder(aside));
  return aside;
}

std::string sentences(const StoreReport& report) {
  std::string text;
  for (const std::string& finding : report.findings) text += "\n  " + finding;
  return text;
}

// Starts the restored store, without edges and addresses.
base::Result<void> start_aside(const fs::path& folder, const vault::MasterKeys& master_keys) {
  Config config;
  config.data_dir = folder;
  config.fetch_issuers = false;
  TRY(Instance::open(config, Instance::IfEmpty::kRefuse, {.master_keys = &master_keys}));
  return {};
}

// The backup's keys, or those that are there when the backup has none. kConfiguration when the backup's must be among
// those that are there and are not.
base::Result<vault::MasterKeys> choose_keys(const Unpacked& unpacked, base::Result<vault::MasterKeys> there,
                                            bool must_match, const fs::path& key_file, const fs::path& database) {
  if (unpacked.master_key.empty()) return there;
  TRY_ASSIGN(vault::MasterKeys keys, vault::parse_master_keys(unpacked.master_key));
  if (!must_match) return keys;
  TRY_ASSIGN(vault::MasterKeys others, std::move(there));
  const auto is_there = [&](const base::SecretBytes& key) {
    return std::ranges::any_of(others, [&](const base::SecretBytes& other) {
      return std::ranges::equal(other.reveal(base::SecretAccess()), key.reveal(base::SecretAccess()));
    });
  };
  if (std::ranges::all_of(keys, is_there)) return others;
  // The backup may also hold a key that sealed nothing any more, and whose line was taken out since.
  TRY_ASSIGN(const auto inventory, Inventory::open(database, Inventory::Formats::kOlderToo));
  if (check_keys(*inventory, others)) return others;
  return configuration_error("the master key in " + key_file.string() +
                             " is not the backup's: move it away, or name another file with --master-key");
}

// A backup from before an upgrade of livecert holds a store of an older format, which the first start would upgrade.
base::Result<void> upgrade(const Config& config, const fs::path& database) {
  const bool is_file = config.trust != "none" && config.trust != "system";
  const auto roots = is_file ? x509::RootSet::load_file(config.trust) : x509::RootSet::load_system();
  if (!roots && config.trust != "none") return configuration_error("trust: " + roots.error().message);
  auto upgraded =
      store::sqlite::upgrade_copy(database, leaf_names_reader(), chain_end_reader(roots ? &*roots : nullptr));
  if (upgraded) return {};
  base::Error error = std::move(upgraded).error();
  error.message = "the store in the backup cannot be read by this release: " + error.message;
  return error;
}

base::Result<void> put_in_place(const fs::path& data_dir, const fs::path& database) {
  TRY(give_to_owner_of(data_dir, database));
  TRY(give_to_owner_of(data_dir, data_dir / "lock"));
  if (::rename(database.c_str(), DataDirectory::database_file(data_dir).c_str()) != 0) {
    return system_failure(database, "put in place");
  }
  // Makes an empty log, so that the next start does not take the store for a file that was copied alone.
  const fs::path log = DataDirectory::database_file(data_dir).string() + "-wal";
  const base::OwnedDescriptor made(::open(log.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made.is_open()) return system_failure(log, "made");
  TRY(give_to_owner_of(data_dir, log));
  TRY(sync_folder(data_dir));
  return {};
}

}  // namespace

base::Result<Restored> restore_backup(const Config& config, const crypto::AgeReader::Opener& opener,
                                      const RestoreOptions& options, base::Time now) {
  const fs::path& data_dir = config.data_dir;
  if (!options.rehearse) TRY(make_private_directory(data_dir));
  const fs::path key_file = master_key_file(config);
  std::error_code ignored;
  const bool is_key_there = fs::exists(key_file, ignored);
  auto keys_there = find_master_keys(config);
  const base::OwnedDescriptor source(::open(options.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) return system_failure(options.file, "read");

  // A rehearsal may be on a machine without a data directory, and by a user who may not make one.
  fs::path folder = data_dir;
  std::optional<AsOwner> as_owner;
  if (options.rehearse) {
    TRY_ASSIGN(folder, temporary_folder());
  } else {
    as_owner.emplace(data_dir);
  }
  TRY_ASSIGN(const auto work, WorkFolder::make(folder));
  const fs::path database = work->path() / kDatabase;
  TRY_ASSIGN(Unpacked unpacked, unpack(options.file, source, opener, database));
  Restored restored;
  TRY_ASSIGN(restored.made_at, time_in(unpacked.manifest));
  TRY_ASSIGN(const vault::MasterKeys keys,
             choose_keys(unpacked, std::move(keys_there), is_key_there && !options.rehearse, key_file, database));
  TRY(upgrade(config, database));
  TRY_ASSIGN(restored.report, verify_store(database, vault::copy_of(keys, base::SecretAccess()), options.progress));
  if (!restored.report.is_good()) {
    return configuration_error("the store in the backup is not in order, and nothing was restored: " +
                               std::to_string(restored.report.all_findings) + " findings" + sentences(restored.report));
  }
  restored.there_now = counts_there(data_dir);
  if (options.rehearse) {
    TRY(start_aside(work->path(), keys));
    return restored;
  }

  TRY_ASSIGN(const DataDirectory lock, DataDirectory::lock(data_dir));
  if (is_store_there(data_dir) && !options.replace) {
    return configuration_error("there is a store in " + data_dir.string() +
                               ": --replace moves it aside and restores the backup");
  }
  if (!unpacked.master_key.empty() && !is_key_there) {
    as_owner.reset();
    // In another place it stays root's, and root hands it over.
    const bool is_beside = key_file == path_beside(data_dir, ".master-key");
    TRY(write_private_file(key_file, vault::master_keys_text(keys), is_beside ? owner_of(data_dir) : std::nullopt));
    as_owner.emplace(data_dir);
    restored.made_master_key = true;
  }
  if (is_store_there(data_dir)) {
    TRY_ASSIGN(restored.former, move_aside(data_dir, now));
  }
  TRY(put_in_place(data_dir, database));
  return restored;
}

}  // namespace livecert::app

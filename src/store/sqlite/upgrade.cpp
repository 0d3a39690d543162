#include "store/sqlite/upgrade.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/owned_descriptor.h"
#include "store/sqlite/copy_store.h"
#include "store/sqlite/schema.h"

namespace livecert::store::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCopyBegin = "before-upgrade-format-";
constexpr std::string_view kCopyEnd = ".db";
constexpr std::string_view kUnfinished = ".unfinished";

// Holds the name of the copy and the position of the store in the log of changes, while an upgrade is under way.
fs::path note_file(const fs::path& directory) {
  return directory / "upgrade-begun";
}

// "before-upgrade-format-5-20261130T225824Z.db".
std::string copy_name(std::int64_t format, base::Time now) {
  std::string time = base::to_rfc3339(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  if (const auto fraction = time.find('.'); fraction != std::string::npos) time = time.substr(0, fraction) + "Z";
  return std::string(kCopyBegin) + std::to_string(format) + "-" + time + std::string(kCopyEnd);
}

// nullopt: no copy has such a name.
std::optional<std::int64_t> format_in(std::string_view name) {
  if (!name.starts_with(kCopyBegin) || !name.ends_with(kCopyEnd)) return std::nullopt;
  name.remove_prefix(kCopyBegin.size());
  std::int64_t format = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), format);
  if (failure != std::errc() || end == name.data() + name.size() || *end != '-') return std::nullopt;
  return format;
}

struct Note {
  std::string copy;
  std::int64_t position = 0;
};

std::optional<Note> read_note(const fs::path& directory) {
  std::ifstream stream(note_file(directory));
  Note note;
  if (!(stream >> note.copy >> note.position) || !format_in(note.copy)) return std::nullopt;
  return note;
}

base::Error system_failure(const fs::path& file, const std::string& what) {
  return {base::ErrorCode::kConfiguration,
          "The store has an older format, and before livecert upgrades it, it keeps a copy. " + file.string() +
              " cannot be " + what + ": " + std::generic_category().message(errno) + "."};
}

base::Result<void> write_note(const fs::path& directory, const Note& note) {
  const fs::path fresh = note_file(directory).string() + ".new";
  ::unlink(fresh.c_str());
  const base::OwnedDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const std::string text = note.copy + " " + std::to_string(note.position) + "\n";
  if (!file.is_open() || !base::write_and_sync(file.get(), base::as_bytes(text)) ||
      ::rename(fresh.c_str(), note_file(directory).c_str()) != 0 || !base::sync_directory(directory)) {
    return system_failure(note_file(directory), "written");
  }
  return {};
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

base::Result<void> check_room(Connection& database, const fs::path& directory, const UpgradePlan& plan) {
  TRY_ASSIGN(const std::int64_t pages, database.read_integer("PRAGMA page_count"));
  TRY_ASSIGN(const std::int64_t size, database.read_integer("PRAGMA page_size"));
  const auto whole = static_cast<std::uint64_t>(pages * size);
  const std::uint64_t copy = plan.continues ? 0 : whole;
  // The largest step may write each page once into the log and again into a grown store (docs/formats/store.md).
  const std::uint64_t steps = whole + whole / 2;
  const std::uint64_t needed = copy + steps;
  std::error_code unknown;
  const auto space = fs::space(directory, unknown);
  if (unknown || space.available >= needed) return {};
  return base::Error{base::ErrorCode::kConfiguration,
                     "The store in " + directory.string() + " has format " + std::to_string(plan.from) +
                         ", and this release upgrades it to format " + std::to_string(plan.to) + ". " +
                         (plan.continues ? "The upgrade, which was begun before, needs " + megabytes(steps)
                                         : "It keeps a copy of " + megabytes(copy) +
                                               " before that, and the upgrade needs " + megabytes(steps) + " more") +
                         ". Only " + megabytes(space.available) +
                         " are free. The disk is full: make room and start again; nothing is lost." +
                         (plan.continues ? "" : " The former release can still use the store.")};
}

// Copies that were not completed.
void remove_unfinished(const fs::path& directory) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kCopyBegin) && name.find(kUnfinished) != std::string::npos) ::unlink(entry.path().c_str());
  }
}

}  // namespace

base::Result<Upgrade> Upgrade::prepare(Connection& database, const fs::path& directory, const UpgradeWatch& watch,
                                       base::Time now) {
  Upgrade upgrade(directory, watch);
  const auto newest = static_cast<std::int64_t>(released_migrations().size());
  TRY_ASSIGN(const std::int64_t format, database.read_integer("PRAGMA user_version"));
  TRY_ASSIGN(const std::int64_t application, database.read_integer("PRAGMA application_id"));
  // migrate() judges all others.
  if (format < 1 || format >= newest || application != kApplicationId) {
    ::unlink(note_file(directory).c_str());
    return upgrade;
  }
  UpgradePlan& plan = upgrade.plan_.emplace();
  plan.from = format;
  plan.to = newest;
  remove_unfinished(directory);
  TRY_ASSIGN(const std::int64_t position, database.read_integer("SELECT coalesce(max(id), 0) FROM changes"));
  // A step adds no change. So a copy with another position is of another store, or of what this one was long ago.
  const auto note = read_note(directory);
  std::error_code ignored;
  if (note && note->position == position && format_in(note->copy) <= format &&
      fs::exists(directory / note->copy, ignored)) {
    plan.copy = directory / note->copy;
    plan.continues = true;
    TRY(check_room(database, directory, plan));
    if (watch.on_begin) watch.on_begin(plan);
    return upgrade;
  }
  plan.copy = directory / copy_name(format, now);
  TRY(check_room(database, directory, plan));
  if (watch.on_begin) watch.on_begin(plan);
  TRY(upgrade.keep_copy(database, position));
  return upgrade;
}

// The note is first, because a complete copy without a note would be made twice.
base::Result<void> Upgrade::keep_copy(Connection& database, std::int64_t position) {
  TRY(write_note(directory_, {plan_->copy.filename().string(), position}));
  const fs::path unfinished = plan_->copy.string() + std::string(kUnfinished);
  const auto copied = copy_database(database, unfinished, [this](std::int64_t done, std::int64_t total) {
    if (watch_.on_progress) watch_.on_progress({0, done, total});
  });
  if (!copied) {
    ::unlink(unfinished.c_str());
    return copied.error();
  }
  const base::OwnedDescriptor file(::open(unfinished.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0 || ::rename(unfinished.c_str(), plan_->copy.c_str()) != 0 ||
      !base::sync_directory(directory_)) {
    return system_failure(plan_->copy, "written");
  }
  return {};
}

void Upgrade::on_step(std::int64_t format, std::int64_t done, std::int64_t total) const {
  if (plan_ && watch_.on_progress) watch_.on_progress({format, done, total});
}

void Upgrade::finish() const {
  if (!plan_) return;
  ::unlink(note_file(directory_).c_str());
  if (watch_.on_end) watch_.on_end(*plan_);
}

std::vector<KeptCopy> find_kept_copies(const fs::path& directory) {
  std::vector<KeptCopy> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    if (const auto format = format_in(entry.path().filename().string())) found.push_back({entry.path(), *format});
  }
  std::ranges::sort(found, {}, &KeptCopy::file);
  return found;
}

}  // namespace livecert::store::sqlite

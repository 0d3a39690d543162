#include "edge/drivers/claim.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "edge/drivers/folder.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kMark = ".livecert-edge";
constexpr std::string_view kMarkText =
    "livecert replaces and removes the files here: this is the folder of an edge that was added while it ran.\n";

constexpr const char* kStoreMark = ".livecert-store";
constexpr std::size_t kLongestStore = 64;

// The name of the mark of the store that delivers there.
std::string store_mark(const Definition& definition) {
  if (definition.file.empty()) return kStoreMark;
  return "." + definition.file.filename().string() + kStoreMark;
}

// Returns the mark, whose text is without the line break; nullopt if there is none. A mark of an owner that is not
// trusted does not count.
std::optional<StoreMark> read_mark(const Folder& folder, const std::string& name) {
  const base::OwnedDescriptor file(::openat(folder.descriptor(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  const bool is_ours =
      file.is_open() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && is_trusted_owner(status);
  if (!is_ours) return std::nullopt;
  std::array<char, kLongestStore> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  const std::string mark(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  if (mark.empty()) return std::nullopt;
  const std::chrono::nanoseconds at =
      std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return StoreMark{mark.substr(0, mark.find('\n')), at};
}

Result<void> write_mark(const Folder& folder, const std::string& name, std::string_view text) {
  // An empty file may be there, perhaps with another name elsewhere: it is replaced, and not written to.
  ::unlinkat(folder.descriptor(), name.c_str(), 0);
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open() || !base::write_and_sync(file.get(), base::as_bytes(text))) {
    return folder.failure(name, "cannot be written");
  }
  return folder.sync();
}

// Whether the folder has this store's mark, or needs none; an Error when another store has marked it.
Result<bool> is_of_store(const Folder& folder, const Definition& definition, const std::string& store) {
  if (store.empty()) return true;
  const std::string name = store_mark(definition);
  const auto mark = read_mark(folder, name);
  if (!mark || mark->store == store) return mark.has_value();
  const std::filesystem::path path = place_of(definition).full();
  return base::Error{base::ErrorCode::kUpstreamFailure,
                     path.string() + " belongs to another store of livecert, " + mark->store + " (this one is " +
                         store +
                         "): two services that deliver there would undo each other's work. If the other one is gone, "
                         "take it over: rm " +
                         (path / name).string()};
}

bool is_marked(const Folder& folder) {
  struct stat status {};
  return ::fstatat(folder.descriptor(), kMark, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         is_trusted_owner(status);
}

Result<void> check_is_empty(const Folder& folder, const std::filesystem::path& path) {
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  for (const std::string& name : names) {
    struct stat status {};
    if (name.starts_with(".") && name.ends_with("livecert-store")) continue;
    const bool is_there = ::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_there || (S_ISREG(status.st_mode) && status.st_size == 0)) continue;
    return base::Error{base::ErrorCode::kUpstreamFailure,
                       path.string() + " holds " + name +
                           ", which livecert did not make; give the edge an empty folder, or, if everything in this "
                           "one is livecert's, run: touch " +
                           (path / kMark).string()};
  }
  return {};
}

Result<void> claim(const Definition& definition, const std::string& store) {
  TRY_ASSIGN(const Folder folder, Folder::open(place_of(definition)));
  TRY_ASSIGN(const bool is_ours, is_of_store(folder, definition, store));
  if (definition.origin == Origin::kAdded && !is_marked(folder)) {
    TRY(check_is_empty(folder, place_of(definition).full()));
    TRY(write_mark(folder, kMark, kMarkText));
  }
  return is_ours ? Result<void>() : write_mark(folder, store_mark(definition), store + "\n");
}

class ClaimingDriver final : public Driver {
 public:
  ClaimingDriver(Definition definition, std::string store, MakeDriver make)
      : definition_(std::move(definition)), store_(std::move(store)), make_(std::move(make)) {}

  // Makes the files that a server needs to start before the first domain. The first call that needs the folder reports
  // an unfit one.
  Result<void> begin() {
    // A fault in a definition of the configuration is reported at once; while there is no folder, making the driver
    // touches nothing.
    const bool is_fit = claim(definition_, store_).has_value();
    if (!is_fit && (definition_.origin == Origin::kAdded || !check_store(definition_, store_))) return {};
    TRY_ASSIGN(auto driver, make_(definition_));
    return take(std::move(driver));
  }

  Result<void> write(const Delivery& delivery) override {
    TRY(prepare());
    return driver_->write(delivery);
  }

  std::vector<Result<void>> write_all(std::span<const Delivery> deliveries) override {
    if (auto done = prepare(); !done) return {deliveries.size(), done};
    return driver_->write_all(deliveries);
  }

  std::vector<Result<void>> activate(std::span<const Delivery> deliveries) override {
    if (auto done = prepare(); !done) return {deliveries.size(), done};
    return driver_->activate(deliveries);
  }

  Result<void> withdraw(std::span<const std::string> domains) override {
    TRY(prepare());
    return driver_->withdraw(domains);
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    TRY(prepare());
    return driver_->is_written(order, load);
  }

  std::optional<std::vector<std::string>> find_touched() override {
    return driver_ ? driver_->find_touched() : std::nullopt;
  }

  // Files in the folder of another store are not this one's to remove.
  void tidy() override {
    if (driver_ && check_store(definition_, store_)) driver_->tidy();
  }

  void stop() override {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    if (driver_) driver_->stop();
  }

 private:
  // Claims the folder each time, because it may have been emptied or replaced since.
  Result<void> prepare() {
    TRY(claim(definition_, store_));
    if (driver_) return {};
    auto made = make_(definition_);
    if (!made) return base::Error{base::ErrorCode::kUpstreamFailure, made.error().message, made.error().detail};
    return take(*std::move(made));
  }

  Result<void> take(std::unique_ptr<Driver> driver) {
    const std::lock_guard lock(mutex_);
    driver_ = std::move(driver);
    if (is_stopped_) driver_->stop();
    return {};
  }

  const Definition definition_;
  const std::string store_;
  const MakeDriver make_;
  std::mutex mutex_;  // for stop(), which another thread calls
  bool is_stopped_ = false;
  std::unique_ptr<Driver> driver_;
};

}  // namespace

Result<void> check_claim(const Place& place) {
  TRY_ASSIGN(const Folder folder, Folder::open(place));
  return is_marked(folder) ? Result<void>() : check_is_empty(folder, place.full());
}

Result<void> check_store(const Definition& definition, const std::string& store) {
  const auto folder = Folder::open(place_of(definition));
  if (!folder) return {};
  TRY(is_of_store(*folder, definition, store));
  return {};
}

std::optional<StoreMark> find_store_mark(const std::filesystem::path& folder) {
  const auto opened = Folder::open({folder});
  return opened ? read_mark(*opened, kStoreMark) : std::nullopt;
}

Result<std::unique_ptr<Driver>> make_claiming_driver(const Definition& definition, const std::string& store,
                                                     MakeDriver make) {
  auto driver = std::make_unique<ClaimingDriver>(definition, store, std::move(make));
  TRY(driver->begin());
  return std::unique_ptr<Driver>(std::move(driver));
}

}  // namespace livecert::edge

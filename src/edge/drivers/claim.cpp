#include "edge/drivers/claim.h"

#include <fcntl.h>
#include <mutex>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "edge/drivers/folder.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kMark = ".livecert-edge";
constexpr std::string_view kMarkText =
    "livecert replaces and removes the files here: this is the folder of an edge that was added while it ran.\n";

bool is_marked(const Folder& folder) {
  struct stat status {};
  return ::fstatat(folder.descriptor(), kMark, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         is_trusted_owner(status);
}

Result<void> check_is_empty(const Folder& folder, const std::filesystem::path& path) {
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  for (const std::string& name : names) {
    struct stat status {};
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

Result<void> mark(const Folder& folder) {
  // An empty file may stand there, and may have another name elsewhere: it is not written to.
  ::unlinkat(folder.descriptor(), kMark, 0);
  const base::OwnedDescriptor file(
      ::openat(folder.descriptor(), kMark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open() || !base::write_and_sync(file.get(), base::as_bytes(kMarkText))) {
    return folder.failure(kMark, "cannot be written");
  }
  return folder.sync();
}

Result<void> claim(const Place& place) {
  TRY_ASSIGN(const Folder folder, Folder::open(place));
  if (is_marked(folder)) return {};
  TRY(check_is_empty(folder, place.full()));
  return mark(folder);
}

class ClaimingDriver final : public Driver {
 public:
  ClaimingDriver(Definition definition, MakeDriver make) : definition_(std::move(definition)), make_(std::move(make)) {}

  // So that what a server needs to start is there before the first domain. A folder that will not do yet is told in the
  // first call that needs it.
  Result<void> begin() {
    if (!claim(place_of(definition_))) return {};
    TRY_ASSIGN(auto driver, make_(definition_));
    return take(std::move(driver));
  }

  Result<void> write(const Delivery& delivery) override {
    TRY(prepare());
    return driver_->write(delivery);
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

  void stop() override {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    if (driver_) driver_->stop();
  }

 private:
  // Each time: the folder may have been emptied, or exchanged, since.
  Result<void> prepare() {
    TRY(claim(place_of(definition_)));
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
  const MakeDriver make_;
  std::mutex mutex_;  // for stop(), which comes from another thread
  bool is_stopped_ = false;
  std::unique_ptr<Driver> driver_;
};

}  // namespace

Result<void> check_claim(const Place& place) {
  TRY_ASSIGN(const Folder folder, Folder::open(place));
  return is_marked(folder) ? Result<void>() : check_is_empty(folder, place.full());
}

Result<std::unique_ptr<Driver>> make_claiming_driver(const Definition& definition, MakeDriver make) {
  auto driver = std::make_unique<ClaimingDriver>(definition, std::move(make));
  TRY(driver->begin());
  return std::unique_ptr<Driver>(std::move(driver));
}

}  // namespace livecert::edge

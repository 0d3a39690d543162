#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/database.h"

// The upgrade of a store of an older format, around the steps of migrate(): the copy that stays, and what is told.
namespace livecert::store::sqlite {

struct UpgradePlan {
  std::int64_t from = 0;  // the format of the store
  std::int64_t to = 0;    // this release's
  // Where the store stays as it was before the first step. An interrupted upgrade that continues has it already.
  std::filesystem::path copy;
  bool continues = false;
};

struct UpgradeStage {
  std::int64_t format = 0;  // that is being made; 0: the store is being copied
  std::int64_t done = 0;    // rows that the step has changed, or pages that are copied
  std::int64_t total = 0;   // 0: not known
};

// Called on the thread that opens the store; each may be empty.
struct UpgradeWatch {
  std::function<void(const UpgradePlan&)> on_begin = {};
  std::function<void(const UpgradeStage&)> on_progress = {};  // often
  std::function<void(const UpgradePlan&)> on_end = {};
};

// Use: prepare(), then migrate() with on_step(), then finish(). A process may be killed at any point: the next start
// continues with the step that was not committed, and with the same copy.
class Upgrade {
 public:
  // Copies a store of an older format into its directory, as before-upgrade-format-N-TIME.db, and notes that name until
  // the upgrade is done. Checks first that there is room for the copy and for the upgrade. Does nothing for a store of
  // this format and for an empty one. Errors: kConfiguration with one sentence: no room, the copy cannot be made;
  // kStoreFailure.
  [[nodiscard]] static base::Result<Upgrade> prepare(Connection& database, const std::filesystem::path& directory,
                                                     const UpgradeWatch& watch, base::Time now);

  void on_step(std::int64_t format, std::int64_t done, std::int64_t total) const;
  // Call it when the newest format is committed.
  void finish() const;

 private:
  Upgrade(std::filesystem::path directory, const UpgradeWatch& watch)
      : directory_(std::move(directory)), watch_(watch) {}
  [[nodiscard]] base::Result<void> keep_copy(Connection& database, std::int64_t position);

  std::filesystem::path directory_;
  UpgradeWatch watch_;
  std::optional<UpgradePlan> plan_;  // nullopt: there is nothing to upgrade
};

// A copy that an upgrade left in the directory.
struct KeptCopy {
  std::filesystem::path file;
  std::int64_t format = 0;
};
[[nodiscard]] std::vector<KeptCopy> find_kept_copies(const std::filesystem::path& directory);

}  // namespace livecert::store::sqlite

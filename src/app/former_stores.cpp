#include "app/former_stores.h"

#include <algorithm>
#include <sys/stat.h>

#include "cli/language.h"
#include "store/sqlite/upgrade.h"

namespace livecert::app {
namespace {

namespace fs = std::filesystem;

base::Time time_of_change(const fs::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? base::from_unix_seconds(facts.st_mtim.tv_sec) : base::Time();
}

}  // namespace

std::vector<FormerStore> find_former_stores(const fs::path& data_dir) {
  std::vector<FormerStore> found;
  for (const store::sqlite::KeptCopy& copy : store::sqlite::find_kept_copies(data_dir)) {
    found.push_back({copy.file, time_of_change(copy.file), "rm " + copy.file.string()});
  }
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(data_dir, ignored)) {
    if (!entry.path().filename().string().starts_with("before-restore-") || !entry.is_directory(ignored)) continue;
    found.push_back({entry.path(), time_of_change(entry.path()), "rm -r " + entry.path().string()});
  }
  std::ranges::sort(found, {}, &FormerStore::path);
  return found;
}

std::string former_store_text(const FormerStore& store) {
  using cli::tr;
  return store.path.string() + tr(" is a former store with its private keys, of ", " 是旧存储，其中仍有私钥，时间 ") +
         base::to_rfc3339(store.since) + tr("; when you do not need it any more, remove it: ", "；不再需要时请删除：") +
         store.command;
}

}  // namespace livecert::app

#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/inventory.h"
#include "vault/master_key.h"

namespace livecert::app {

// Called often, on the caller's thread; `total` is 0 when nobody knows it.
using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

// The faults of a store, and the number of things that were checked.
struct StoreReport {
  store::sqlite::StoreCounts counts;
  std::vector<std::string> findings;  // sentences with the fault, its place and the remedy; the first hundred
  std::size_t all_findings = 0;
  bool lacked_log = false;  // no finding: a copy that SQLite made is whole without one

  [[nodiscard]] bool is_good() const { return all_findings == 0; }
};

// Reads every row of the store's file with its master keys. It checks SQLite's pages and references, counts and
// bindings; that each account's key, access key, private key and sealed setting opens; that each leaf and issuer can be
// read, has the digests and the validity of its row, fits its private key, and covers the domains that use it; and that
// each edge can be read. Tells `progress` how many versions it has read. Changes nothing; a service may use the store
// meanwhile. kConfiguration when the master key is another one or the store has another format; kStoreFailure.
[[nodiscard]] base::Result<StoreReport> verify_store(const std::filesystem::path& database,
                                                     vault::MasterKeys master_keys, Progress progress = {});

// The warning about a store that was there without its log, in the language of the command line.
[[nodiscard]] std::string missing_log_text(const std::filesystem::path& data_dir);

}  // namespace livecert::app

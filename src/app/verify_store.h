#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "store/sqlite/inventory.h"

namespace livecert::app {

// What is wrong with a store, and what was looked at.
struct StoreReport {
  store::sqlite::StoreCounts counts;
  std::vector<std::string> findings;  // sentences: what is wrong, where, and what to do; the first hundred
  std::size_t all_findings = 0;

  [[nodiscard]] bool is_good() const { return all_findings == 0; }
};

// Reads every row of the store's file under its master key: SQLite's pages and references, counts and bindings; each
// account's key, access key and private key opens; each leaf and issuer can be read, has the digests and the validity
// that the rows say, and its private key fits. Changes nothing; a service may use the store meanwhile. kConfiguration
// when the master key is another one or the store has another format; kStoreFailure.
[[nodiscard]] base::Result<StoreReport> verify_store(const std::filesystem::path& database,
                                                     base::SecretBytes master_key);

}  // namespace livecert::app

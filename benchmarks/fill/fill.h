#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/instance.h"
#include "base/result.h"

namespace livecert::benchmarks {

struct FillOptions {
  std::size_t chains = 1'000'000;
  std::size_t accounts = 20;  // that the chains go to in turn
};

struct FilledAccount {
  base::AccountId account;
  std::filesystem::path credentials;  // a file of the data directory, mode 0600, for clients
};

// Told how many chains are written.
using FillProgress = std::function<void(std::size_t done)>;

// Fills the store that lies open in `data_dir`, and that nobody else uses meanwhile, with what so many CreateCert would
// have written over the last four months: rows, counters, audit, sealed keys, by the code that CreateCert runs from
// where the upload is accepted. One in fifty is bound to a domain. The store may have been filled before, but not with
// accounts of the same names. Uses all processors. Errors: kInternal, kStoreFailure, kConfiguration.
[[nodiscard]] base::Result<std::vector<FilledAccount>> fill(app::Instance& instance,
                                                            const std::filesystem::path& data_dir,
                                                            const FillOptions& options, const FillProgress& progress);

// The project, the name and the bound domain of the chain with that number, the oldest being 0.
[[nodiscard]] std::string project_of(std::size_t number);
[[nodiscard]] std::string name_of(std::size_t number);
[[nodiscard]] std::optional<std::string> domain_of(std::size_t number);

}  // namespace livecert::benchmarks

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace livecert::store::sqlite {

// Told from time to time how much of the copy is done, in pages.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t total)>;

// Copies a store as it is at one moment, what its write-ahead log holds included, to a file that must not be there yet
// (SQLite's backup API, https://www.sqlite.org/backup.html). A service may use the store meanwhile and goes on to read
// and write; its log cannot begin anew until the copy is done. Errors: kConfiguration when `from` is no store of this
// release's format or older, kStoreFailure. The copy is not synchronised with the disk; a failed one may be left.
[[nodiscard]] base::Result<void> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                                            const CopyProgress& progress);

}  // namespace livecert::store::sqlite

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/sqlite/read_leaf_names.h"

namespace livecert::store::sqlite {

// Called from time to time with the progress of the copy, in pages.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t total)>;

// Copies a store at one moment, including its write-ahead log, to a file that must not exist yet (SQLite's backup API,
// https://www.sqlite.org/backup.html). A service can use the store meanwhile, but its log cannot restart until the copy
// is done. Errors: kConfiguration when `from` is not a store of this release's format or older; kStoreFailure. The copy
// is not synchronised with the disk; a failed copy may be left behind.
[[nodiscard]] base::Result<void> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                                            const CopyProgress& progress);

// Copies what a connection sees to a file that must not exist yet, and that only its owner can read. The connection's
// own transaction, if there is one, holds the moment. kStoreFailure; the rest is as above.
[[nodiscard]] base::Result<void> copy_database(Connection& from, const std::filesystem::path& to,
                                               const CopyProgress& progress);

// Brings a copy of a store, which nothing uses, to this release's format, as migrate() does; a copy of that format
// stays as it is. Afterwards the file is synchronised and has no log beside it. Errors: kConfiguration when the file is
// not a store of this release's format or older; kStoreFailure.
[[nodiscard]] base::Result<void> upgrade_copy(const std::filesystem::path& file, const ReadLeafNames& read_leaf_names,
                                              const ReadChainEnd& read_chain_end);

}  // namespace livecert::store::sqlite

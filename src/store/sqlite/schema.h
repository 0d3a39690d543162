#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/sqlite/read_leaf_names.h"

// The on-disk format (docs/formats/store.md), and the upgrade from each version to the next.
namespace livecert::store::sqlite {

// "LCRT" in the database header: a file without it is not a store of livecert.
inline constexpr std::int64_t kApplicationId = 0x4C435254;

// For a file that is still empty, before its journal mode is set (docs/adr/0010); no effect on other files.
inline constexpr const char* kPageSetting = "PRAGMA page_size = 2048";

// Scripts; element i leads from version i to version i + 1. Version 0 is an empty file. Released scripts never change.
using Migrations = std::span<const char* const>;
[[nodiscard]] Migrations released_migrations();

// Refuses, from the header alone, a file that is not an SQLite database, is truncated, is not livecert's, or has a
// newer version; opens nothing for writing. An empty or missing file passes. kConfiguration.
[[nodiscard]] base::Result<void> inspect_file(const std::filesystem::path& file, std::int64_t newest_version);

// Whether a store is there without its log. A service leaves the log next to its store, even when it stops, or
// keeps it after a failure of the disk. A store without a log was put there by hand, and what was in it may be missing.
[[nodiscard]] bool lacks_log(const std::filesystem::path& file);

// Called often on the thread of migrate() with the version that is being made, and the rows that its step has changed
// of those that it changes. `total` is 0 for a step whose rows nobody counts; it then takes seconds at most.
using MigrationProgress = std::function<void(std::int64_t version, std::int64_t done, std::int64_t total)>;

// Brings an open database to the newest version, each step in its own transaction; steps that were done before a
// failing one stay. Also refuses what inspect_file() could not see because it was still in the write-ahead log. Scripts
// may use leaf_representative(der) and leaf_covering_name(der, host), which answer '' for a leaf that cannot be read,
// and chain_end(leaf_der, issuers), with the issuers' DER in hexadecimal and commas between, which answers the largest
// integer then; and audit_hash(id, at, ...), which answers the next link of the audit's chain (audit/record.h). Only a
// store with certificates needs the last two arguments.
[[nodiscard]] base::Result<void> migrate(Connection& database, Migrations migrations,
                                         const ReadLeafNames& read_leaf_names, const ReadChainEnd& read_chain_end,
                                         const MigrationProgress& progress = {});

}  // namespace livecert::store::sqlite

#pragma once

#include "base/result.h"
#include "store/sqlite/chain_rows.h"
#include "store/store.h"

// The rows of versions, inside the transaction of a command.
namespace livecert::store::sqlite {

// With the rows of its issuers, where the account has none yet.
[[nodiscard]] base::Result<void> insert_version(Connection& database, const Context& context, const PutVersion& command,
                                                std::int64_t chain_row);

[[nodiscard]] base::Result<bool> version_exists(Connection& database, base::CertId version);

// The current version and the newest of the others stay, `keep` in all.
[[nodiscard]] base::Result<void> drop_old_versions(Connection& database, const ChainRow& chain, base::CertId current,
                                                   int keep);

}  // namespace livecert::store::sqlite

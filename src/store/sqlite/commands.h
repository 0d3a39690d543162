#pragma once

#include <string_view>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/store.h"

// What each command does inside a transaction: read, decide, then write.
namespace livecert::store::sqlite {

// Runs in the open transaction of `database`, which the caller commits, or rolls back when this is an Error. Outcomes
// other than kDone have written nothing.
[[nodiscard]] base::Result<Outcome> apply(Connection& database, const Context& context, const Command& command);

// Alternatives of Command whose reading and writing fill files of their own.
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const PutVersion& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const RelabelChain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const Rollback& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const DeleteChain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const Bind& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const Unbind& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const CreateDomains& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const DeleteDomain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const SetDomainStatus& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const SetDomainVhost& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const MoveDomain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const KeepReceipts& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context,
                                              const ForgetReceipts& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const PutEdge& command);
[[nodiscard]] base::Result<Outcome> apply_one(Connection& database, const Context& context, const DeleteEdge& command);

// The change row and the audit row of one write to a thing of `owner`.
[[nodiscard]] base::Result<void> record(Connection& database, const Context& context, std::string_view kind,
                                        base::AccountId owner, std::string_view subject);

}  // namespace livecert::store::sqlite

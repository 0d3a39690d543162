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

// One alternative of Command whose reading and writing fill a file of their own.
[[nodiscard]] base::Result<Outcome> apply_put_version(Connection& database, const Context& context,
                                                      const PutVersion& command);

// The change row and the audit row of one write to a thing of `owner`.
[[nodiscard]] base::Result<void> record(Connection& database, const Context& context, std::string_view kind,
                                        base::AccountId owner, std::string_view subject);

// A chain counted under the day its validity ends, so that counting a million chains means adding up some hundred days.
struct ExpiryDay {
  std::int64_t project_row = 0;
  std::int64_t day = 0;  // since 1970, UTC
  bool operator==(const ExpiryDay&) const = default;
};
[[nodiscard]] std::int64_t day_of(base::Time time);
// nullopt: the chain is new.
[[nodiscard]] base::Result<void> count_expiry(Connection& database, const std::optional<ExpiryDay>& before,
                                              const ExpiryDay& after);

// The eight bytes that random ids and digests are indexed by.
[[nodiscard]] std::int64_t index_prefix(base::ByteView bytes);

}  // namespace livecert::store::sqlite

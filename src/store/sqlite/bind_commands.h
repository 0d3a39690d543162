#pragma once

#include <optional>

#include "store/sqlite/chain_rows.h"
#include "store/sqlite/commands.h"
#include "store/sqlite/domain_rows.h"

// The two halves of a bind, for commands that bind along the way.
namespace livecert::store::sqlite {

struct BindDecision {
  domain::BindVerdict verdict = domain::BindVerdict::kInactive;
  Outcome outcome;  // of writing verdicts: kDone
  std::optional<ChainRow> chain;
  std::optional<DomainRow> domain;  // as it is now
};

// `made`: the domain as it will be when it is not there yet.
[[nodiscard]] base::Result<BindDecision> decide_bind(Connection& database, const Context& context, const Bind& command,
                                                     const std::optional<domain::LiveDomain>& made);

// Writes a decision of kBind, to the domain at `domain_row`.
[[nodiscard]] base::Result<void> write_bind(Connection& database, const Context& context, const Bind& command,
                                            const BindDecision& decision, std::int64_t domain_row);

}  // namespace livecert::store::sqlite

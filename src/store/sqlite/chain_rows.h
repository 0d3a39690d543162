#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/put_version.h"
#include "store/sqlite/database.h"

// What several commands read and write of a chain, inside their transaction.
namespace livecert::store::sqlite {

// A chain counted under the day its validity ends, so that counting a million chains means adding up some hundred days.
struct ExpiryDay {
  std::int64_t project_row = 0;
  std::int64_t day = 0;  // since 1970, UTC
  bool operator==(const ExpiryDay&) const = default;
};
[[nodiscard]] std::int64_t day_of(base::Time time);
// Moves one chain from a day to another. `before` nullopt: it is new; `after` nullopt: it goes.
[[nodiscard]] base::Result<void> count_expiry(Connection& database, const std::optional<ExpiryDay>& before,
                                              const std::optional<ExpiryDay>& after);

// The chains of an account are counted by blocks of row ids too, so that a page far down its list is found by passing
// over whole blocks.
inline constexpr std::int64_t kRowsOfBlock = 2048;
[[nodiscard]] constexpr std::int64_t block_of(std::int64_t chain_row) {
  return chain_row / kRowsOfBlock;
}
[[nodiscard]] constexpr std::int64_t first_row_of_block(std::int64_t block) {
  return block * kRowsOfBlock;
}
[[nodiscard]] base::Result<void> add_to_block(Connection& database, base::AccountId account, std::int64_t chain_row);
[[nodiscard]] base::Result<void> take_from_block(Connection& database, base::AccountId account, std::int64_t chain_row);

struct ChainRow {
  std::int64_t row = 0;
  domain::ChainState state;
  ExpiryDay expiry;
  bool superseded = false;
};
[[nodiscard]] base::Result<std::optional<ChainRow>> find_chain_row(Connection& database, const base::ChainId& chain);

// The domains that use a chain, in the order they were bound.
[[nodiscard]] base::Result<std::vector<std::string>> bound_domains(Connection& database, std::int64_t chain_row);

// Makes a version current, with what the chain repeats of it.
struct CurrentVersion {
  base::CertId id;
  domain::Digest content_digest{};
  base::Time not_before;
  base::Time not_after;
  std::string representative;
};
[[nodiscard]] base::Result<void> make_current(Connection& database, const ChainRow& chain,
                                              const CurrentVersion& version);

// The chain counts as superseded no longer (law 10).
[[nodiscard]] base::Result<void> end_superseded(Connection& database, std::int64_t chain_row);

[[nodiscard]] base::Result<std::optional<domain::AccountStatus>> find_account_status(Connection& database,
                                                                                     base::AccountId account);
// 0: the account has no such project.
[[nodiscard]] base::Result<std::int64_t> find_project_row(Connection& database, base::AccountId account,
                                                          std::string_view name);

// The first eight bytes, as a list of chains whose ids begin alike compares them.
[[nodiscard]] std::int64_t index_prefix(base::ByteView bytes);

// What is new is to meet at one place of an index, not to be scattered over all of its pages (docs/adr/0010). Chains
// are indexed by the last six bytes of their ids, which are the time when they were made, and the two before. Ids of
// older releases are random there too.
[[nodiscard]] std::int64_t chain_key(const base::ChainId& chain);
// Content is indexed by the second in which its leaf begins to be valid, which most uploads follow soon, and the first
// three bytes of its digest.
[[nodiscard]] std::int64_t content_key(base::Time not_before, const domain::Digest& content_digest);

}  // namespace livecert::store::sqlite

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/chain.h"
#include "store/sql/session.h"

// What rows and lists of chains share.
namespace livecert::store::sql {

// A chain is counted under the day its validity ends, so that counting a million chains means adding up some hundred
// days. Since 1970, UTC.
[[nodiscard]] std::int64_t day_of(base::Time time);

// The chains of an account are counted by blocks of row ids too, so that a page far down its list is found by passing
// over whole blocks.
inline constexpr std::int64_t kRowsOfBlock = 2048;
[[nodiscard]] constexpr std::int64_t block_of(std::int64_t chain_row) {
  return chain_row / kRowsOfBlock;
}
[[nodiscard]] constexpr std::int64_t first_row_of_block(std::int64_t block) {
  return block * kRowsOfBlock;
}

// The domains that use a chain, in the order they were bound.
[[nodiscard]] base::Result<std::vector<std::string>> bound_domains(Session& database, std::int64_t chain_row);

// The first eight bytes, as a list of chains whose ids begin alike compares them.
[[nodiscard]] std::int64_t index_prefix(base::ByteView bytes);

// What is new is to meet at one place of an index, not to be scattered over all of its pages (docs/adr/0010). Chains
// are indexed by the last six bytes of their ids, which are the time when they were made, and the two before. Ids of
// older releases are random there too.
[[nodiscard]] std::int64_t chain_key(const base::ChainId& chain);
// Content is indexed by the second in which its leaf begins to be valid, which most uploads follow soon, and the first
// three bytes of its digest.
[[nodiscard]] std::int64_t content_key(base::Time not_before, const domain::Digest& content_digest);

}  // namespace livecert::store::sql

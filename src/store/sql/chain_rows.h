#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/chain.h"
#include "store/sql/session.h"

// Code that rows and lists of chains share.
namespace livecert::store::sql {

// A chain is counted under the day (since 1970, UTC) on which its validity ends, so that counting a million chains adds
// up some hundred days.
[[nodiscard]] std::int64_t day_of(base::Time time);

// The chains of an account are also counted by blocks of row ids, so that a read of a page far down its list skips
// whole blocks.
inline constexpr std::int64_t kRowsOfBlock = 2048;
[[nodiscard]] constexpr std::int64_t block_of(std::int64_t chain_row) {
  return chain_row / kRowsOfBlock;
}
[[nodiscard]] constexpr std::int64_t first_row_of_block(std::int64_t block) {
  return block * kRowsOfBlock;
}

// The domains that use a chain, in the order of their bindings.
[[nodiscard]] base::Result<std::vector<domain::DomainName>> bound_domains(Session& database, std::int64_t chain_row);

// The first eight bytes, for comparing chains whose ids begin alike.
[[nodiscard]] std::int64_t index_prefix(base::ByteView bytes);

// New entries should be next to each other in an index, not scattered over all of its pages (docs/adr/0010). The index
// of chains is on the last six bytes of their ids, which are the time of creation, and the two bytes before. Ids of
// older releases are random there too.
[[nodiscard]] std::int64_t chain_key(const base::ChainId& chain);
// The index of content is on the second in which its leaf becomes valid, since most uploads follow soon, and the first
// three bytes of its digest.
[[nodiscard]] std::int64_t content_key(base::Time not_before, const domain::Digest& content_digest);

}  // namespace livecert::store::sql

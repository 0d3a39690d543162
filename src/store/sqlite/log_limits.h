#pragma once

#include <cstdint>

namespace livecert::store::sqlite {

// The sizes of the write-ahead log, in bytes of pages, at which it is copied into the database. It can exceed them when
// an outside reader keeps one transaction open.
struct LogLimits {
  std::int64_t helper_begins_at = 96LL << 20;     // while commits go on
  std::int64_t writer_finishes_at = 192LL << 20;  // between two commits, once the helper ends its round
};

}  // namespace livecert::store::sqlite

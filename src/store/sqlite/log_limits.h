#pragma once

#include <cstdint>

namespace livecert::store::sqlite {

// Sizes of the write-ahead log, in bytes of pages, at which it is copied into the database. A reader from outside that
// keeps one transaction open can make it grow beyond them.
struct LogLimits {
  std::int64_t helper_begins_at = 96LL << 20;     // beside the commits
  std::int64_t writer_finishes_at = 192LL << 20;  // between two commits, once the helper ends its round
};

}  // namespace livecert::store::sqlite

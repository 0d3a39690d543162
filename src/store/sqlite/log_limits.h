#pragma once

namespace livecert::store::sqlite {

// Sizes of the write-ahead log, in pages of 4 KiB, at which it is copied into the database. A reader from outside that
// keeps one transaction open can make it grow beyond them.
struct LogLimits {
  int helper_begins_at = 12288;    // 48 MiB: beside the commits
  int writer_finishes_at = 32768;  // 128 MiB: between two commits, once the helper ends its round
};

}  // namespace livecert::store::sqlite

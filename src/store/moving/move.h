#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/hash.h"
#include "store/moving/end.h"

// Moves the content of a store to another engine while a service goes on over it.
//
// The target is marked, so that nobody uses it while it is not complete. Then all rows of every table are compared in
// the order of their keys and those that differ are brought, again and again until a comparison takes little time.
// Then the source is marked, so that it takes no writes; the last differences are brought, and the move ends with a
// comparison that finds none. A move that was interrupted goes on from whatever is there, because it only compares.
namespace livecert::store::moving {

enum class Stage : std::uint8_t { kCopying, kFollowing, kFinishing };

struct Options {
  // Called often with how many rows of how many this comparison has been through.
  std::function<void(Stage stage, std::int64_t done, std::int64_t total)> progress = {};
};

struct TableReport {
  std::string_view table;
  std::int64_t rows = 0;
  crypto::Sha256Digest digest{};  // at both ends, of all rows in the order of their keys
};

struct Report {
  std::vector<TableReport> tables;
  int comparisons = 0;
  std::chrono::milliseconds stopped{};  // how long the source took no writes before the target was complete
};

// Moves everything. Afterwards the source takes no writes, and says so. kConfiguration: the marks or the content of the
// two do not fit together; nothing was changed. Another Error: the move can go on when the reason is gone, and the
// source takes writes, unless the process was killed or the source could not be reached.
[[nodiscard]] base::Result<Report> move(End& from, End& to, const Options& options);

// Lets a source whose move was interrupted take writes again. kConfiguration: no move was interrupted there.
[[nodiscard]] base::Result<void> cancel_move(End& from);

}  // namespace livecert::store::moving

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "crypto/hash.h"
#include "store/moving/end.h"
#include "store/moving/tables.h"

namespace livecert::store::moving {

// What one comparison of a table at both ends found.
struct Compared {
  std::int64_t rows = 0;         // at the source
  std::int64_t differences = 0;  // rows that were written to the target or removed there
  // Of all rows in the order of their keys: SHA-256 of their SHA-256. Equal when there were no differences.
  crypto::Sha256Digest source{};
  crypto::Sha256Digest target{};
};

// Makes a table at the target equal to the one at the source. What the source changes meanwhile, the next call brings.
class TableMove {
 public:
  // Called often with the number of rows that were compared since the last call.
  using Progress = std::function<void(std::int64_t rows)>;
  // The table and the ends must outlive this.
  TableMove(const Table& table, End& from, End& to) : table_(table), from_(from), to_(to) {}

  // Compares all rows, and brings those that differ. A unique value that moved from one row to another may need a
  // second call. Rows that never change are read whole only until they were equal once; afterwards their keys are.
  [[nodiscard]] base::Result<Compared> bring(const Progress& progress);

  [[nodiscard]] const Table& table() const { return table_; }

 private:
  class Pass;
  const Table& table_;
  End& from_;
  End& to_;
  // Of a table that is immutable: the digests of the rows that were equal at both ends, by the key.
  std::vector<std::pair<std::int64_t, crypto::Sha256Digest>> known_;
};

}  // namespace livecert::store::moving

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace livecert::test {

// Looks for bytes in the memory of this process. A pattern is kept with every byte changed, so that the search does not
// find what it is looking for in itself.
class MemorySearch {
 public:
  // Copies in disguise; the source is for the caller to wipe.
  void add_pattern(base::ByteView pattern);
  [[nodiscard]] std::size_t pattern_count() const { return disguised_.size(); }

  // How often any pattern occurs in writable private memory (heap, stacks, anonymous mappings).
  [[nodiscard]] std::size_t count_occurrences() const;

 private:
  std::vector<base::Bytes> disguised_;  // all of one length
};

}  // namespace livecert::test

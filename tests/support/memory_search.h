#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "base/bytes.h"

namespace livecert::test {

// Looks for bytes in the memory of this process, or of another one, which only root may read. A pattern is kept with
// every byte changed, so that the search does not find its own pattern.
class MemorySearch {
 public:
  MemorySearch() = default;
  explicit MemorySearch(pid_t process) : process_(std::to_string(process)) {}

  // Takes two bytes or more; all patterns have one length. Keeps a disguised copy; the caller must wipe the source.
  void add_pattern(base::ByteView pattern);
  [[nodiscard]] std::size_t pattern_count() const { return disguised_.size(); }

  // The number of occurrences of any pattern in writable private memory (heap, stacks, anonymous mappings).
  [[nodiscard]] std::size_t count_occurrences() const;
  // The same in this text.
  [[nodiscard]] std::size_t count_in_text(std::string_view text) const;

 private:
  [[nodiscard]] bool may_begin(std::uint8_t first, std::uint8_t second) const { return begins_[first * 256U + second]; }
  [[nodiscard]] std::size_t count_in(std::span<const std::uint8_t> bytes) const;

  std::string process_ = "self";        // its name below /proc
  std::bitset<65536> begins_;           // which two bytes begin a pattern
  std::vector<base::Bytes> disguised_;  // all of one length
};

}  // namespace livecert::test

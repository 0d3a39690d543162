#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace livecert::edge {

// How many tasks an edge's thread takes at once: many, since one sync of the disk, one transaction for receipts and one
// command serve all of them. But a change that comes meanwhile waits for the batch that is under way and goes with the
// next one, so on a busy machine there are fewer in a batch, until one takes no longer than a third of a second. Used
// by one thread.
class BatchSize {
 public:
  static constexpr std::size_t kMost = 256;
  // With still fewer, what a batch costs by itself would count more than its tasks.
  static constexpr std::size_t kLeast = 32;
  static constexpr std::chrono::milliseconds kLongest{333};

  [[nodiscard]] std::size_t now() const { return size_; }
  // A batch of so many tasks took so long.
  void note(std::size_t tasks, std::chrono::nanoseconds took) {
    if (took > kLongest) {
      // The batch may have been smaller than it could be, and slow all the same.
      size_ = std::max(kLeast, std::min(size_, tasks) / 2);
    } else if (took < kLongest / 3) {
      size_ = std::min(kMost, size_ * 2);
    }
  }

 private:
  std::size_t size_ = kMost;
};

}  // namespace livecert::edge

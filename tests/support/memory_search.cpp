#include "support/memory_search.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/secret.h"

namespace livecert::test {
namespace {

constexpr std::uint8_t kDisguise = 0xA5;
constexpr std::size_t kWindow = 1UL << 20;
constexpr std::uint64_t kLargestRange = 1ULL << 30;  // beyond are only a sanitizer's own tables

struct Range {
  std::uint64_t begin;
  std::uint64_t end;
};

std::vector<Range> writable_ranges(const std::string& process, std::uint64_t except) {
  std::vector<Range> ranges;
  std::ifstream maps("/proc/" + process + "/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    Range range{};
    char dash = 0;
    std::string permissions;
    fields >> std::hex >> range.begin >> dash >> range.end >> permissions;
    if (!permissions.starts_with("rw") || range.end - range.begin > kLargestRange) continue;
    if (!(range.begin <= except && except < range.end)) ranges.push_back(range);
  }
  return ranges;
}

// A separate mapping that is left out of the search: its content was counted where it was read from.
class Window {
 public:
  Window() : data_(::mmap(nullptr, kWindow, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    LIVECERT_CHECK(data_ != MAP_FAILED);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { ::munmap(data_, kWindow); }
  [[nodiscard]] std::uint8_t* data() const { return static_cast<std::uint8_t*>(data_); }

 private:
  void* data_;
};

}  // namespace

void MemorySearch::add_pattern(base::ByteView pattern) {
  LIVECERT_CHECK(pattern.size() >= 2 && (disguised_.empty() || disguised_.front().size() == pattern.size()));
  base::Bytes disguised;
  disguised.reserve(pattern.size());
  for (const std::uint8_t byte : pattern) disguised.push_back(byte ^ kDisguise);
  begins_[disguised[0] * 256U + disguised[1]] = true;
  disguised_.push_back(std::move(disguised));
}

std::size_t MemorySearch::count_in(std::span<const std::uint8_t> bytes) const {
  const std::size_t length = disguised_.front().size();
  std::size_t found = 0;
  for (std::size_t at = 0; at + length <= bytes.size(); ++at) {
    if (!may_begin(bytes[at], bytes[at + 1])) continue;
    found += static_cast<std::size_t>(std::ranges::count_if(disguised_, [&](const base::Bytes& pattern) {
      return std::memcmp(pattern.data(), bytes.data() + at, length) == 0;
    }));
  }
  return found;
}

std::size_t MemorySearch::count_in_text(std::string_view text) const {
  base::WipedBuffer disguised;
  for (const char c : text) disguised.push_back(static_cast<std::uint8_t>(c) ^ kDisguise);
  return disguised.size() < disguised_.front().size() ? 0 : count_in(disguised);
}

std::size_t MemorySearch::count_occurrences() const {
  LIVECERT_CHECK(!disguised_.empty());
  const std::size_t length = disguised_.front().size();
  const Window window;
  const int memory = ::open(("/proc/" + process_ + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  LIVECERT_CHECK(memory >= 0);
  std::size_t found = 0;
  for (const Range& range : writable_ranges(process_, reinterpret_cast<std::uint64_t>(window.data()))) {
    // Windows overlap by a pattern less one byte.
    for (std::uint64_t at = range.begin; at < range.end; at += kWindow - length + 1) {
      const std::size_t wanted = std::min<std::uint64_t>(kWindow, range.end - at);
      const ssize_t size = ::pread(memory, window.data(), wanted, static_cast<off_t>(at));
      if (size <= 0) break;
      const std::span<std::uint8_t> bytes(window.data(), static_cast<std::size_t>(size));
      std::ranges::for_each(bytes, [](std::uint8_t& byte) { byte ^= kDisguise; });
      found += count_in(bytes);
      if (bytes.size() < wanted) break;
    }
  }
  ::close(memory);
  return found;
}

}  // namespace livecert::test

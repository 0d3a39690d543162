#include "base/locked_memory.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/secret.h"

namespace livecert::base {
namespace {

constexpr std::size_t kSlotSize = 256;
constexpr std::size_t kSlots = 4096;
constexpr std::size_t kSize = kSlotSize * kSlots;

thread_local bool is_on = false;
// Where the piece begins; 0: nothing came from it yet. So operator delete costs no more than a comparison.
constinit std::atomic<std::uintptr_t> piece_begin = 0;

// Slots of one size, in a mapping of its own. It lives as long as the process, because statics may release memory after
// every destructor of ours.
class Arena {
 public:
  Arena() {
    memory_ = map_secret();
    kind_ = memory_ == nullptr ? LockedMemoryKind::kNone : LockedMemoryKind::kSecret;
    if (memory_ == nullptr) map_ordinary();
    for (std::size_t i = kSlots; memory_ != nullptr && i > 0; --i) {
      free_[free_count_++] = static_cast<std::uint16_t>(i - 1);
    }
    piece_begin = reinterpret_cast<std::uintptr_t>(memory_);
  }

  [[nodiscard]] LockedMemoryKind kind() const { return kind_; }
  [[nodiscard]] void* take() {
    const std::lock_guard lock(mutex_);
    if (free_count_ == 0) return nullptr;
    return memory_ + kSlotSize * free_[--free_count_];
  }
  void give_back(void* memory) {
    wipe(memory, kSlotSize);
    const std::lock_guard lock(mutex_);
    free_[free_count_++] =
        static_cast<std::uint16_t>(static_cast<std::size_t>(static_cast<std::uint8_t*>(memory) - memory_) / kSlotSize);
  }

 private:
  // memfd_secret(2): its pages leave the kernel's own map too. They count as locked memory, and Debian 12's kernel has
  // them only with secretmem.enable=1.
  [[nodiscard]] static std::uint8_t* map_secret() {
#ifdef SYS_memfd_secret
    const int descriptor = static_cast<int>(::syscall(SYS_memfd_secret, FD_CLOEXEC));
    if (descriptor < 0) return nullptr;
    void* mapped = MAP_FAILED;
    if (::ftruncate(descriptor, kSize) == 0) {
      mapped = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    }
    ::close(descriptor);
    return mapped == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(mapped);
#else
    return nullptr;
#endif
  }
  void map_ordinary() {
    void* const mapped = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return;
    memory_ = static_cast<std::uint8_t*>(mapped);
    const bool is_undumped = ::madvise(mapped, kSize, MADV_DONTDUMP) == 0;
    const bool is_locked = ::mlock(mapped, kSize) == 0;
    if (is_undumped) kind_ = is_locked ? LockedMemoryKind::kLocked : LockedMemoryKind::kUndumped;
  }

  std::mutex mutex_;
  std::uint8_t* memory_ = nullptr;
  LockedMemoryKind kind_ = LockedMemoryKind::kNone;
  std::array<std::uint16_t, kSlots> free_{};
  std::size_t free_count_ = 0;
};

Arena& arena() {
  alignas(Arena) static std::array<std::uint8_t, sizeof(Arena)> room;
  static Arena* const made = new (room.data()) Arena();
  return *made;
}

}  // namespace

LockedAllocations::LockedAllocations() : was_on_(is_on) {
  is_on = true;
}

LockedAllocations::~LockedAllocations() {
  is_on = was_on_;
}

void* allocate_locked(std::size_t size) {
  return is_on && size <= kSlotSize ? arena().take() : nullptr;
}

bool is_locked(const void* memory) {
  const std::uintptr_t begin = piece_begin.load(std::memory_order_relaxed);
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  return begin != 0 && address >= begin && address - begin < kSize;
}

void release_locked(void* memory) {
  arena().give_back(memory);
}

LockedMemoryKind locked_memory_kind() {
  return arena().kind();
}

}  // namespace livecert::base

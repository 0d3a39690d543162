#pragma once

#include <cstddef>
#include <cstdint>

namespace livecert::base {

// While one of these lives, what this thread allocates with `new` and what is small comes from a piece of memory for
// secrets that stay as long as the process: master keys, and access secrets that are in use. That memory is never
// swapped out and in no core dump, and on a kernel with memfd_secret(2) no other process can read it, not even root's
// debugger. When there is no room, or install_wiping_allocator() was not called, it is ordinary memory. Memory is
// released as usual, by any thread.
class LockedAllocations {
 public:
  LockedAllocations();
  LockedAllocations(const LockedAllocations&) = delete;
  LockedAllocations& operator=(const LockedAllocations&) = delete;
  ~LockedAllocations();

 private:
  const bool was_on_;
};

// For operator new and delete only. nullptr: not from there.
[[nodiscard]] void* allocate_locked(std::size_t size);
[[nodiscard]] bool is_locked(const void* memory);
// Overwrites and releases what allocate_locked() returned.
void release_locked(void* memory);

// How the piece is protected, for the log: the best that kernel and limits allow.
enum class LockedMemoryKind : std::uint8_t { kNone, kUndumped, kLocked, kSecret };
[[nodiscard]] LockedMemoryKind locked_memory_kind();

}  // namespace livecert::base

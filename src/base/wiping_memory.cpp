#include "base/wiping_memory.h"

#include <cstddef>
#include <cstdlib>
#include <malloc.h>
#include <new>

#include "base/locked_memory.h"
#include "base/secret.h"

namespace {

// Set before there is a second thread.
bool wipes = false;

void* allocate(std::size_t size, std::size_t alignment) {
  if (wipes && alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    if (void* const locked = livecert::base::allocate_locked(size)) return locked;
  }
  const std::size_t at_least_one = size == 0 ? 1 : size;
  void* const memory = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                           ? std::malloc(at_least_one)
                           : std::aligned_alloc(alignment, (at_least_one + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void release(void* memory, std::size_t size) {
  if (livecert::base::is_locked(memory)) return livecert::base::release_locked(memory);
  if (wipes) livecert::base::wipe(memory, size);
  std::free(memory);
}

void release(void* memory) {
  if (memory == nullptr) return;
  if (livecert::base::is_locked(memory)) return livecert::base::release_locked(memory);
  release(memory, ::malloc_usable_size(memory));
}

}  // namespace

// The other forms of the standard library call these ([new.delete]).
void* operator new(std::size_t size) {
  return allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t size) noexcept {
  if (memory != nullptr) release(memory, size);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  release(memory);
}

namespace livecert::base {

void install_wiping_allocator() {
  wipes = true;
}

}  // namespace livecert::base

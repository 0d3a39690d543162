#include "store/sqlite/wiping_sqlite.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

#include <sqlite3.h>

#include "base/check.h"
#include "base/secret.h"

namespace livecert::store::sqlite {
namespace {

void* allocate(int size) {
  return std::malloc(static_cast<std::size_t>(size));
}

void release(void* memory) {
  base::wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

// realloc() may move the content and leave the old copy behind; this function never does.
void* reallocate(void* memory, int size) {
  const std::size_t had = ::malloc_usable_size(memory);
  if (static_cast<std::size_t>(size) <= had && static_cast<std::size_t>(size) > had / 2) return memory;
  void* const moved = allocate(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(static_cast<std::size_t>(size), had));
  release(memory);
  return moved;
}

int size_of(void* memory) {
  return static_cast<int>(::malloc_usable_size(memory));
}

int round_up(int size) {
  return (size + 7) & ~7;
}

int begin(void* /*context*/) {
  return SQLITE_OK;
}

void end(void* /*context*/) {}

}  // namespace

void install_wiping_sqlite_allocator() {
  const sqlite3_mem_methods methods{allocate, release, reallocate, size_of, round_up, begin, end, nullptr};
  LIVECERT_CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
}

}  // namespace livecert::store::sqlite

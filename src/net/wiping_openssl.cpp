#include "net/wiping_openssl.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

#include <openssl/crypto.h>

#include "base/check.h"
#include "base/secret.h"

namespace livecert::net {
namespace {

void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return std::malloc(size);
}

void release(void* memory, const char* /*file*/, int /*line*/) {
  if (memory == nullptr) return;
  base::wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

// realloc() may move the content and leave the old copy behind; this function never does.
void* reallocate(void* memory, std::size_t size, const char* file, int line) {
  if (memory == nullptr) return std::malloc(size);
  if (size == 0) {
    release(memory, file, line);
    return nullptr;
  }
  void* moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(size, ::malloc_usable_size(memory)));
  release(memory, file, line);
  return moved;
}

}  // namespace

void install_wiping_openssl_allocator() {
  LIVECERT_CHECK(::CRYPTO_set_mem_functions(allocate, reallocate, release) == 1);
}

}  // namespace livecert::net

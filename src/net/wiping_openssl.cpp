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
  // The numbers of private keys come from here: locked as far as RLIMIT_MEMLOCK allows, and in no dump
  // (OPENSSL_secure_malloc(3)). OpenSSL has no other place for them when it is full, so it has room for tens of
  // thousands of keys at once. Pages that nobody used take no memory.
  constexpr std::size_t kSecureHeap = 64UL << 20U;
  constexpr std::size_t kSmallest = 64;
  LIVECERT_CHECK(::CRYPTO_secure_malloc_init(kSecureHeap, kSmallest) != 0);
}

}  // namespace livecert::net

#include "base/secret.h"

#include <cstring>

namespace livecert::base {

void wipe(void* data, std::size_t size) {
  if (size != 0) ::explicit_bzero(data, size);
}

namespace {

// Copies of 16 bytes and more go through the vector registers. A thread that waits keeps what it copied last there, and
// a core dump has the registers of every thread.
void wipe_vector_registers() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx")) {
    asm volatile("vzeroall" ::
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15");
  }
  // Code of ours uses the others never, but the C library's copying does.
  if (__builtin_cpu_supports("avx512f")) {
    asm volatile(
        "vpxorq %zmm16, %zmm16, %zmm16\n vpxorq %zmm17, %zmm17, %zmm17\n vpxorq %zmm18, %zmm18, %zmm18\n"
        "vpxorq %zmm19, %zmm19, %zmm19\n vpxorq %zmm20, %zmm20, %zmm20\n vpxorq %zmm21, %zmm21, %zmm21\n"
        "vpxorq %zmm22, %zmm22, %zmm22\n vpxorq %zmm23, %zmm23, %zmm23\n vpxorq %zmm24, %zmm24, %zmm24\n"
        "vpxorq %zmm25, %zmm25, %zmm25\n vpxorq %zmm26, %zmm26, %zmm26\n vpxorq %zmm27, %zmm27, %zmm27\n"
        "vpxorq %zmm28, %zmm28, %zmm28\n vpxorq %zmm29, %zmm29, %zmm29\n vpxorq %zmm30, %zmm30, %zmm30\n"
        "vpxorq %zmm31, %zmm31, %zmm31");
  }
#endif
}

}  // namespace

// Never inlined: its frame must be in the memory where the functions that just returned had theirs.
[[gnu::noinline]] void wipe_dead_stack() {
  constexpr std::size_t kDepth = 96UL * 1024;
  char dead[kDepth];
  ::explicit_bzero(dead, sizeof dead);
  wipe_vector_registers();
}

}  // namespace livecert::base

#include "console/archive.h"

// The assembler takes the file in as it is. A table of numbers for the compiler would be four times as long, and slow.
asm(R"(
  .section .rodata
  .balign 16
  .globl livecert_console_archive
  .hidden livecert_console_archive
livecert_console_archive:
  .incbin ")" LIVECERT_CONSOLE_ARCHIVE R"("
  .globl livecert_console_archive_end
  .hidden livecert_console_archive_end
livecert_console_archive_end:
  .byte 0
  .text
)");

extern "C" {
extern const char livecert_console_archive[];      // NOLINT(*-avoid-c-arrays)
extern const char livecert_console_archive_end[];  // NOLINT(*-avoid-c-arrays)
}

namespace livecert::console {

std::string_view archive() {
  return {livecert_console_archive, livecert_console_archive_end};
}

}  // namespace livecert::console

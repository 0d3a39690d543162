#include "console/archive.h"

// The assembler includes the file unchanged. A table of numbers for the compiler would be four times as long, and slow.
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

// NOLINTBEGIN(*-avoid-c-arrays,readability-identifier-naming): the assembler's symbols
extern "C" {
extern const char livecert_console_archive[];
extern const char livecert_console_archive_end[];
}
// NOLINTEND(*-avoid-c-arrays,readability-identifier-naming)

namespace livecert::console {

std::string_view archive() {
  return {livecert_console_archive, livecert_console_archive_end};
}

}  // namespace livecert::console

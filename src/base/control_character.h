#pragma once

#include <string>
#include <string_view>

// Characters that are not shown but act: on a terminal, on lines, or on the direction of the text around them, which
// lets a name look like another one.
namespace livecert::base {

// Takes the first character off UTF-8 text, which must not be empty; a byte that begins none stands for itself.
char32_t take_character(std::string_view& utf8);

// C0, DEL and C1, the line and paragraph separators, and the bidirectional controls (Unicode Standard Annex #9, 2).
[[nodiscard]] bool is_control(char32_t character);

// The text with the bytes of every control character written as RFC 4514 §2.4 does, such as "\0A" or "\E2\80\AE".
[[nodiscard]] std::string escape_controls(std::string_view utf8);

}  // namespace livecert::base

#pragma once

#include <string>
#include <string_view>

// Characters that are not visible but have an effect: on a terminal, on line breaks, or on the direction of the text
// around them, so that one name can look like another.
namespace livecert::base {

// Removes the first character of UTF-8 text, which must not be empty, and returns it; an invalid byte counts as one
// character.
char32_t take_character(std::string_view& utf8);

// C0, DEL and C1, the line and paragraph separators, and the bidirectional controls (Unicode Standard Annex #9, 2).
[[nodiscard]] bool is_control(char32_t character);

// The text with the bytes of every control character written as RFC 4514 §2.4 does, such as "\0A" or "\E2\80\AE".
[[nodiscard]] std::string escape_controls(std::string_view utf8);

}  // namespace livecert::base

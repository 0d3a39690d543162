#pragma once

#include <span>

#include "base/language.h"

// The rows of the translation, by where a reader meets the sentence. `english` is a sentence of the code with {} in the
// place of each part that varies. In `chinese`, {} is the next part and {2} is the third, counted from 0.
// tools/check-sentences holds the rows against the sources.
namespace livecert::translation {

using Row = base::Bilingual;

[[nodiscard]] std::span<const Row> findings();       // about uploads
[[nodiscard]] std::span<const Row> files();          // about the files of uploads
[[nodiscard]] std::span<const Row> edges();          // why an edge does not show what it should
[[nodiscard]] std::span<const Row> requests();       // why a call is refused, or a message not delivered
[[nodiscard]] std::span<const Row> commands();       // why a command or the start of the service fails
[[nodiscard]] std::span<const Row> system_errors();  // what the operating system says

}  // namespace livecert::translation

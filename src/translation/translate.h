#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

// Sentences of the service in the reader's language. The code makes them in English, and some are stored so (receipts).
// The Chinese ones are found by their form: a table has each sentence with {} in the place of what varies, so that a
// text that was stored by an earlier release is translated too. What has no row, such as the words of OpenSSL or the
// answer of another server, stays as it is.
namespace livecert::translation {

// The text in that language; for English the text itself. Chinese takes less than a millisecond for a sentence. Any
// thread may call it. A text above 64 KiB stays as it is, as does the rest of one that needs too much work.
[[nodiscard]] std::string translated(std::string_view text, base::Language language);

// The Chinese text, or nullopt if no part of the text has a row.
[[nodiscard]] std::optional<std::string> find_chinese(std::string_view text);

// By the language that comes first in a header Accept-Language (RFC 9110 §12.5.4): Chinese if it is zh in any form.
// Weights (q) count; nothing that is understood means English.
[[nodiscard]] base::Language language_of(std::string_view accept_language);

}  // namespace livecert::translation

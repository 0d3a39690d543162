#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/language.h"
#include "notices/plan.h"

// The sentences of messages, in the channel's language, as plain text without markup. Times are RFC 3339 in UTC.
namespace livecert::notices {

// What a message says: a title, and lines of text.
struct Text {
  std::string title;
  std::vector<std::string> lines;
  bool is_good = false;  // everything in it is solved
};

// The title of one notice: "live.example.com: the certificate that is served ends in 2 d (2026-12-03T08:00:00Z)".
[[nodiscard]] std::string title_of(const Notice& notice, base::Language language, base::Time now);
// The text of a message. Several notices make a digest, with one line each, and at most so many bytes of lines: it says
// how many more there are. An empty list makes the text of a test.
[[nodiscard]] Text text_of(const std::vector<Notice>& notices, base::Language language, base::Time now,
                           std::size_t max_bytes);

// "2 d", "5 h", "12 min": rounded down, at least one minute.
[[nodiscard]] std::string duration_text(base::Time::duration duration, base::Language language);

// Outside text as one line that no markup of a robot can change: control characters and the signs of markup become
// spaces; at most 200 bytes, cut between characters.
[[nodiscard]] std::string plain(std::string_view text);

// The three signs that HTML and Slack (https://api.slack.com/reference/surfaces/formatting#escaping) give a meaning to.
[[nodiscard]] std::string escape_markup(const std::string& text);

}  // namespace livecert::notices

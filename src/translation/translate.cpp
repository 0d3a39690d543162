#include "translation/translate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/trim.h"
#include "translation/tables.h"

namespace livecert::translation {
namespace {

constexpr std::string_view kHole = "{}";
constexpr std::size_t kLongestText = 64UL * 1024;
constexpr int kDeepest = 8;
// How many bytes of pieces of one line are looked up. A finding needs some 10,000.
constexpr std::size_t kMostWork = 200'000;
constexpr std::size_t kWorkOfLookup = 100;
// An upload has at most forty findings.
constexpr int kMostLines = 50;

using Parts = std::vector<std::string_view>;

bool is_capital_of(char capital, char letter) {
  return capital >= 'A' && capital <= 'Z' && capital - 'A' + 'a' == letter;
}

// The parts of the text at the holes of the template, the shortest first; nullopt if it has another form.
std::optional<Parts> match(std::string_view form, std::string_view text) {
  Parts parts;
  std::size_t hole = form.find(kHole);
  const std::string_view begin = form.substr(0, hole);
  if (hole == std::string_view::npos && text.size() != form.size()) return std::nullopt;
  // A sentence that follows another one begins with a capital, which its row may not have.
  const bool is_begun =
      begin.empty() || (text.size() >= begin.size() && text.substr(1).starts_with(begin.substr(1)) &&
                        (text.front() == begin.front() || is_capital_of(text.front(), begin.front())));
  if (!is_begun) return std::nullopt;
  if (hole == std::string_view::npos) return parts;
  text.remove_prefix(hole);
  while (true) {
    form.remove_prefix(hole + kHole.size());
    hole = form.find(kHole);
    const std::string_view literal = form.substr(0, hole);
    const bool is_last = hole == std::string_view::npos;
    if (is_last && !text.ends_with(literal)) return std::nullopt;
    const std::size_t end = is_last ? text.size() - literal.size() : text.find(literal);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    parts.push_back(text.substr(0, end));
    if (is_last) return parts;
    text.remove_prefix(end + literal.size());
  }
}

std::size_t literal_size(std::string_view form) {
  std::size_t holes = 0;
  for (std::size_t at = form.find(kHole); at != std::string_view::npos; at = form.find(kHole, at + kHole.size()))
    ++holes;
  return form.size() - holes * kHole.size();
}

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// The rows by their first letter; those that begin with a part that varies are under '{'.
using RowsByLetter = std::map<char, std::vector<const Row*>>;

const std::vector<const Row*>& rows_at(char letter) {
  static const RowsByLetter rows = [] {
    RowsByLetter all;
    for (const auto& table : {findings(), files(), edges(), requests(), commands(), system_errors()}) {
      for (const Row& row : table) all[small(row.english.front())].push_back(&row);
    }
    return all;
  }();
  static const std::vector<const Row*> none;
  const auto found = rows.find(letter);
  return found == rows.end() ? none : found->second;
}

// A text in Chinese, and how many characters of the English one are words of rows.
struct Reading {
  std::string chinese;
  std::size_t known = 0;
};
using Found = std::optional<Reading>;

// Reads one line of a text in every way that the table allows, and keeps the way that knows most of its words: names
// and reasons of others may hold what looks like the end of a sentence.
class Translator {
 public:
  // nullopt if nothing of the text has a row.
  Found read(std::string_view text, int depth) {
    if (text.empty() || depth > kDeepest || work_left_ == 0) return std::nullopt;
    const auto known = read_.find({text.data(), text.size()});
    if (known != read_.end()) return known->second;
    Found best = read_anew(text, depth);
    read_.emplace(std::pair(text.data(), text.size()), best);
    return best;
  }

 private:
  static void keep_better(Found& best, Found other) {
    if (other && (!best || other->known > best->known)) best = std::move(other);
  }

  Found read_anew(std::string_view text, int depth) {
    if (text.starts_with('[')) {
      if (auto finding = read_finding(text, depth)) return finding;
    }
    // Of two ways that know the same words, the one that divides the text is better.
    Found row = read_row(text, depth);
    Found best = read_separated(text, "; ", "；", depth);
    keep_better(best, read_sentences(text, depth));
    keep_better(best, read_separated(text, ": ", "：", depth));
    keep_better(best, std::move(row));
    return best;
  }

  Reading read_or_keep(std::string_view text, int depth) {
    Found found = read(text, depth);
    return found ? *std::move(found) : Reading{std::string(text), 0};
  }

  // By the row with the most words.
  Found read_row(std::string_view text, int depth) {
    if (work_left_ == 0) return std::nullopt;
    work_left_ -= std::min(work_left_, text.size() + kWorkOfLookup);
    const Row* best = nullptr;
    std::size_t most = 0;
    Parts parts;
    for (const char letter : {small(text.front()), '{'}) {
      for (const Row* const row : rows_at(letter)) {
        if (best != nullptr && row->english.size() <= most) continue;
        auto found = match(row->english, text);
        if (!found) continue;
        const std::size_t size = literal_size(row->english);
        if (best != nullptr && size <= most) continue;
        best = row;
        most = size;
        parts = *std::move(found);
      }
    }
    if (best == nullptr) return std::nullopt;
    Reading reading = fill(best->chinese, parts, depth);
    reading.known += most;
    return reading;
  }

  Reading fill(std::string_view form, const Parts& parts, int depth) {
    Reading reading;
    std::size_t next = 0;
    while (!form.empty()) {
      const std::size_t hole = form.find('{');
      reading.chinese += form.substr(0, hole);
      if (hole == std::string_view::npos) break;
      form.remove_prefix(hole + 1);
      const std::size_t end = form.find('}');
      std::size_t number = next;
      if (end > 0) std::from_chars(form.data(), form.data() + end, number);
      if (number < parts.size()) {
        const Reading part = read_or_keep(parts[number], depth + 1);
        reading.chinese += part.chinese;
        reading.known += part.known;
      }
      next = number + 1;
      form.remove_prefix(end + 1);
    }
    return reading;
  }

  // "[id] certificate block 2: message. Remedy.", as x509::to_line writes it.
  Found read_finding(std::string_view text, int depth) {
    const std::size_t id = text.find("] ");
    const std::size_t place = text.find(": ", id);
    if (id == std::string_view::npos || place == std::string_view::npos) return std::nullopt;
    const Found where = read_row(text.substr(id + 2, place - id - 2), depth + 1);
    const Found what = read(text.substr(place + 2), depth + 1);
    if (!where || !what) return std::nullopt;
    return Reading{std::string(text.substr(0, id + 2)) + where->chinese + "：" + what->chinese,
                   where->known + what->known};
  }

  // Two sentences or more, or one with its full stop. The vendor's own sentences stay, and those after them are ours.
  Found read_sentences(std::string_view text, int depth) {
    Found best;
    for (std::size_t at = text.find(". "); at != std::string_view::npos && work_left_ > 0;
         at = text.find(". ", at + 1)) {
      if (at == 0 || (text[at + 2] >= 'a' && text[at + 2] <= 'z')) continue;
      Found first = read_row(text.substr(0, at), depth + 1);
      keep_better(first, read_row(text.substr(0, at + 1), depth + 1));
      const Reading rest = read_or_keep(text.substr(at + 2), depth + 1);
      if (!first && rest.known == 0) continue;
      Reading both{first ? first->chinese : std::string(text.substr(0, at + 2)), rest.known};
      if (first && !both.chinese.ends_with("。")) both.chinese += "。";
      if (first) both.known += first->known;
      both.chinese += rest.chinese;
      keep_better(best, std::move(both));
    }
    if (!text.ends_with('.')) return best;
    Found only = read(text.substr(0, text.size() - 1), depth + 1);
    if (only) only->chinese += "。";
    keep_better(best, std::move(only));
    return best;
  }

  Found read_separated(std::string_view text, std::string_view separator, std::string_view chinese, int depth) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    const Reading left = read_or_keep(text.substr(0, at), depth + 1);
    // A long list does not lead deeper.
    const Reading right = read_or_keep(text.substr(at + separator.size()), separator == "; " ? depth : depth + 1);
    if (left.known + right.known == 0) return std::nullopt;
    return Reading{left.chinese + std::string(chinese) + right.chinese, left.known + right.known};
  }

  std::size_t work_left_ = kMostWork;
  std::map<std::pair<const char*, std::size_t>, Found> read_;  // the pieces of the text that were read
};

}  // namespace

std::optional<std::string> find_chinese(std::string_view text) {
  if (text.size() > kLongestText) return std::nullopt;
  std::string all;
  bool is_any = false;
  for (int line = 0; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view english = text.substr(0, end);
    const Found found = line < kMostLines ? Translator().read(english, 0) : std::nullopt;
    is_any = is_any || found;
    all += found ? found->chinese : std::string(english);
    if (end < text.size()) all += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return is_any ? std::optional(std::move(all)) : std::nullopt;
}

std::string translated(std::string_view text, base::Language language) {
  if (language == base::Language::kEnglish) return std::string(text);
  auto chinese = find_chinese(text);
  return chinese ? *std::move(chinese) : std::string(text);
}

base::Language language_of(std::string_view accept_language) {
  constexpr int kMost = 1000;
  base::Language best = base::Language::kEnglish;
  int most = 0;
  while (!accept_language.empty()) {
    const std::size_t end = std::min(accept_language.find(','), accept_language.size());
    std::string_view range = base::trim(accept_language.substr(0, end));
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    int weight = kMost;
    if (const std::size_t semicolon = range.find(';'); semicolon != std::string_view::npos) {
      const std::string_view given = base::trim(range.substr(semicolon + 1));
      range = base::trim(range.substr(0, semicolon));
      // "q=0.8": the digits after the point, as thousandths.
      weight = 0;
      if (!given.starts_with("q=") && !given.starts_with("Q=")) continue;
      if (given.substr(2, 1) == "1") weight = kMost;
      if (given.substr(2, 2) == "0.") {
        int place = kMost / 10;
        for (const char digit : given.substr(4, 3)) {
          if (digit < '0' || digit > '9') break;
          weight += (digit - '0') * place;
          place /= 10;
        }
      }
    }
    const bool is_chinese = range.size() >= 2 && (range[0] == 'z' || range[0] == 'Z') &&
                            (range[1] == 'h' || range[1] == 'H') && (range.size() == 2 || range[2] == '-');
    const bool is_english = range.size() >= 2 && (range[0] == 'e' || range[0] == 'E') &&
                            (range[1] == 'n' || range[1] == 'N') && (range.size() == 2 || range[2] == '-');
    if ((!is_chinese && !is_english) || weight <= most) continue;
    most = weight;
    best = is_chinese ? base::Language::kChinese : base::Language::kEnglish;
  }
  return best;
}

}  // namespace livecert::translation

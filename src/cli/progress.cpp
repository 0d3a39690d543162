#include "cli/progress.h"

#include <iostream>
#include <utility>

#include "cli/language.h"
#include "cli/terminal.h"

namespace livecert::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSilence(1000);
constexpr milliseconds kPauseOnTerminal(200);
constexpr milliseconds kPauseElsewhere(10'000);
constexpr const char* kClearLine = "\r\x1b[K";

// "8 s", "12 min", "3 h".
std::string duration_text(std::int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + tr(" s", " 秒");
  if (seconds < 7200) return std::to_string(seconds / 60) + tr(" min", " 分钟");
  return std::to_string(seconds / 3600) + tr(" h", " 小时");
}

}  // namespace

std::string progress_text(const std::string& what, std::int64_t done, std::int64_t total, milliseconds elapsed) {
  std::string text = what + " " + std::to_string(done);
  if (total > 0) text += tr(" of ", "，共 ") + std::to_string(total);
  if (elapsed < milliseconds(1000) || done <= 0) return text;
  const std::int64_t rate = done * 1000 / elapsed.count();
  if (rate > 0) text += tr(", ", "，每秒 ") + std::to_string(rate) + tr(" a second", "");
  if (total > done) {
    const double left =
        static_cast<double>(elapsed.count()) / static_cast<double>(done) * static_cast<double>(total - done) / 1000;
    text += tr(", about ", "，约剩 ") + duration_text(static_cast<std::int64_t>(left + 1)) + tr(" left", "");
  }
  return text;
}

Progress::Progress(std::string what, bool is_quiet)
    : what_(std::move(what)),
      is_quiet_(is_quiet),
      is_watched_(is_watched()),
      next_(begin_ + (is_watched_ ? kSilence : kPauseElsewhere)) {}

Progress::~Progress() {
  if (has_line_) std::cerr << kClearLine << std::flush;
}

void Progress::show(std::int64_t done, std::int64_t total) {
  const auto now = Clock::now();
  if (is_quiet_ || now < next_) return;
  next_ = now + (is_watched_ ? kPauseOnTerminal : kPauseElsewhere);
  const std::string text = progress_text(what_, done, total, std::chrono::duration_cast<milliseconds>(now - begin_));
  if (is_watched_) {
    std::cerr << kClearLine << text << std::flush;
    has_line_ = true;
  } else {
    std::cerr << text << std::endl;
  }
}

}  // namespace livecert::cli

#include "app/check_list.h"

#include <algorithm>

#include "cli/language.h"
#include "translation/translate.h"

namespace livecert::app {
namespace {

std::string command_in(const std::string& text) {
  constexpr std::string_view kRun = "run: ";
  const std::size_t begin = text.find(kRun);
  if (begin == std::string::npos || text.rfind(kRun) != begin) return {};
  return text.substr(begin + kRun.size());
}

}  // namespace

void CheckList::add(CheckLine::Grade grade, std::string_view check, std::string text, std::string command) {
  text = translation::translated(text, cli::language());
  lines_.push_back({grade, check, std::move(text), std::move(command)});
}

void CheckList::fail_as_told(std::string_view check, std::string text, std::string otherwise) {
  std::string told = command_in(text);
  fail(check, std::move(text), told.empty() ? std::move(otherwise) : std::move(told));
}

std::size_t CheckList::troubles() const {
  return static_cast<std::size_t>(std::ranges::count_if(lines_, &CheckLine::is_trouble));
}

bool CheckList::has_error() const {
  return std::ranges::find(lines_, CheckLine::Grade::kError, &CheckLine::grade) != lines_.end();
}

std::string label_of(CheckLine::Grade grade) {
  switch (grade) {
    case CheckLine::Grade::kGood:
      return cli::tr("good     ", "正常  ");
    case CheckLine::Grade::kUnknown:
      return cli::tr("unknown  ", "未知  ");
    case CheckLine::Grade::kWarning:
      return cli::tr("warning  ", "警告  ");
    case CheckLine::Grade::kError:
      return cli::tr("error    ", "错误  ");
  }
  return {};
}

std::string_view name_of(CheckLine::Grade grade) {
  switch (grade) {
    case CheckLine::Grade::kGood:
      return "good";
    case CheckLine::Grade::kUnknown:
      return "unknown";
    case CheckLine::Grade::kWarning:
      return "warning";
    case CheckLine::Grade::kError:
      return "error";
  }
  return {};
}

}  // namespace livecert::app

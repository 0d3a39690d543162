#include "domain/account.h"

#include <algorithm>

namespace livecert::domain {
namespace {

constexpr std::size_t kMaxNameLength = 64;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool Caller::may_use_project(std::string_view project) const {
  return projects.empty() || std::find(projects.begin(), projects.end(), project) != projects.end();
}

base::Result<std::string> parse_name(std::string_view what, std::string_view text) {
  const bool fits = !text.empty() && text.size() <= kMaxNameLength && is_alphanumeric(text.front()) &&
                    std::all_of(text.begin(), text.end(),
                                [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
  if (!fits) {
    return base::Error{
        base::ErrorCode::kInvalidInput,
        std::string(what) + " must be 1 to 64 letters, digits, '-', '_' or '.', beginning with a letter or digit"};
  }
  return std::string(text);
}

}  // namespace livecert::domain

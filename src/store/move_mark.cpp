#include "store/move_mark.h"

#include <array>
#include <utility>

namespace livecert::store {
namespace {

constexpr std::array kWords{
    std::pair{MoveMark::State::kComing, std::string_view("coming ")},
    std::pair{MoveMark::State::kStopped, std::string_view("stopped ")},
    std::pair{MoveMark::State::kGone, std::string_view("gone ")},
};

}  // namespace

std::string to_text(const MoveMark& mark) {
  std::string text;
  for (const auto& [state, word] : kWords) {
    if (state == mark.state) text = word;
  }
  return text + mark.other;
}

std::optional<MoveMark> parse_move_mark(std::string_view text) {
  for (const auto& [state, word] : kWords) {
    if (text.starts_with(word)) return MoveMark{state, std::string(text.substr(word.size()))};
  }
  return std::nullopt;
}

std::string why_moved(std::string_view text) {
  const auto mark = parse_move_mark(text);
  if (!mark) return "this store was moved by another release of livecert: use that release";
  switch (mark->state) {
    case MoveMark::State::kComing:
      return "this store is not complete, because the content of " + mark->other +
             " is being copied into it: run livecert migrate again to finish";
    case MoveMark::State::kStopped:
      return "this store takes no writes, because it is being moved to " + mark->other +
             ": run livecert migrate again to finish, or with --cancel to stay here";
    case MoveMark::State::kGone:
      break;
  }
  return "the content of this store was moved to " + mark->other +
         ", and this store takes no more writes: start the service with that store";
}

}  // namespace livecert::store

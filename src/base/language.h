#pragma once

#include <cstdint>
#include <string_view>

namespace livecert::base {

// The languages of those who read what livecert prints and its pages.
enum class Language : std::uint8_t { kEnglish, kChinese };

// One text in both, so that none can be missing.
struct Bilingual {
  std::string_view english;
  std::string_view chinese;

  [[nodiscard]] constexpr std::string_view in(Language language) const {
    return language == Language::kChinese ? chinese : english;
  }
};

}  // namespace livecert::base

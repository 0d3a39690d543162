#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace livecert::domain {

// The name of a domain: 1 to 60 letters, digits, hyphens and dots that make a host name of two labels or more, in lower
// case. So it is safe as a part of a path and in an edge's configuration, and equal names are equal bytes. It holds its
// characters itself: a copy allocates nothing.
class DomainName {
 public:
  static constexpr std::size_t kMaxSize = 60;

  // No name: empty.
  constexpr DomainName() = default;
  // A name in the source text, in lower case. Aborts when it is not one.
  template <std::size_t size>
  DomainName(const char (&literal)[size])  // NOLINT(google-explicit-constructor)
      : DomainName(of_literal({literal, size - 1})) {}
  template <std::size_t size>
  DomainName(char (&)[size]) = delete;

  // Takes upper case too. Error: kOutOfRange when the text is too long, else kInvalidInput.
  [[nodiscard]] static base::Result<DomainName> parse(std::string_view text);
  // A row of the store. Commands carry only parsed names there, so that nothing is checked again. nullopt: the row is
  // damaged, for it is too long.
  [[nodiscard]] static std::optional<DomainName> from_store(std::string_view row);

  [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }
  constexpr operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }

  friend constexpr bool operator==(const DomainName& a, const DomainName& b) { return a.view() == b.view(); }
  friend constexpr bool operator==(const DomainName& a, std::string_view b) { return a.view() == b; }
  friend constexpr bool operator==(const DomainName& a, const char* b) { return a.view() == b; }
  friend constexpr auto operator<=>(const DomainName& a, const DomainName& b) { return a.view() <=> b.view(); }
  friend std::string operator+(std::string a, const DomainName& b) { return std::move(a.append(b.view())); }
  friend std::string operator+(const DomainName& a, std::string_view b) { return std::string(a.view()).append(b); }

 private:
  explicit DomainName(std::string_view text);
  [[nodiscard]] static DomainName of_literal(std::string_view text);

  std::array<char, kMaxSize> text_{};
  std::uint8_t size_ = 0;
};

// The same names as plain text, for refusals and answers.
[[nodiscard]] std::vector<std::string> texts_of(const std::vector<DomainName>& names);

}  // namespace livecert::domain

template <>
struct std::hash<livecert::domain::DomainName> {
  std::size_t operator()(const livecert::domain::DomainName& name) const noexcept {
    return std::hash<std::string_view>()(name.view());
  }
};

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace livecert::domain {

// What a notice can be about. docs/notices.md has the rules.
enum class FactKind : std::uint8_t {
  kEnding,    // a domain will have no valid certificate served, or has none
  kNotShown,  // an edge does not show the certificate that it should
};

// The words of the store and of messages. nullopt: there is no such word.
[[nodiscard]] std::string_view to_text(FactKind kind);
[[nodiscard]] std::optional<FactKind> parse_fact_kind(std::string_view text);

// Identifies a fact for as long as it lasts.
struct FactName {
  FactKind kind = FactKind::kEnding;
  std::string domain;
  std::string edge;  // of kNotShown; else empty
  auto operator<=>(const FactName&) const = default;
};

// What a channel was told last about a fact that lasts.
struct Told {
  FactName fact;
  std::int64_t level = 0;  // notices::Fact::level
  base::Time ends_at;      // notices::Fact::ends_at
  base::Time told_at;
  bool operator==(const Told&) const = default;
};

// How the deliveries to a channel go.
struct ChannelState {
  std::int64_t failures = 0;  // in a row
  std::string failure = {};   // of the last attempt; empty when it did not fail
  std::optional<base::Time> failing_since = {};
  std::optional<base::Time> next_try = {};  // not before this time
  std::optional<base::Time> delivered_at = {};
  bool operator==(const ChannelState&) const = default;
};

}  // namespace livecert::domain

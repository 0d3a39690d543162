#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace livecert::domain {

// The kind of thing that a write changed.
enum class ChangeKind : std::uint8_t {
  kChain,
  kDomain,
  kAccount,
  kAccessKey,
  kProject,
  kSetting,
  kEdge,
  kNotifyChannel,
  kAudit,  // only the audit has a new record
  kMasterKey,
  kPolicy
};

// The words of the store. nullopt: there is no such word.
[[nodiscard]] std::string_view to_text(ChangeKind kind);
[[nodiscard]] std::optional<ChangeKind> parse_change_kind(std::string_view text);

}  // namespace livecert::domain

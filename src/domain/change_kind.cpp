#include "domain/change_kind.h"

#include <array>

#include "base/word.h"

namespace livecert::domain {
namespace {

constexpr std::array<base::Word<ChangeKind>, 11> kKinds{{
    {ChangeKind::kChain, "chain"},
    {ChangeKind::kDomain, "domain"},
    {ChangeKind::kAccount, "account"},
    {ChangeKind::kAccessKey, "access_key"},
    {ChangeKind::kProject, "project"},
    {ChangeKind::kSetting, "setting"},
    {ChangeKind::kEdge, "edge"},
    {ChangeKind::kNotifyChannel, "notify_channel"},
    {ChangeKind::kAudit, "audit"},
    {ChangeKind::kMasterKey, "master_key"},
    {ChangeKind::kPolicy, "policy"},
}};
static_assert(base::has_all_words(kKinds, ChangeKind::kPolicy));

}  // namespace

std::string_view to_text(ChangeKind kind) {
  return base::text_of(kKinds, kind);
}

std::optional<ChangeKind> parse_change_kind(std::string_view text) {
  return base::value_of(kKinds, text);
}

}  // namespace livecert::domain

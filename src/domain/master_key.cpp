#include "domain/master_key.h"

#include <array>

#include "base/word.h"

namespace livecert::domain {
namespace {

constexpr std::array<base::Word<MasterKeyState>, 4> kStates{{
    {MasterKeyState::kAdded, "added"},
    {MasterKeyState::kCurrent, "current"},
    {MasterKeyState::kFormer, "former"},
    {MasterKeyState::kRetired, "retired"},
}};
static_assert(base::has_all_words(kStates, MasterKeyState::kRetired));

Refusal in_use(const std::string& id, const std::string& why) {
  return {Reason::kInUse, Subject::kMasterKey, {why + " (" + id + ")"}};
}

}  // namespace

std::string_view to_text(MasterKeyState state) {
  return base::text_of(kStates, state);
}

std::optional<MasterKeyState> parse_master_key_state(std::string_view text) {
  return base::value_of(kStates, text);
}

Decision<Effect> decide(const UseMasterKey& command, const std::optional<MasterKeyState>& present) {
  if (!present || *present == MasterKeyState::kRetired) {
    return Refusal{Reason::kAbsent, Subject::kMasterKey, {command.id}};
  }
  return *present == MasterKeyState::kCurrent ? Effect::kNothing : Effect::kWrite;
}

Decision<Effect> decide(const RetireMasterKey& command, const RetireMasterKeyState& state) {
  if (!state.state) return Refusal{Reason::kAbsent, Subject::kMasterKey, {command.id}};
  if (*state.state == MasterKeyState::kRetired) return Effect::kNothing;
  if (*state.state == MasterKeyState::kCurrent) return in_use(command.id, "new keys of accounts are wrapped by it");
  if (state.items > 0) return in_use(command.id, std::to_string(state.items) + " items are sealed under it");
  return Effect::kWrite;
}

}  // namespace livecert::domain

#pragma once

#include <optional>

#include "store/commands/commands.h"

// One function for each alternative of Command, as apply() calls them.
namespace livecert::store::commands {

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutVersion& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const RelabelChain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Rollback& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteChain& command);

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Bind& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const BindDomains& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Unbind& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateDomains& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteDomain& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetDomainStatus& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetDomainVhost& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const MoveDomain& command);

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Initialise& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateAccount& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetAccountStatus& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteAccount& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const EmptyAccount& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateAccessKey& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetAccessKeyEnabled& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteAccessKey& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateProject& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteProject& command);

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutPolicy& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeletePolicy& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const AttachPolicy& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DetachPolicy& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepKeyUses& command);

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const AddMasterKeys& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const UseMasterKey& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const ResealItems& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const RetireMasterKey& command);
// Refuses bytes under a retired master key (kStale): they were sealed before it was retired, and would never open.
[[nodiscard]] base::Result<std::optional<domain::Refusal>> refuse_retired(Rows& rows, base::ByteView sealed);

[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutSetting& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const ReplaceSettings& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutEdge& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteEdge& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutNotifyChannel& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteNotifyChannel& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepTold& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepAudit& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepCheckpoint& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CutAudit& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepReceipts& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const ForgetReceipts& command);
[[nodiscard]] base::Result<Outcome> apply_one(Rows& rows, const Context& context, const KeepSeen& command);

}  // namespace livecert::store::commands

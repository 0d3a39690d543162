#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "audit/checkpoint.h"
#include "service/context.h"

// Signed checkpoints of the audit's chain (audit/checkpoint.h).
namespace livecert::service {

// The setting of the store that holds the private key, sealed.
inline constexpr const char* kAuditKey = "audit key";

// When a new checkpoint is due: so many records after the last one, or with at least one record, so much later.
struct CheckpointRule {
  std::int64_t records = 1000;
  std::chrono::minutes age{10};
};

// Makes the key if there is none. Errors: those of store and vault.
[[nodiscard]] base::Result<void> prepare_audit_key(Services& services);

// Signs the chain up to its last record if a checkpoint is due (nullopt: whenever there is a new record), and returns
// the newest checkpoint; nullopt: there is no record. It never signs what does not follow from the newest checkpoint:
// kStoreFailure then, with a sentence for the operator. The first call makes the key. Other errors: those of store and
// vault.
[[nodiscard]] base::Result<std::optional<audit::Checkpoint>> keep_checkpoint(Services& services, const Context& context,
                                                                             std::optional<CheckpointRule> rule);

// Signs a checkpoint that permits to cut the records up to that of `end`, after it has checked that these follow from
// `begin` (nullopt: from the first one of all) and lead to `end`. Errors: as above; kStoreFailure also when a
// checkpoint is not of this service.
[[nodiscard]] base::Result<void> permit_cut(Services& services, const Context& context,
                                            const std::optional<audit::Checkpoint>& begin,
                                            const audit::Checkpoint& end);

struct CheckpointPage {
  std::optional<crypto::Ed25519PublicKey> public_key;  // of the service's own key; nullopt: it has none yet
  std::vector<audit::Checkpoint> checkpoints;          // by position
  bool is_end = true;
};

// At most `size` (at least 1) checkpoints at positions above `after`. Errors: those of store and vault.
[[nodiscard]] base::Result<CheckpointPage> list_checkpoints(Services& services, std::int64_t after, std::int64_t size);

}  // namespace livecert::service

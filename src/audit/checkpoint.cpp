#include "audit/checkpoint.h"

#include "audit/bytes.h"

namespace livecert::audit {
namespace {

constexpr std::string_view kCheckpointLabel = "livecert audit checkpoint 1\n";

std::string statement_of(const Checkpoint& checkpoint) {
  std::string bytes(kCheckpointLabel);
  add_number(bytes, checkpoint.position);
  add_number(bytes, base::to_unix_micros(checkpoint.at));
  add_fixed(bytes, checkpoint.hash);
  add_number(bytes, checkpoint.cut_through);
  add_fixed(bytes, checkpoint.public_key);
  return bytes;
}

}  // namespace

base::Result<Checkpoint> signed_by(const base::SecretBytes& key, Checkpoint checkpoint) {
  const auto public_key = crypto::ed25519_public_key(key);
  if (!public_key) return base::Error{base::ErrorCode::kInternal, "", "the audit's key does not have 32 bytes"};
  checkpoint.public_key = *public_key;
  const auto signature = crypto::sign_ed25519(key, base::as_bytes(statement_of(checkpoint)));
  if (!signature) return base::Error{base::ErrorCode::kInternal, "", "the audit's key does not sign"};
  checkpoint.signature = *signature;
  return checkpoint;
}

bool has_valid_signature(const Checkpoint& checkpoint) {
  return crypto::verify_ed25519(checkpoint.public_key, base::as_bytes(statement_of(checkpoint)), checkpoint.signature);
}

}  // namespace livecert::audit

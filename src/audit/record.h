#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"

// The audit as a chain of hashes (docs/audit.md): each record's hash is over the hash of the record before it and over
// all of its own members. So nobody can change, remove, insert or move a record unless the hashes of all later records
// change too, and signed checkpoints hold some of those.
namespace livecert::audit {

using Hash = crypto::Sha256Digest;

// The hash before the first record.
inline constexpr Hash kBeforeAll{};

// The kinds of records, as the store has them.
inline constexpr std::string_view kWrite = "write";      // a change that took effect
inline constexpr std::string_view kRefusal = "refusal";  // a call that its caller may not make
inline constexpr std::string_view kOpening = "opening";  // a private key was opened
inline constexpr std::string_view kSignIn = "sign-in";   // a session began

[[nodiscard]] bool is_kind(std::string_view text);

struct Record {
  std::int64_t position = 0;  // in the log of the store; it grows, and may skip numbers
  base::Time at;
  base::AccountId account;
  std::string access_key_id;
  std::string action;
  std::string request_id;
  std::string peer_address;
  std::string subject;
  std::string kind = std::string(kWrite);
  std::string detail = {};  // of records other than writes: the reason, the edge, a count
  Hash hash{};              // as the store keeps it; not an input of hash_of()

  bool operator==(const Record&) const = default;
};

// SHA-256 over a label, the hash of the record before, and every member: numbers of 64 bits in network order, texts
// after their length in 32 bits.
[[nodiscard]] Hash hash_of(const Hash& before, const Record& record);

}  // namespace livecert::audit

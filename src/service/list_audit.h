#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/context.h"
#include "store/snapshot.h"

// Reads the records that every write left: who, from where, what and when.
namespace livecert::service {

struct ListAuditInput {
  std::optional<std::string> account_id;  // whose key it was
  std::optional<std::string> access_key_id;
  std::optional<std::string> action;
  std::optional<std::string> subject;
  std::optional<std::string> peer_address;
  std::optional<std::string> kind;
  std::optional<base::Time> from;
  std::optional<base::Time> to;
  // Lists the records after this position, oldest first. Without it, those before the other position, newest first;
  // without both, from the newest one.
  std::optional<std::int64_t> after;
  std::optional<std::int64_t> before;
  std::int64_t size = 1;  // at least 1
};

struct AuditPage {
  std::vector<store::AuditRecord> records;
  std::int64_t next = 0;  // the position to continue at, in the same direction
  bool is_end = true;     // there is nothing further now; later writes come after `next`
};

// The most positions that one call looks at, so that a filter that few records match does not hold the reader for long:
// such a page is short, or empty, and not the last one.
inline constexpr std::int64_t kAuditLooked = 100'000;

// Searches all accounts: only for the root account. Errors: kNotFound for an account that does not exist,
// kStoreFailure.
[[nodiscard]] base::Result<AuditPage> list_audit(Services& services, const ListAuditInput& input);

}  // namespace livecert::service

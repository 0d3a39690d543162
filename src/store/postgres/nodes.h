#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "store/postgres/connection.h"

// The numbers of the nodes of one database, 0 to 1023: a part of every CertID. Each is leased to one process at a time.
namespace livecert::store::postgres {

struct Node {
  std::int64_t number = 0;
  std::int64_t epoch = 0;  // grows each time the number is given to a process
};

inline constexpr std::int64_t kLeaseSeconds = 15;

// Takes a number that nobody holds. kConfiguration: all are held.
[[nodiscard]] base::Result<Node> take_number(Connection& database);
// Extends the lease by the clock of the database. False: another process has the number.
[[nodiscard]] base::Result<bool> renew(Connection& database, const Node& node);
// Whether another process has a number and renews it.
[[nodiscard]] base::Result<bool> has_company(Connection& database, const Node& node);
// Gives it back.
[[nodiscard]] base::Result<void> release(Connection& database, const Node& node);

}  // namespace livecert::store::postgres

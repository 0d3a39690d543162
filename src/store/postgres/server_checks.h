#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/postgres/connection.h"

// What a server must be like before the store uses a connection to it. synchronous_commit is always demanded.
namespace livecert::store::postgres {

struct Demands {
  bool fsync = true;             // fsync and full_page_writes are on; only tests do without
  bool require_standby = false;  // a commit waits for a synchronous standby
};

// Loads libpq. Refuses an address that libpq cannot read, and one with a password in it: command lines are public.
// kConfiguration.
[[nodiscard]] base::Result<void> check_address(const std::string& uri);
// Whether it names several hosts.
[[nodiscard]] bool has_several_hosts(const std::string& uri);
// The address for messages: user, hosts with ports, and database.
[[nodiscard]] std::string describe(const std::string& uri);

// Sets the limits of the session. `idle_milliseconds`: how long a transaction may wait for its next statement.
[[nodiscard]] base::Result<void> set_limits(Connection& database, int idle_milliseconds);
// kConfiguration with a sentence when a commit could be lost.
[[nodiscard]] base::Result<void> check_durability(Connection& database, const Demands& demands);

}  // namespace livecert::store::postgres

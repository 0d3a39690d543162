#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "store/group_writer.h"
#include "store/postgres/connection.h"
#include "store/postgres/leases.h"
#include "store/postgres/server_checks.h"
#include "store/store.h"

namespace livecert::store::postgres {

struct Options {
  Address address;
  Demands demands = {};
  Identity identity = {};                        // empty: the machine's name, and a holder that no other process is
  bool may_make_tables = true;                   // false: a database without tables is refused
  int max_group = 256;                           // commands in one transaction
  int readers = 8;                               // reads that can run at once
  std::chrono::milliseconds poll_interval{200};  // between two looks for commits of other processes
  std::function<void(const std::string&)> report = {};  // lines for the operator's log, on a thread of the store
  // A newer release upgraded the tables, and this process must not use them any more. Called once, with a sentence, on
  // a thread of the store, which must not end the store.
  std::function<void(const std::string&)> on_outdated = {};
  GroupWriter::Watch watch = {};  // called for each group of commands, on the thread that writes
};

// What open() would find.
struct Inspection {
  std::int64_t format = 0;  // open() upgrades an older one than newest_format()
  std::optional<base::Bytes> vault_header;
  StoredMasterKeys master_keys;
};

// The store in a PostgreSQL database, which several processes may use at once. Every one of them is a node with a
// number of its own. Laws 2 and 13 hold as far as the server keeps what it committed: open() refuses one that does not
// say so. Law 12 holds at once for commits of this process, and within the poll interval for those of others; after two
// seconds without an answer from the database, generations grow at every call.
class PostgresStore final : public Store {
 public:
  // Makes the tables if there are none, and upgrades those of an older release. kConfiguration: the address, the server
  // or its tables cannot be used.
  [[nodiscard]] static base::Result<std::unique_ptr<PostgresStore>> open(const Options& options,
                                                                         const base::Clock& clock);
  // Looks at the tables, and changes nothing; nullopt: there are none. kConfiguration as open().
  [[nodiscard]] static base::Result<std::optional<Inspection>> inspect(const Options& options);
  // Carries out everything that was submitted, and gives the node's number back.
  ~PostgresStore() override;

  // The node's number, 0 to 1023, which no other process has meanwhile.
  [[nodiscard]] std::uint32_t node() const;

  [[nodiscard]] base::Later<Outcome> submit(Context context, Command command) override;
  [[nodiscard]] std::uint64_t generation(Topic topic) override;
  [[nodiscard]] base::Result<std::unique_ptr<Snapshot>> read() override;
  [[nodiscard]] base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) override;
  [[nodiscard]] Health health() override;
  [[nodiscard]] Lease lease(const std::string& name, Reach reach) override;
  void give_up(const std::string& name) override;
  [[nodiscard]] std::optional<SharedTurn> take_turn(const AskedTurn& asked) override;

 private:
  struct Parts;
  explicit PostgresStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace livecert::store::postgres

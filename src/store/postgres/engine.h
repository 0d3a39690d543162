#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/change_signal.h"
#include "store/group_writer.h"
#include "store/postgres/connection.h"
#include "store/postgres/memory.h"
#include "store/postgres/nodes.h"
#include "store/postgres/postgres_rows.h"

namespace livecert::store::postgres {

// Transactions on the one connection of this process that writes. All processes lock the row `head` first, so that one
// transaction follows another, and the log has no gaps.
class PostgresEngine final : public Engine {
 public:
  // Gets a line for the operator's log.
  using Report = std::function<void(const std::string& line)>;
  // Everything passed in must outlive this.
  PostgresEngine(Connection& database, ChangeSignal& signal, Memory& memory, Node node, const Leases& leases,
                 Report report)
      : database_(database),
        rows_(database, leases),
        signal_(signal),
        memory_(memory),
        node_(node),
        report_(std::move(report)) {}

  [[nodiscard]] base::Result<void> begin() override;
  [[nodiscard]] Rows& rows() override { return rows_; }
  [[nodiscard]] Ending commit() override;
  void roll_back(const base::Error& why) override;
  [[nodiscard]] int retries() const override { return kRetries; }
  [[nodiscard]] Pause after_group() override { return std::nullopt; }
  [[nodiscard]] Pause when_idle() override { return std::nullopt; }

 private:
  static constexpr int kRetries = 5;

  [[nodiscard]] base::Result<void> begin_once();
  [[nodiscard]] Ending commit_transaction();
  void end_transaction();
  // Finds out what became of a COMMIT whose answer did not come.
  [[nodiscard]] Ending settle(base::Error error);
  [[nodiscard]] base::Result<bool> was_committed();
  // Whether a commit that follows it is on the standby too, if one is demanded.
  [[nodiscard]] bool commit_after();
  void tell_what_became();
  [[nodiscard]] base::Error number_lost_here();
  [[nodiscard]] bool has_written(std::string_view table) const;

  Connection& database_;
  PostgresRows rows_;
  ChangeSignal& signal_;
  Memory& memory_;
  const Node node_;
  const Report report_;
  Head head_;               // as the transaction found it
  std::int64_t group_ = 0;  // of the transaction
  std::optional<std::int64_t> unsettled_;
};

}  // namespace livecert::store::postgres

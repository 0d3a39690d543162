#pragma once

#include "base/result.h"
#include "store/change_signal.h"
#include "store/group_writer.h"
#include "store/sql/sql_rows.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/condition.h"
#include "store/sqlite/database.h"
#include "store/sqlite/generations.h"

namespace livecert::store::sqlite {

// Transactions on the one connection that writes. A commit counts only while the files are still at the paths where
// they were opened.
class SqliteEngine final : public Engine {
 public:
  // `last`: the largest position in use. Everything passed in must outlive this.
  SqliteEngine(Connection& database, Checkpointer& checkpointer, ChangeSignal& signal, Generations& generations,
               Condition& condition, domain::Position last)
      : database_(database),
        rows_(database),
        checkpointer_(checkpointer),
        signal_(signal),
        generations_(generations),
        condition_(condition),
        last_(last) {}

  [[nodiscard]] base::Result<void> begin() override;
  [[nodiscard]] Rows& rows() override { return rows_; }
  [[nodiscard]] Ending commit() override;
  void roll_back(const base::Error& why) override;
  [[nodiscard]] Pause after_group() override;
  // While writing does not work, also checks whether it works again.
  [[nodiscard]] Pause when_idle() override;

 private:
  [[nodiscard]] base::Result<void> begin_transaction();
  // Within the transaction. kStoreFailure: the store was moved.
  [[nodiscard]] base::Result<void> read_beginning();
  [[nodiscard]] base::Result<void> check_not_moved();
  [[nodiscard]] Ending commit_transaction();
  // Called before the transaction's outcome is told. nullptr: it succeeded.
  void end(const base::Error* failure);
  void end_transaction();
  [[nodiscard]] Ending settle(base::Error error);
  [[nodiscard]] base::Result<void> fence();
  void try_again();
  [[nodiscard]] Pause pause(bool is_settled) const;
  // Whether the transaction appended to the log.
  [[nodiscard]] bool has_changes() const { return rows_.next_position() - 1 > position_before_; }

  Connection& database_;
  sql::SqlRows rows_;
  Checkpointer& checkpointer_;
  ChangeSignal& signal_;
  Generations& generations_;
  Condition& condition_;
  const domain::Position last_;
  // For the transaction: the last change in the database, and the position after which its own changes begin.
  std::int64_t change_before_ = 0;
  domain::Position position_before_ = 0;
};

}  // namespace livecert::store::sqlite

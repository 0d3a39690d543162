#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/move_mark.h"
#include "store/snapshot.h"
#include "store/sql/session.h"

namespace livecert::store::moving {

// One of the two stores of a move. Used by one thread.
class End {
 public:
  // `name`: for marks and messages.
  explicit End(std::string name) : name_(std::move(name)) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  virtual ~End() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] virtual sql::Session& session() = 0;
  // An empty blob, as this engine spells it.
  [[nodiscard]] virtual std::string_view empty_blob() const = 0;
  // The reads of the service over this store. This must outlive it.
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot();

  // kConfiguration: another release wrote the mark.
  [[nodiscard]] base::Result<std::optional<MoveMark>> find_mark();
  // Replaces the mark `former` by `mark`, in a transaction that no other writer's overlaps, and that would survive a
  // power cut. From kStopped on, no process writes to this store. kConfiguration: the mark is another one.
  [[nodiscard]] base::Result<void> change_mark(const std::optional<MoveMark>& former,
                                               const std::optional<MoveMark>& mark);

  // Whether the store has an owner.
  [[nodiscard]] base::Result<bool> is_used();
  // The largest position that was used.
  [[nodiscard]] virtual base::Result<std::int64_t> last_position();
  // Rows may come in any order from now on.
  [[nodiscard]] virtual base::Result<void> begin_arrival() = 0;
  // Most rows are there: lets the engine learn how they are distributed.
  virtual void learn() {}
  // All rows are there: checks what they refer to, and goes on counting after `position`.
  [[nodiscard]] virtual base::Result<void> end_arrival(std::int64_t position) = 0;

  [[nodiscard]] base::Result<void> begin() { return session().run("BEGIN"); }
  [[nodiscard]] base::Result<void> commit();
  void roll_back() { static_cast<void>(session().change("ROLLBACK")); }

 private:
  // Begins a transaction that no other writer's overlaps, and ends one that must survive a power cut.
  [[nodiscard]] virtual base::Result<void> begin_alone() = 0;
  [[nodiscard]] virtual base::Result<void> commit_safely() = 0;
  // Within the former, makes the processes that use the store look for the mark.
  [[nodiscard]] virtual base::Result<void> shut_out() = 0;
  [[nodiscard]] base::Result<void> write_mark(const std::optional<MoveMark>& former,
                                              const std::optional<MoveMark>& mark);

  const std::string name_;
};

}  // namespace livecert::store::moving

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "store/sqlite/database.h"
#include "store/store.h"

namespace livecert::store::sqlite {

// Counts, for each topic, the transactions that touched its tables. SQLite reports which rows are written, so no
// command can be forgotten. The connection must outlive this.
class Generations {
 public:
  explicit Generations(Connection& writer);
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;
  ~Generations();

  // Callable from every thread.
  [[nodiscard]] std::uint64_t get(Topic topic) const { return counts_[index(topic)]; }
  // Called on the writer's thread after each transaction, however it ended, and before its outcome is told.
  void publish();

 private:
  static constexpr std::size_t kTopics = 2;
  [[nodiscard]] static std::size_t index(Topic topic) { return static_cast<std::size_t>(topic); }
  void note(std::string_view table);

  Connection& writer_;
  std::array<bool, kTopics> touched_{};
  std::array<std::atomic<std::uint64_t>, kTopics> counts_{};
};

}  // namespace livecert::store::sqlite

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/postgres/connection.h"
#include "store/postgres/nodes.h"
#include "store/store.h"

namespace livecert::store::postgres {

// Who a process is for the others.
struct Identity {
  std::string machine;
  // Of the processes on the machine; the same after a restart, so that a process that was killed gets its leases back
  // at once.
  std::string holder;
};

// The rows of the table `leases` that this process has or asks for (Store::lease). The follower's thread renews them;
// everything else is callable from every thread.
class Leases {
 public:
  Leases(Node node, Identity identity) : node_(node), identity_(std::move(identity)) {}

  // `wake`: is called when beat() should come soon.
  [[nodiscard]] Lease ask(const std::string& name, Reach reach, const std::function<void()>& wake);
  void give_up(const std::string& name);
  // The epoch of a lease that this process has, or had last; it grows with each holder.
  [[nodiscard]] std::optional<std::int64_t> epoch_of(const std::string& name) const;

  // Whether somebody waits for beat().
  [[nodiscard]] bool is_awaited() const;
  // Renews what is due, and asks for what others have. Must be called at least every second.
  [[nodiscard]] base::Result<void> beat(Connection& database);
  // Gives everything back, so that others need not wait.
  [[nodiscard]] base::Result<void> release(Connection& database);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    Reach reach = Reach::kAnywhere;
    bool is_known = false;     // what the table says was read once
    bool is_given_up = false;  // the row is to be deleted
    std::optional<std::int64_t> epoch;
    std::optional<std::int64_t> had;  // the last epoch, also when the lease is lost
    Time until;                       // by the clock of this process, and a second too early
    Time next;                        // when the row is to be looked at
    Lease others;
  };
  [[nodiscard]] Lease show(const Entry& entry) const;
  [[nodiscard]] base::Result<void> look(Connection& database, const std::string& name, Entry& entry) const;
  [[nodiscard]] base::Result<bool> renew(Connection& database, const std::string& name, const Entry& entry) const;
  [[nodiscard]] base::Result<std::optional<std::int64_t>> claim(Connection& database, const std::string& name,
                                                                Reach reach) const;
  [[nodiscard]] base::Result<Lease> read(Connection& database, const std::string& name) const;

  const Node node_;
  const Identity identity_;
  mutable std::mutex mutex_;
  std::condition_variable known_;
  std::map<std::string, Entry> entries_;
  Time cleaned_;  // only for beat()
};

}  // namespace livecert::store::postgres

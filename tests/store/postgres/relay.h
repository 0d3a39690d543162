#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_directory.h"

namespace livecert::store::testing {

// Stands between a store and a PostgreSQL server, on a Unix socket of its own, and breaks connections at a wanted
// place.
class Relay {
 public:
  enum class Fault {
    kNone,
    kBeforeCommit,  // the first COMMIT does not reach the server
    kAfterCommit,   // the answer to the first COMMIT does not reach the store
  };

  explicit Relay(std::string server_socket);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  // Once, on whichever connection comes to that place; then it is kNone again.
  void break_at(Fault fault) { fault_ = fault; }
  // From now on no connection gets through, and those that exist break; or they do again.
  void refuse(bool all);
  [[nodiscard]] bool is_broken() const { return fault_ == Fault::kNone; }
  // An address of the server as it is through this.
  [[nodiscard]] std::string through(const std::string& address) const;

 private:
  void accept_all();
  void serve(int client);

  const std::string server_socket_;
  test::TemporaryDirectory directory_;
  int listener_ = -1;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> refuses_ = false;
  std::atomic<Fault> fault_ = Fault::kNone;
  std::mutex mutex_;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace livecert::store::testing

#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "domain/receipt.h"
#include "edge/delivery/status.h"

namespace livecert::service {

// The name of the lease of an edge (store::Store::lease). It belongs to the machine that has the edge's folder.
[[nodiscard]] inline std::string lease_of_edge(const std::string& edge) {
  return "edge:" + edge;
}

// The edges that this process delivers to, and those that other processes deliver to. Callable from every thread.
class LocalEdges {
 public:
  LocalEdges() = default;
  LocalEdges(const LocalEdges&) = delete;
  LocalEdges& operator=(const LocalEdges&) = delete;
  virtual ~LocalEdges() = default;

  [[nodiscard]] virtual std::vector<edge::EdgeStatus> status() const = 0;
  // The latest receipts of a domain, which may be newer than those in the store.
  [[nodiscard]] virtual std::vector<domain::Receipt> receipts(const std::string& /*domain*/) const { return {}; }
  // Looks soon at what each edge shows for the domain. Returns at once; receipts() says what came of it.
  virtual void look_again(const std::string& /*domain*/) {}
  // The versions that the edges show now and that end before the time.
  [[nodiscard]] virtual std::vector<edge::Served> served(base::Time /*ends_before*/) const { return {}; }
  // Takes back everything at the edge, and waits at most `patience`; the edge gets nothing more until the next start.
  // Returns how many domains are left; nullopt if nothing is delivered to an edge of that name.
  [[nodiscard]] virtual std::optional<std::size_t> withdraw(const std::string& /*edge*/,
                                                            std::chrono::milliseconds /*patience*/) {
    return std::nullopt;
  }
  // The folders below which an added edge may have its folder and its socket.
  [[nodiscard]] virtual std::vector<std::filesystem::path> roots() const = 0;

  // Only the holder may add an edge, so that no other edge takes the same folder between the check and the commit.
  [[nodiscard]] std::unique_lock<std::mutex> take_turn() { return std::unique_lock(adding_); }

 private:
  std::mutex adding_;
};

}  // namespace livecert::service

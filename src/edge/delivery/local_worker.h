#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "edge/definition.h"
#include "edge/delivery/worker.h"
#include "edge/driver.h"
#include "edge/proof/proof.h"
#include "edge/source.h"
#include "edge/stop_signal.h"

namespace livecert::edge {

// The ways in which a worker checks an edge and a bundle: the real functions, or a test's.
struct Probes {
  std::function<Proof(const ProofTarget&, const std::vector<x509::Certificate>&, ProofDepth)> prove;
  // Called by two threads at once.
  std::function<base::Result<void>(const Bundle&, const std::string& domain)> check;
  // Whether files could be written. Absent if that is unknown before a write.
  std::function<base::Result<void>()> inspect = {};
  // Says why the server may not be able to read a domain's files, after it refused a handshake.
  std::function<std::optional<std::string>(const std::string& domain)> explain = {};
  // Tells the running server from the next one (edge/proof/server_identity.h). Absent: nothing is known.
  std::function<std::string()> identify = {};
};

// The worker of an edge on this machine. Its references must outlive it.
class LocalWorker final : public Worker {
 public:
  LocalWorker(Definition definition, std::unique_ptr<Driver> driver, Source& source, const base::Clock& clock,
              Probes probes);

  [[nodiscard]] std::vector<Finished> perform(const std::vector<Task>& tasks) override;
  [[nodiscard]] std::string inspect() override;
  [[nodiscard]] Sighting watch() override;
  void stop() override;

 private:
  // A delivery on its way.
  struct Work {
    const Task* task;
    Finished* finished;
    std::shared_ptr<const Bundle> bundle = {};
    bool is_open = true;  // not ended yet
  };
  using Chain = std::vector<x509::Certificate>;
  // A look that has to be made.
  struct Look {
    const Task* task;
    Finished* finished;
    std::shared_ptr<const Chain> expected;  // null when the edge has no address
    std::optional<bool> is_written = {};    // for kCheck
  };

  [[nodiscard]] Finished driver_failed(const base::Error& error) const;
  [[nodiscard]] Finished withdraw(const std::vector<std::string>& domains);
  void withdraw(const std::vector<Task>& tasks, std::vector<Finished>& finished);
  void deliver(std::vector<Work>& works, std::vector<Look>& looks);
  void write_all(std::vector<Work>& works);
  void check(const Task& task, Finished& finished, std::vector<Look>& looks);
  void plan_look(Look look, std::vector<Look>& looks);
  void make_looks(const std::vector<Look>& looks);
  void make_look(const Look& look);
  [[nodiscard]] base::Result<void> keep_first_receipts(const std::vector<Work>& works);
  void try_bundles(const std::vector<Work>& works);
  void prepare(Work& work);
  [[nodiscard]] base::Result<std::shared_ptr<const Bundle>> load(const Order& order);
  [[nodiscard]] base::Result<std::shared_ptr<const Chain>> load_chain(base::CertId version);
  [[nodiscard]] std::optional<Finished> refuse_expired(const Task& task, const Bundle& bundle);
  void activate(std::vector<Work>& works);
  [[nodiscard]] std::optional<base::CertId> recognise(const Task& task, const ProofTarget& target);
  [[nodiscard]] Finished look_at(const Task& task, const std::shared_ptr<const Chain>& expected);

  const Definition definition_;
  const std::unique_ptr<Driver> driver_;
  Source& source_;
  const base::Clock& clock_;
  const Probes probes_;
  StopSignal stop_;
  std::string server_;                 // as it was identified last
  std::atomic<bool> is_lost_ = false;  // found unreachable during this perform()
  // Known during one perform(), because many domains have one version:
  std::map<base::CertId, std::shared_ptr<const Bundle>> bundles_;
  std::map<base::CertId, std::shared_ptr<const Chain>> chains_;
  std::set<base::CertId> sound_;                                              // their bundles work
  std::map<std::pair<base::CertId, std::string>, base::Result<void>> tried_;  // what try_bundles() found
};

}  // namespace livecert::edge

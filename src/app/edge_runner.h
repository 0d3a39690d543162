#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include "app/certificate_door.h"
#include "edge/delivery/fleet.h"
#include "edge/proof/memory_handshake.h"
#include "edge/proof/proof.h"
#include "service/administer_edges.h"
#include "service/edge_source.h"
#include "service/local_edges.h"

namespace livecert::app {

// Delivers to the edges of the configuration and to the added ones. When one of them is added, changed or deleted, the
// others go on undisturbed.
class EdgeRunner final : public service::LocalEdges {
 public:
  struct Options {
    std::vector<edge::Definition> configured;
    std::vector<std::filesystem::path> roots;  // for added edges
    edge::PlanOptions plan;
    bool delivers = true;            // false: every edge is known, and gets nothing
    bool shares_store = false;       // with other processes, which may deliver to the same folders after this one
    std::filesystem::path data_dir;  // gets a file edge-NAME.url for each edge that asks for its certificates

    bool operator==(const Options&) const = default;
  };

  // As edge::Fleet::Options has it.
  using Delivered = std::function<void(const edge::Definition& edge, std::chrono::microseconds took)>;

  // kConfiguration when a configured edge cannot be used; kStoreFailure. The services must outlive the runner. They do
  // not refer to it yet. `delivered` is called from many threads; it may be empty.
  [[nodiscard]] static base::Result<std::unique_ptr<EdgeRunner>> start(service::Services& services, Options options,
                                                                       Delivered delivered = {});
  // Checks the definitions without starting anything: kConfiguration, naming the edge, when one of them cannot be used
  // or when two share files.
  [[nodiscard]] static base::Result<void> check(const std::vector<edge::Definition>& definitions);
  ~EdgeRunner() override;

  // Continues with other edges, roots and rules of delivery; the data directory stays. Returns at once. The status
  // lists edges that cannot be used as refused, like added ones; check() reports them in advance.
  void change(Options options);

  // Ends the deliveries after the steps under way; tokens, source and status can still be asked.
  void stop();

  [[nodiscard]] std::vector<edge::EdgeStatus> status() const override;
  [[nodiscard]] std::vector<domain::Receipt> receipts(const std::string& domain) const override;
  void look_again(const std::string& domain) override;
  [[nodiscard]] std::vector<edge::Served> served(base::Time ends_before) const override;
  [[nodiscard]] std::optional<std::size_t> withdraw(const std::string& edge,
                                                    std::chrono::milliseconds patience) override;
  [[nodiscard]] std::vector<std::filesystem::path> roots() const override;

  // Returns what the handler of such edges' requests needs.
  [[nodiscard]] const CertificateTokens& tokens() const { return tokens_; }
  [[nodiscard]] edge::Source& source() { return source_; }
  // The address for their requests; nullopt: there is no plain HTTP on this machine's loopback interface.
  void publish(const std::optional<std::string>& base_url);

 private:
  EdgeRunner(service::Services& services, Options options, Delivered delivered);
  [[nodiscard]] base::Result<std::string> find_mark();
  void follow_added(const std::stop_token& stop, service::AddedEdges known);
  void continue_with(const service::AddedEdges& added);
  [[nodiscard]] std::vector<edge::Definition> stop_others(const std::vector<edge::Definition>& wanted);
  [[nodiscard]] std::unique_ptr<edge::Fleet> take_fleet();
  void deliver_to(std::vector<edge::Fleet::Member> members);
  // Who has the edge's lease; this process asks for it if it may deliver to the edge.
  [[nodiscard]] store::Lease lease(const edge::Definition& definition, bool may_deliver);
  // Whether this process may deliver to other edges than when continue_with() was called. Renews what is known of the
  // edges of other processes.
  [[nodiscard]] bool look_at_leases();
  [[nodiscard]] edge::EdgeStatus elsewhere(const edge::Definition& definition, const store::Lease& lease);
  void give_up_leases(const std::set<std::string>& kept);
  [[nodiscard]] base::Result<std::shared_ptr<edge::CaddyOrders>> open_orders(const edge::Definition& definition);
  [[nodiscard]] bool take_change();
  [[nodiscard]] base::Result<void> add_member(std::vector<edge::Fleet::Member>& members,
                                              const edge::Definition& definition);
  void warn_of_files_left();
  void write_url(const std::string& edge);
  // False when it is time to stop; ends early for that and for a change.
  [[nodiscard]] bool pause(const std::stop_token& stop, std::chrono::milliseconds time);

  service::Services& services_;
  const Delivered delivered_;
  Options options_;  // the thread of the edges changes them, with the lock held
  service::EdgeSource source_;
  CertificateTokens tokens_;
  const edge::Prover prover_;
  const edge::MemoryHandshake handshake_;
  std::string store_;  // the mark for the folders of edges
  // Of each edge whether this process delivers to it, and the machine of the process that does; only for the thread of
  // the edges.
  struct Leased {
    edge::Definition definition;
    bool may_deliver = false;
    bool is_ours = false;
    std::string machine;
  };
  std::map<std::string, Leased> leased_;
  std::set<std::string> ours_;  // the leases to give up when their edges are gone
  std::chrono::steady_clock::time_point looked_elsewhere_;

  std::mutex retiring_;  // the fleet and its edges last while it is held; taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Options> change_;  // the next change
  bool is_published_ = false;
  std::optional<std::string> base_url_;
  std::string own_machine_;                  // as others see it; empty: no other process uses the store
  std::vector<edge::EdgeStatus> idle_;       // the edges of a fleet that has ended
  std::vector<edge::EdgeStatus> refused_;    // the edges without a fleet
  std::vector<edge::EdgeStatus> elsewhere_;  // the edges that other processes deliver to
  std::unique_ptr<edge::Fleet> fleet_;
  edge::PlanOptions fleet_plan_;  // the fleet's
  std::jthread thread_;
};

}  // namespace livecert::app

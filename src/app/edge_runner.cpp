#include "app/edge_runner.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/log.h"
#include "app/store_mark.h"
#include "base/check.h"
#include "base/thread_name.h"
#include "edge/delivery/local_worker.h"
#include "edge/drivers/inspection.h"
#include "edge/drivers/kinds.h"
#include "edge/proof/check_bundle.h"
#include "edge/proof/proof.h"
#include "edge/proof/server_identity.h"
#include "service/edge_token.h"

namespace livecert::app {
namespace {

using edge::Definition;

constexpr std::chrono::milliseconds kNoWait(0);
constexpr std::chrono::milliseconds kWaitForChange(500);  // also how long a stop may take
constexpr std::chrono::milliseconds kLookAgain(200);      // however many changes there are
constexpr std::chrono::seconds kLookElsewhere(2);         // at what other processes wrote down

base::Result<void> check_apart(const Definition& other, const Definition& definition) {
  if (other.name == definition.name) return configuration_error("there is another edge of that name");
  if (!edge::collide(other, definition)) return {};
  return configuration_error("its files or its socket are also those of the edge " + other.name);
}

void log_line(const edge::Line& line) {
  if (line.is_error) {
    log_error(line.text);
  } else if (line.is_warning) {
    log_warning(line.text);
  } else {
    log_info(line.text);
  }
}

}  // namespace

base::Result<std::unique_ptr<EdgeRunner>> EdgeRunner::start(service::Services& services, Options options,
                                                            Delivered delivered) {
  std::unique_ptr<EdgeRunner> runner(new EdgeRunner(services, std::move(options), std::move(delivered)));
  // A full disk does not keep the service from serving what is stored.
  if (auto mark = runner->find_mark(); mark) {
    runner->store_ = *std::move(mark);
  } else {
    log_warning(mark.error().message +
                "; until it can be written, the folders of edges are neither marked nor checked");
  }
  std::vector<edge::Fleet::Member> usable;
  for (const Definition& definition : runner->options_.configured) {
    if (!runner->options_.delivers) break;
    if (auto made = runner->add_member(usable, definition); !made) {
      return configuration_error("edge " + definition.name + ": " + made.error().message);
    }
  }
  TRY_ASSIGN(auto added, service::added_edges(services, runner->options_.roots));
  runner->warn_of_files_left();
  runner->continue_with(added);
  runner->thread_ =
      std::jthread([runner = runner.get(), known = std::move(added)](const std::stop_token& stop) mutable {
        runner->follow_added(stop, std::move(known));
      });
  return runner;
}

EdgeRunner::EdgeRunner(service::Services& services, Options options, Delivered delivered)
    : services_(services), delivered_(std::move(delivered)), options_(std::move(options)), source_(services) {}

base::Result<std::string> EdgeRunner::find_mark() {
  if (!options_.shares_store) return store_mark(options_.data_dir, services_.random);
  TRY_ASSIGN(const auto header, services_.store.ask(&store::Snapshot::find_vault_header));
  LIVECERT_CHECK(header.has_value());  // an instance has one
  return shared_store_mark(*header);
}

EdgeRunner::~EdgeRunner() {
  stop();
}

base::Result<void> EdgeRunner::check(const std::vector<edge::Definition>& definitions) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const Definition& definition = definitions[i];
    const std::string name = "edge " + definition.name + ": ";
    for (std::size_t j = 0; j < i; ++j) {
      if (const auto apart = check_apart(definitions[j], definition); !apart) {
        return configuration_error(name + apart.error().message);
      }
    }
    const auto fits = edge::row_of(definition.kind).check(definition);
    if (!fits) return configuration_error(name + fits.error().message);
  }
  return {};
}

void EdgeRunner::change(Options options) {
  {
    const std::lock_guard lock(mutex_);
    change_ = std::move(options);
  }
  wake_.notify_all();
}

bool EdgeRunner::take_change() {
  const std::lock_guard lock(mutex_);
  if (!change_) return false;
  options_ = *std::move(change_);
  change_.reset();
  return true;
}

std::vector<std::filesystem::path> EdgeRunner::roots() const {
  const std::lock_guard lock(mutex_);
  return options_.roots;
}

void EdgeRunner::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  std::unique_ptr<edge::Fleet> former;
  {
    const std::lock_guard retiring(retiring_);
    former = take_fleet();
  }
}

bool EdgeRunner::pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, time, [this] { return change_.has_value(); });
  return !stop.stop_requested();
}

// Caddy keeps nothing: what it got until now it gets until the fleet has looked. The fleet withdraws what is not wanted
// any more, for all domains that have receipts.
base::Result<std::shared_ptr<edge::CaddyOrders>> EdgeRunner::open_orders(const Definition& definition) {
  if (auto orders = tokens_.of(definition.name)) {
    // An edge that was deleted and added again has no receipts.
    TRY_ASSIGN(const auto receipts, source_.receipts(definition.name));
    std::set<std::string> domains;
    for (const domain::Receipt& receipt : receipts) domains.insert(receipt.domain);
    orders->keep_only(domains);
    return orders;
  }
  TRY_ASSIGN(const base::SecretBytes token, service::edge_token(services_, definition.name));
  TRY_ASSIGN(const auto shown, source_.shown_at(definition.name));
  auto orders = std::make_shared<edge::CaddyOrders>();
  for (const edge::Order& order : shown) {
    if (definition.selection.takes(order)) orders->put(order);
  }
  tokens_.open(definition.name, token, orders);
  return orders;
}

base::Result<void> EdgeRunner::add_member(std::vector<edge::Fleet::Member>& members, const Definition& definition) {
  for (const edge::Fleet::Member& other : members) TRY(check_apart(other.definition, definition));
  const edge::Surroundings surroundings{[this](const Definition& asking) { return open_orders(asking); }, store_};
  auto driver = edge::make_driver(definition, surroundings);
  if (!driver) return configuration_error(driver.error().message + driver.error().detail);
  const auto look = [this](const edge::ProofTarget& target, const std::vector<x509::Certificate>& expected,
                           edge::ProofDepth depth) { return prover_.prove(target, expected, depth); };
  const auto check = [this](const edge::Bundle& bundle, const std::string& domain) {
    return edge::check_bundle(bundle, domain, handshake_);
  };
  const auto inspect = [definition, store = store_] { return edge::inspect_place(definition, store); };
  const auto explain = [definition](const std::string& domain) { return edge::explain_unreadable(definition, domain); };
  const auto identify = [definition] {
    return edge::identify_server(*definition.listen, edge::program_of(definition.kind));
  };
  members.push_back(
      {definition, std::make_unique<edge::LocalWorker>(definition, *std::move(driver), source_, services_.clock,
                                                       edge::Probes{look, check, inspect, explain, identify})});
  return {};
}

void EdgeRunner::publish(const std::optional<std::string>& base_url) {
  {
    const std::lock_guard lock(mutex_);
    is_published_ = true;
    base_url_ = base_url;
  }
  for (const std::string& edge : tokens_.edges()) write_url(edge);
}

// The URL is a secret: its holder gets the keys that this edge serves.
void EdgeRunner::write_url(const std::string& edge) {
  std::optional<std::string> base_url;
  std::filesystem::path file;
  {
    const std::lock_guard lock(mutex_);
    if (!is_published_) return;
    base_url = base_url_;
    file = options_.data_dir / ("edge-" + edge + ".url");
  }
  if (!base_url) {
    log_warning("edge " + edge + ": Caddy asks over plain HTTP on the loopback interface: set http = \"127.0.0.1:…\"");
    return;
  }
  const auto token = service::edge_token(services_, edge);
  if (!token) return log_warning("edge " + edge + ": its URL cannot be made: " + token.error().detail);
  base::WipedBuffer text;
  const std::string begin = *base_url + std::string(kEdgesPath);
  text.insert(text.end(), begin.begin(), begin.end());
  const base::ByteView secret = token->reveal(base::SecretAccess());
  text.insert(text.end(), secret.begin(), secret.end());
  text.push_back('\n');
  if (auto written = write_private_file(file, text); !written) log_warning(written.error().message);
}

void EdgeRunner::follow_added(const std::stop_token& stop, service::AddedEdges known) {
  base::name_this_thread("edge list");
  std::int64_t position = 0;
  while (pause(stop, kLookAgain)) {
    const bool is_changed = take_change();
    if (look_at_leases() && !is_changed) continue_with(known);
    const auto is_there = services_.store.wait_for_change(position, is_changed ? kNoWait : kWaitForChange);
    // A refused edge may become usable by itself, for example when its address comes up later than this service.
    if (!is_changed && (!is_there || (!*is_there && known.refused.empty()))) continue;
    const auto last = services_.store.ask(&store::Snapshot::last_change);
    auto added = service::added_edges(services_, options_.roots);
    if (last && added) position = *last;
    // The edges of the configuration do not wait for a store that cannot be read.
    if (!is_changed && (!last || !added || *added == known)) continue;
    if (added) known = *std::move(added);
    if (is_changed) warn_of_files_left();
    continue_with(known);
  }
}

// livecert does not go to a place that the configuration does not name any more. It says so until it has delivered to
// the new one.
void EdgeRunner::warn_of_files_left() {
  for (const Definition& definition : options_.configured) {
    const auto receipts = source_.receipts(definition.name);
    if (!receipts) continue;
    std::map<std::string, std::filesystem::path> moved;
    std::set<std::string> delivered;
    for (const domain::Receipt& receipt : *receipts) {
      auto left = edge::files_left(receipt.epoch, definition);
      if (!left) delivered.insert(receipt.domain);
      if (left) moved[receipt.domain] = *std::move(left);
    }
    std::set<std::filesystem::path> places;
    for (const auto& [domain, place] : moved) {
      if (!delivered.contains(domain)) places.insert(place);
    }
    for (const std::filesystem::path& place : places) {
      log_warning("edge " + definition.name + ": what was written to " + place.string() +
                  " before its configuration changed stays there, with private keys: remove it");
    }
  }
}

// Edges whose definitions are the same go on as they are. The others find their work done, or do it.
void EdgeRunner::continue_with(const service::AddedEdges& added) {
  const std::lock_guard retiring(retiring_);
  std::vector<edge::EdgeStatus> refused;
  std::vector<edge::EdgeStatus> others;
  std::vector<Definition> wanted;
  leased_.clear();
  // Another machine may have the folder that this one does not have.
  for (const edge::EdgeStatus& edge : added.refused) {
    const store::Lease held = lease(edge.definition, false);
    if (held.machine.empty() || held.is_ours) {
      refused.push_back(edge);
    } else {
      others.push_back(elsewhere(edge.definition, held));
    }
  }
  for (const auto* const list : {&std::as_const(options_.configured), &added.definitions}) {
    for (const Definition& definition : *list) {
      if (!options_.delivers) {
        refused.push_back(service::refused_edge(definition, "no_delivery is set"));
      } else if (const store::Lease held = lease(definition, true); held.is_ours) {
        wanted.push_back(definition);
      } else {
        others.push_back(elsewhere(definition, held));
      }
    }
  }
  const std::vector<Definition> going_on = stop_others(wanted);
  std::vector<edge::Fleet::Member> members;
  for (const Definition& definition : wanted) {
    // Its thread works on: there must not be a second driver.
    const bool goes_on = std::ranges::find(going_on, definition) != going_on.end();
    if (goes_on) {
      members.push_back({definition, nullptr});
    } else if (auto made = add_member(members, definition); !made) {
      refused.push_back(service::refused_edge(definition, made.error().message));
    }
  }
  for (const edge::EdgeStatus& edge : refused) {
    log_error("edge " + edge.definition.name + ": " + edge.counts.failure);
  }
  std::set<std::string> askers;
  for (const edge::Fleet::Member& member : members) {
    if (member.definition.kind == edge::Kind::kCaddy) askers.insert(member.definition.name);
  }
  std::set<std::string> kept;
  for (const auto& [name, leased] : leased_) kept.insert(name);
  give_up_leases(kept);
  for (const edge::EdgeStatus& edge : others) {
    if (!edge.node.empty()) log_info("edge " + edge.definition.name + ": the node on " + edge.node + " delivers to it");
  }
  tokens_.close_others(askers);
  deliver_to(std::move(members));
  for (const std::string& edge : tokens_.edges()) write_url(edge);
  const std::lock_guard lock(mutex_);
  refused_ = std::move(refused);
  elsewhere_ = std::move(others);
}

store::Lease EdgeRunner::lease(const Definition& definition, bool may_deliver) {
  store::Lease held = services_.store.lease(service::lease_of_edge(definition.name),
                                            may_deliver ? store::Reach::kThisMachine : store::Reach::kNobody);
  leased_[definition.name] = {definition, may_deliver, held.is_ours, held.machine};
  if (!held.is_ours) return held;
  ours_.insert(definition.name);
  const std::lock_guard lock(mutex_);
  own_machine_ = held.machine;
  return held;
}

void EdgeRunner::give_up_leases(const std::set<std::string>& kept) {
  for (const std::string& name : ours_) {
    if (!kept.contains(name)) services_.store.give_up(service::lease_of_edge(name));
  }
  std::erase_if(ours_, [&](const std::string& name) { return !kept.contains(name); });
}

bool EdgeRunner::look_at_leases() {
  std::vector<edge::EdgeStatus> others;
  const auto now = std::chrono::steady_clock::now();
  const bool is_time = now - looked_elsewhere_ > kLookElsewhere;
  for (const auto& [name, leased] : leased_) {
    const store::Lease held = services_.store.lease(
        service::lease_of_edge(name), leased.may_deliver ? store::Reach::kThisMachine : store::Reach::kNobody);
    if (held.is_ours != leased.is_ours || held.machine.empty() != leased.machine.empty()) return true;
    if (is_time && !held.is_ours && !held.machine.empty()) others.push_back(elsewhere(leased.definition, held));
  }
  if (!is_time) return false;
  looked_elsewhere_ = now;
  const std::lock_guard lock(mutex_);
  elsewhere_ = std::move(others);
  return false;
}

// What the other process wrote down.
edge::EdgeStatus EdgeRunner::elsewhere(const Definition& definition, const store::Lease& lease) {
  edge::EdgeStatus status{definition, {}};
  status.node = lease.machine;
  if (lease.away_since) {
    status.counts.failure = "not looked at since " + base::to_rfc3339(*lease.away_since) +
                            ", because no node runs on " + lease.machine + ", which has its folder";
  }
  const auto receipts = source_.receipts(definition.name);
  if (!receipts) return status;
  std::map<std::string, const domain::Receipt*> latest;
  for (const domain::Receipt& receipt : *receipts) {
    if (receipt.phase == domain::DeliveryPhase::kWithdrawing) continue;
    const domain::Receipt*& known = latest[receipt.domain];
    if (known == nullptr || receipt.wanted_at > known->wanted_at) known = &receipt;
    if (receipt.last_seen) status.counts.proved_at = std::max(status.counts.proved_at, receipt.last_seen);
  }
  for (const auto& [domain, receipt] : latest) {
    ++status.counts.wanted;
    if (receipt->is_shown() && receipt->proved_at) ++status.counts.proved;
    if (receipt->failing_since) ++status.counts.failing;
  }
  return status;
}

// Ends the work at the other edges. Returns the edges at which it goes on.
std::vector<Definition> EdgeRunner::stop_others(const std::vector<Definition>& wanted) {
  // Other rules are for all edges.
  if (fleet_ && fleet_plan_ != options_.plan) take_fleet().reset();
  if (!fleet_) return {};
  // An edge with an earlier one's files is not delivered to.
  std::vector<Definition> apart;
  for (const Definition& definition : wanted) {
    const auto is_apart = [&](const Definition& other) { return check_apart(other, definition).has_value(); };
    if (std::ranges::all_of(apart, is_apart)) apart.push_back(definition);
  }
  return fleet_->keep_only(apart);
}

// The status goes on listing its edges.
std::unique_ptr<edge::Fleet> EdgeRunner::take_fleet() {
  const std::lock_guard lock(mutex_);
  if (!fleet_) return nullptr;
  idle_.clear();
  for (edge::EdgeStatus& edge : fleet_->status()) idle_.push_back({std::move(edge.definition), {}});
  return std::move(fleet_);
}

void EdgeRunner::deliver_to(std::vector<edge::Fleet::Member> members) {
  if (members.empty()) {
    take_fleet().reset();
    const std::lock_guard lock(mutex_);
    idle_.clear();
    return;
  }
  if (fleet_) return fleet_->arrange(std::move(members));
  auto fleet = std::make_unique<edge::Fleet>(std::move(members), source_, services_.clock,
                                             edge::Fleet::Options{options_.plan, log_line, delivered_});
  const std::lock_guard lock(mutex_);
  fleet_ = std::move(fleet);
  fleet_plan_ = options_.plan;
}

std::vector<edge::EdgeStatus> EdgeRunner::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<edge::EdgeStatus> all = fleet_ ? fleet_->status() : idle_;
  for (edge::EdgeStatus& edge : all) edge.node = own_machine_;
  all.insert(all.end(), refused_.begin(), refused_.end());
  all.insert(all.end(), elsewhere_.begin(), elsewhere_.end());
  return all;
}

// Holds the lock that continue_with() takes too, so that the edge's thread does not end meanwhile.
std::optional<std::size_t> EdgeRunner::withdraw(const std::string& edge, std::chrono::milliseconds patience) {
  const std::lock_guard lock(retiring_);
  edge::Fleet* fleet = nullptr;
  {
    const std::lock_guard guard(mutex_);
    fleet = fleet_.get();
  }
  return fleet == nullptr ? std::nullopt : fleet->retire(edge, patience);
}

std::vector<edge::Served> EdgeRunner::served(base::Time ends_before) const {
  const std::lock_guard lock(mutex_);
  return fleet_ ? fleet_->served(ends_before) : std::vector<edge::Served>();
}

std::vector<domain::Receipt> EdgeRunner::receipts(const std::string& domain) const {
  const std::lock_guard lock(mutex_);
  return fleet_ ? fleet_->receipts(domain) : std::vector<domain::Receipt>();
}

void EdgeRunner::look_again(const std::string& domain) {
  const std::lock_guard lock(mutex_);
  if (fleet_) fleet_->look_again(domain);
}

}  // namespace livecert::app

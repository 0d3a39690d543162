#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "edge/driver.h"
#include "edge/proof/proof.h"
#include "edge/source.h"
#include "edge/stop_signal.h"
#include "support/pki.h"

// A source and an edge that live in memory, and fail when a test says so. Callable from every thread.
namespace livecert::edge::testing {

inline base::ChainId chain_id(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.front() = number;
  return base::ChainId(bytes);
}

inline Order make_order(const std::string& domain, std::int64_t version) {
  Order order;
  order.domain = domain::DomainName::parse(domain).value();
  order.account = base::AccountId(2100000001);
  order.project = "default";
  order.chain = chain_id(1);
  order.version = base::CertId(version);
  order.tls.https = true;
  return order;
}

class FakeSource final : public Source {
 public:
  explicit FakeSource(base::Time now) : now_(now), pki_(now) {}

  // A version that is valid for this long from `now` on.
  void make_version(std::int64_t version, const std::string& domain,
                    std::chrono::hours lasts = std::chrono::hours(99)) {
    const std::lock_guard lock(mutex_);
    test::Pki::Leaf leaf;
    leaf.common_name = domain;
    leaf.dns_names = {domain};
    leaf.not_before = now_ - std::chrono::hours(1000);
    leaf.not_after = now_ + lasts;
    keys_.emplace(version, generate());
    chains_[version] = {pki_.issue(leaf, keys_.at(version)), pki_.intermediate()};
  }
  void order(const Order& order) {
    const std::lock_guard lock(mutex_);
    orders_[std::string(order.domain)] = order;
    log_.push_back({std::string(order.domain), order});
    changed_.notify_all();
  }
  void stop_serving(const std::string& domain) {
    const std::lock_guard lock(mutex_);
    orders_.erase(domain);
    log_.push_back({domain, std::nullopt});
    changed_.notify_all();
  }
  void fail(bool failing) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
  }
  [[nodiscard]] std::vector<domain::Receipt> kept() const {
    const std::lock_guard lock(mutex_);
    std::vector<domain::Receipt> all;
    for (const auto& [key, receipt] : receipts_) all.push_back(receipt);
    return all;
  }

  [[nodiscard]] std::vector<Opening> openings() const {
    const std::lock_guard lock(mutex_);
    return openings_;
  }

  [[nodiscard]] std::optional<domain::EdgeSeen> seen(const std::string& edge) const {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(edge);
    return found == seen_.end() ? std::nullopt : std::optional(found->second);
  }

  base::Result<Snapshot> read_all() override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    Snapshot snapshot;
    snapshot.position = static_cast<std::int64_t>(log_.size());
    for (const auto& [domain, order] : orders_) snapshot.orders.push_back(order);
    return snapshot;
  }
  base::Result<Changes> changes(std::int64_t after, std::chrono::milliseconds wait) override {
    std::unique_lock lock(mutex_);
    const auto from = static_cast<std::size_t>(after);
    changed_.wait_for(lock, wait, [&] { return log_.size() > from; });
    if (failing_) return failure();
    return Changes{static_cast<std::int64_t>(log_.size()),
                   {log_.begin() + static_cast<std::ptrdiff_t>(from), log_.end()}};
  }
  base::Result<Bundle> load(const Order& order, const Opening& opening) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    openings_.push_back(opening);
    const auto found = chains_.find(order.version.number());
    if (found == chains_.end()) return gone();
    auto key = x509::PrivateKey::parse_pkcs8(
        keys_.at(order.version.number()).pkcs8(base::SecretAccess()).reveal(base::SecretAccess()));
    return Bundle{found->second, *std::move(key)};
  }
  base::Result<std::vector<x509::Certificate>> load_chain(base::CertId version) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    const auto found = chains_.find(version.number());
    if (found == chains_.end()) return gone();
    return found->second;
  }
  base::Result<void> keep(std::vector<domain::Receipt> receipts) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    for (domain::Receipt& receipt : receipts) {
      receipts_[{receipt.edge, receipt.domain, receipt.version.number()}] = receipt;
    }
    return {};
  }
  base::Result<void> keep_seen(std::vector<domain::EdgeSeen> edges) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    for (domain::EdgeSeen& edge : edges) seen_[edge.edge] = std::move(edge);
    return {};
  }
  base::Result<void> forget(const std::string& edge, std::vector<std::string> domains) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    std::erase_if(receipts_, [&](const auto& entry) {
      return std::get<0>(entry.first) == edge && std::ranges::find(domains, std::get<1>(entry.first)) != domains.end();
    });
    return {};
  }
  base::Result<std::vector<domain::Receipt>> receipts(const std::string& edge) override {
    const std::lock_guard lock(mutex_);
    if (failing_) return failure();
    std::vector<domain::Receipt> found;
    for (const auto& [key, receipt] : receipts_) {
      if (receipt.edge != edge) continue;
      found.push_back(receipt);
      if (const auto seen = seen_.find(edge); seen != seen_.end()) domain::note_seen(found.back(), seen->second);
    }
    return found;
  }

 private:
  static base::Error failure() { return {base::ErrorCode::kStoreFailure, "the store failed"}; }
  static base::Error gone() { return {base::ErrorCode::kNotFound, "no such version"}; }
  static x509::PrivateKey generate() { return *x509::generate_ec_p256_key(); }

  const base::Time now_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  test::Pki pki_;
  std::map<std::int64_t, std::vector<x509::Certificate>> chains_;
  std::map<std::int64_t, x509::PrivateKey> keys_;
  std::map<std::string, Order> orders_;
  std::vector<Changed> log_;
  std::map<std::tuple<std::string, std::string, std::int64_t>, domain::Receipt> receipts_;
  std::map<std::string, domain::EdgeSeen> seen_;
  bool failing_ = false;
  std::vector<Opening> openings_;
};

// The files that an edge has, the versions that it serves, and its faults.
struct FakeEdge {
  mutable std::mutex mutex;
  std::map<std::string, std::int64_t> written;
  std::map<std::string, std::int64_t> served;  // what a handshake shows
  std::set<std::int64_t> refuses;              // versions, when they are activated
  std::set<std::string> stuck;                 // domains that cannot be withdrawn
  bool is_down = false;                        // does not answer handshakes
  bool is_full = false;                        // cannot be written
  bool hangs = false;                          // does not take up what was written until it is stopped
  int writes = 0;

  void update(const std::function<void(FakeEdge&)>& change) {
    const std::lock_guard lock(mutex);
    change(*this);
  }
  [[nodiscard]] std::map<std::string, std::int64_t> serves() const {
    const std::lock_guard lock(mutex);
    return served;
  }
  [[nodiscard]] int write_count() const {
    const std::lock_guard lock(mutex);
    return writes;
  }
};

class FakeDriver final : public Driver {
 public:
  explicit FakeDriver(FakeEdge& edge) : edge_(edge) {}

  base::Result<void> write(const Delivery& delivery) override {
    const std::lock_guard lock(edge_.mutex);
    if (edge_.is_full) return base::Error{base::ErrorCode::kUpstreamFailure, "no space left on device"};
    ++edge_.writes;
    edge_.written[std::string(delivery.order.domain)] = delivery.order.version.number();
    return {};
  }
  std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) override {
    std::unique_lock lock(edge_.mutex);
    if (edge_.hangs) {
      lock.unlock();
      while (!stop_.is_raised()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return {deliveries.size(), base::Error{base::ErrorCode::kUpstreamFailure, "was stopped"}};
    }
    std::vector<base::Result<void>> results;
    for (const Delivery& delivery : deliveries) {
      const std::int64_t version = delivery.order.version.number();
      if (edge_.refuses.contains(version)) {
        results.emplace_back(base::Error{base::ErrorCode::kUpstreamBadAnswer, "refused"});
        continue;
      }
      edge_.served[std::string(delivery.order.domain)] = version;
      results.emplace_back();
    }
    return results;
  }
  base::Result<void> withdraw(std::span<const std::string> domains) override {
    const std::lock_guard lock(edge_.mutex);
    if (edge_.is_full) return base::Error{base::ErrorCode::kUpstreamFailure, "read-only file system"};
    for (const std::string& domain : domains) {
      if (edge_.stuck.contains(domain)) return base::Error{base::ErrorCode::kUpstreamFailure, "is a directory"};
    }
    for (const std::string& domain : domains) {
      edge_.written.erase(domain);
      edge_.served.erase(domain);
    }
    return {};
  }
  base::Result<bool> is_written(const Order& order, const LoadBundle& /*load*/) override {
    const std::lock_guard lock(edge_.mutex);
    const auto found = edge_.written.find(std::string(order.domain));
    return found != edge_.written.end() && found->second == order.version.number();
  }

  void stop() override { stop_.raise(); }

 private:
  FakeEdge& edge_;
  StopSignal stop_;
};

// Shakes hands with the fake edges, which are told apart by their ports.
inline Proof prove_fake(const std::map<std::uint16_t, FakeEdge*>& edges, Source& source, const ProofTarget& target,
                        const std::vector<x509::Certificate>& expected) {
  FakeEdge& edge = *edges.at(target.address.port);
  std::int64_t version = 0;
  {
    const std::lock_guard lock(edge.mutex);
    if (edge.is_down) return {Proof::State::kUnreachable, "connection refused"};
    const auto found = edge.served.find(target.domain);
    if (found == edge.served.end()) return {Proof::State::kRefused, "unrecognized name"};
    version = found->second;
  }
  const auto shown = source.load_chain(base::CertId(version));
  const bool is_it = shown && shown->front() == expected.front();
  return is_it ? Proof{Proof::State::kProved, ""}
               : Proof{Proof::State::kOther, "shows version " + std::to_string(version)};
}

}  // namespace livecert::edge::testing

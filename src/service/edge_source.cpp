#include "service/edge_source.h"

#include <map>
#include <utility>

#include "base/check.h"
#include "service/notice_desk.h"
#include "service/stored_key.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

using domain::ChangeKind;

constexpr std::int64_t kPage = 1000;
constexpr std::size_t kReceiptsAtOnce = 256;

base::Error version_gone(base::CertId version) {
  return {base::ErrorCode::kNotFound, "there is no version " + version.to_string()};
}

base::Result<std::vector<x509::Certificate>> parse_chain(const domain::VersionContent& content) {
  std::vector<x509::Certificate> chain;
  TRY_ASSIGN(x509::Certificate leaf, x509::Certificate::parse(content.leaf_der));
  chain.push_back(std::move(leaf));
  for (const domain::IssuerCertificate& issuer : content.issuers) {
    TRY_ASSIGN(x509::Certificate certificate, x509::Certificate::parse(issuer.der));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

// The audit's word for the reason of an opening.
std::string_view action_of(edge::KeyUse use) {
  switch (use) {
    case edge::KeyUse::kDelivery:
      return "Deliver";
    case edge::KeyUse::kComparison:
      return "CompareFiles";
    case edge::KeyUse::kHandOut:
      return "HandOut";
  }
  LIVECERT_CHECK(false);
}

// Collects the current order of each domain that changes are about.
class Affected {
 public:
  explicit Affected(store::Store& store) : store_(store) {}

  base::Result<void> add(const store::Change& change) {
    if (change.kind == ChangeKind::kDomain) {
      const auto name = domain::DomainName::from_store(change.subject);
      return name ? add_domain(*name) : base::Result<void>();
    }
    const auto chain = change.kind == ChangeKind::kChain ? base::ChainId::parse(change.subject) : std::nullopt;
    if (!chain) return {};
    TRY_ASSIGN(const auto bound, store_.ask(&store::Snapshot::find_bound_to, *chain));
    for (const store::BoundDomain& domain : bound) orders_[domain.name] = to_order(domain);
    return {};
  }

  std::vector<edge::Changed> finish() && {
    std::vector<edge::Changed> changed;
    changed.reserve(orders_.size());
    for (auto& [domain, order] : orders_) changed.push_back({std::string(domain), std::move(order)});
    return changed;
  }

 private:
  base::Result<void> add_domain(const domain::DomainName& name) {
    TRY_ASSIGN(const auto bound, store_.ask(&store::Snapshot::find_bound, name));
    orders_[name] = bound ? to_order(*bound) : std::nullopt;
    return {};
  }

  store::Store& store_;
  std::map<domain::DomainName, std::optional<edge::Order>> orders_;
};

}  // namespace

std::optional<edge::Order> to_order(const store::BoundDomain& bound) {
  if (!bound.binding.tls.https || bound.status != domain::DomainStatus::kNormal) return std::nullopt;
  return edge::Order{bound.name,    bound.account,     bound.project, bound.binding.chain,
                     bound.version, bound.binding.tls, bound.ends_at};
}

base::Result<edge::Source::Snapshot> EdgeSource::read_all() {
  Snapshot snapshot;
  TRY_ASSIGN(snapshot.position, services_.store.ask(&store::Snapshot::last_change));
  store::Cursor from;
  for (;;) {
    TRY_ASSIGN(const store::BoundPage page, services_.store.ask(&store::Snapshot::list_bound, from, kPage));
    for (const store::BoundDomain& bound : page.domains) {
      if (auto order = to_order(bound)) snapshot.orders.push_back(*std::move(order));
    }
    if (!page.next) return snapshot;
    from = *page.next;
  }
}

base::Result<edge::Changes> EdgeSource::changes(std::int64_t after, std::chrono::milliseconds wait) {
  TRY_ASSIGN(const bool is_there, services_.store.wait_for_change(after, wait));
  edge::Changes changes{after, {}};
  if (!is_there) return changes;
  TRY_ASSIGN(const std::vector<store::Change> rows, services_.store.ask(&store::Snapshot::changes, after, kPage));
  Affected affected(services_.store);
  for (const store::Change& row : rows) {
    TRY(affected.add(row));
    changes.position = row.position;
  }
  changes.domains = std::move(affected).finish();
  return changes;
}

base::Result<edge::Bundle> EdgeSource::load(const edge::Order& order, const edge::Opening& opening) {
  TRY_ASSIGN(const auto content, services_.store.ask(&store::Snapshot::find_content, order.version));
  if (!content) return version_gone(order.version);
  TRY_ASSIGN(auto chain, parse_chain(*content));
  TRY_ASSIGN(x509::PrivateKey key, open_key(services_, {order.account, order.chain, order.version}, *content,
                                            {.action = std::string(action_of(opening.use)), .edge = opening.edge}));
  return edge::Bundle{std::move(chain), std::move(key)};
}

base::Result<std::vector<x509::Certificate>> EdgeSource::load_chain(base::CertId version) {
  TRY_ASSIGN(const auto content, services_.store.ask(&store::Snapshot::find_content, version));
  if (!content) return version_gone(version);
  return parse_chain(*content);
}

base::Result<void> EdgeSource::keep(std::vector<domain::Receipt> receipts) {
  for (std::size_t begin = 0; begin < receipts.size(); begin += kReceiptsAtOnce) {
    const std::size_t end = std::min(receipts.size(), begin + kReceiptsAtOnce);
    store::KeepReceipts command;
    for (std::size_t i = begin; i < end; ++i) command.receipts.push_back(std::move(receipts[i]));
    TRY(submit(services_, own_context(services_, "KeepReceipts"), std::move(command)));
  }
  if (services_.notices != nullptr) services_.notices->poke();
  return {};
}

base::Result<void> EdgeSource::keep_seen(std::vector<domain::EdgeSeen> edges) {
  return submit(services_, own_context(services_, "KeepSeen"), store::KeepSeen{std::move(edges)});
}

base::Result<void> EdgeSource::forget(const std::string& edge, std::vector<std::string> domains) {
  return submit(services_, own_context(services_, "ForgetReceipts"), store::ForgetReceipts{edge, std::move(domains)});
}

base::Result<std::vector<domain::Receipt>> EdgeSource::receipts(const std::string& edge) {
  store::ReceiptFilter filter;
  filter.edge = edge;
  return services_.store.ask(&store::Snapshot::list_receipts, filter);
}

base::Result<std::vector<edge::Order>> EdgeSource::shown_at(const std::string& edge) {
  TRY_ASSIGN(const auto all, receipts(edge));
  std::vector<edge::Order> orders;
  for (const domain::Receipt& receipt : all) {
    if (!receipt.is_shown()) continue;
    TRY_ASSIGN(const auto name, domain::DomainName::parse(receipt.domain));
    TRY_ASSIGN(const auto bound, services_.store.ask(&store::Snapshot::find_bound, name));
    auto order = bound ? to_order(*bound) : std::nullopt;
    if (!order) continue;
    order->chain = receipt.chain;
    order->version = receipt.version;
    order->ends_at = receipt.valid_until;
    orders.push_back(*std::move(order));
  }
  return orders;
}

}  // namespace livecert::service

#include "service/find_sights.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/administer_edges.h"
#include "service/edge_source.h"

namespace livecert::service {
namespace {

using notices::AtEdge;
using notices::Sight;
using notices::Validity;

constexpr std::int64_t kBoundAtOnce = 1000;

class Looking {
 public:
  Looking(Services& services, Unbegun& unbegun, base::Time now) : services_(services), unbegun_(unbegun), now_(now) {}

  base::Result<notices::Sights> run() {
    for (edge::EdgeStatus& status : list_edges(services_)) {
      if (status.is_understood) edges_.push_back(std::move(status.definition));
    }
    TRY_ASSIGN(auto receipts, services_.store.ask(&store::Snapshot::list_receipts, store::ReceiptFilter()));
    for (domain::Receipt& receipt : receipts) receipts_[receipt.domain].push_back(std::move(receipt));
    notices::Sights sights;
    store::Cursor from;
    for (;;) {
      TRY_ASSIGN(const store::BoundPage page, services_.store.ask(&store::Snapshot::list_bound, from, kBoundAtOnce));
      for (const store::BoundDomain& bound : page.domains) TRY(add(sights, bound));
      if (!page.next) break;
      from = *page.next;
    }
    unbegun_ = std::move(still_unbegun_);
    return sights;
  }

 private:
  base::Result<void> add(notices::Sights& sights, const store::BoundDomain& bound) {
    const auto order = to_order(bound);
    if (!order) return {};
    Sight sight{std::string(bound.name), bound.account, bound.project, {bound.begins_at, bound.ends_at}};
    for (const edge::Definition& edge : edges_) {
      if (!edge.selection.takes(*order)) continue;
      TRY_ASSIGN(AtEdge at_edge, look_at(edge, sight.domain, bound));
      sight.edges.push_back(std::move(at_edge));
    }
    sights.emplace(sight.domain, std::move(sight));
    return {};
  }

  base::Result<AtEdge> look_at(const edge::Definition& edge, const std::string& domain,
                               const store::BoundDomain& bound) {
    AtEdge at_edge{edge.name};
    const std::string epoch = edge::epoch_of(edge);
    const domain::Receipt* ordered = nullptr;
    std::optional<base::Time> other_shown_since;
    for (const domain::Receipt& receipt : receipts_[domain]) {
      if (receipt.edge != edge.name) continue;
      if (receipt.version == bound.version) ordered = &receipt;
      // What another server showed under this name says nothing about this one.
      if (!receipt.is_shown() || receipt.epoch != epoch) continue;
      if (receipt.version == bound.version) at_edge.is_as_ordered = true;
      if (receipt.version != bound.version) other_shown_since = std::max(other_shown_since, receipt.shown_since);
      TRY_ASSIGN(const auto validity, validity_of(receipt, bound));
      const bool is_sooner = validity && (!at_edge.shows || validity->ends_at < at_edge.shows->ends_at);
      if (is_sooner) at_edge.shows = validity;
    }
    if (at_edge.is_as_ordered) return at_edge;
    // After a rollback the receipt of the version that is wanted again is of its former order, until the edge begins.
    if (ordered != nullptr && other_shown_since > ordered->wanted_at) ordered = nullptr;
    at_edge.wrong_since = ordered == nullptr
                              ? not_begun_since(edge.name, domain, bound.version)
                              : std::max(ordered->wanted_at, ordered->shown_until.value_or(base::Time{}));
    if (ordered != nullptr) at_edge.failure = ordered->failure;
    return at_edge;
  }

  base::Result<std::optional<Validity>> validity_of(const domain::Receipt& receipt, const store::BoundDomain& bound) {
    if (receipt.version == bound.version) return std::optional(Validity{bound.begins_at, bound.ends_at});
    TRY_ASSIGN(const auto found, services_.store.ask(&store::Snapshot::find_version_alone, receipt.version));
    if (found) return std::optional(Validity{found->summary.not_before, found->summary.ends_at});
    // A version that is no longer kept: its receipt tells its end, if a release that knew it wrote it.
    if (receipt.valid_until == base::Time{}) return std::optional<Validity>();
    return std::optional(Validity{base::Time{}, receipt.valid_until});
  }

  base::Time not_begun_since(const std::string& edge, const std::string& domain, base::CertId version) {
    const auto key = std::tuple(edge, domain, version);
    const auto known = unbegun_.find(key);
    const base::Time since = known == unbegun_.end() ? now_ : known->second;
    still_unbegun_[key] = since;
    return since;
  }

  Services& services_;
  Unbegun& unbegun_;
  const base::Time now_;
  Unbegun still_unbegun_;
  std::vector<edge::Definition> edges_;
  std::map<std::string, std::vector<domain::Receipt>> receipts_;
};

}  // namespace

base::Result<notices::Sights> find_sights(Services& services, Unbegun& unbegun, base::Time now) {
  return Looking(services, unbegun, now).run();
}

}  // namespace livecert::service

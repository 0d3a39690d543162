#include "notices/fact.h"

#include <algorithm>

namespace livecert::notices {
namespace {

// The first level, a third less a sixtieth: 19 of 60 parts of the lifetime.
constexpr std::int64_t kFirstParts = 19;
constexpr std::int64_t kAllParts = 60;

// A version that the store no longer has tells only its end: then the lifetime is that of the one that is bound.
Validity whole(const Validity& shown, const Validity& bound) {
  if (shown.begins_at != base::Time{}) return shown;
  return {shown.ends_at - (bound.ends_at - bound.begins_at), shown.ends_at};
}

// Nothing is known of an edge that shows nothing: then what is bound counts, and that the edge does not show it is a
// fact by itself.
Validity shown_at(const AtEdge& edge, const Sight& sight) {
  return edge.shows ? whole(*edge.shows, sight.bound) : sight.bound;
}

Validity served(const Sight& sight) {
  Validity first = sight.bound;
  bool is_first = true;
  for (const AtEdge& edge : sight.edges) {
    const Validity shown = shown_at(edge, sight);
    if (is_first || shown.ends_at < first.ends_at) first = shown;
    is_first = false;
  }
  return first;
}

}  // namespace

bool Sight::is_seen() const {
  return std::ranges::all_of(edges, [](const AtEdge& edge) { return edge.shows.has_value(); });
}

std::int64_t level_of(const Validity& validity, base::Time now) {
  const auto left = validity.ends_at - now;
  const auto life = validity.ends_at - validity.begins_at;
  if (left.count() <= 0) return kEnded;
  if (left * 12 <= life) return kTwelfth;
  if (left * 6 <= life) return kSixth;
  return left * kAllParts <= life * kFirstParts ? kThird : 0;
}

std::vector<Fact> find_facts(const Sight& sight, base::Time now) {
  std::vector<Fact> facts;
  const Validity first = served(sight);
  if (const std::int64_t level = level_of(first, now); level > 0) {
    Fact fact{
        {domain::FactKind::kEnding, sight.domain, ""}, sight.account, sight.project, level, first.ends_at, {}, {}};
    fact.since = first.ends_at - (first.ends_at - first.begins_at) * kFirstParts / kAllParts;
    for (const AtEdge& edge : sight.edges) {
      if (edge.shows && edge.shows->ends_at == first.ends_at) fact.edges.push_back(edge.edge);
    }
    fact.is_renewed = level_of(sight.bound, now) == 0;
    facts.push_back(std::move(fact));
  }
  for (const AtEdge& edge : sight.edges) {
    if (edge.is_as_ordered || now - edge.wrong_since < kPatience) continue;
    Fact fact{{domain::FactKind::kNotShown, sight.domain, edge.edge}, sight.account, sight.project, 1, {}, {}, {}};
    fact.ends_at = sight.bound.ends_at;
    fact.since = edge.wrong_since;
    fact.failure = edge.failure;
    facts.push_back(std::move(fact));
  }
  return facts;
}

}  // namespace livecert::notices

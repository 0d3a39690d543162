#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/notice.h"

// What operators are told, as pure rules: facts that follow from what the store binds and what the edges were seen to
// show; what of them a channel was not told yet; and the message for each kind of channel as a call that somebody else
// sends. docs/notices.md describes all of it for operators.
namespace livecert::notices {

// The time in which clients accept a version.
struct Validity {
  base::Time begins_at;
  base::Time ends_at;
  bool operator==(const Validity&) const = default;
};

// What one edge shows for a domain.
struct AtEdge {
  std::string edge;
  std::optional<Validity> shows = {};  // nullopt: nothing, as far as is known
  bool is_as_ordered = false;          // it shows the version that it should
  base::Time wrong_since = {};         // if not: since when
  std::string failure = {};            // of the last attempt to deliver there; may be empty
};

// All that the rules need to know about a domain that should be served.
struct Sight {
  std::string domain;
  base::AccountId account;
  std::string project;
  Validity bound;                  // of the version that it uses
  std::vector<AtEdge> edges = {};  // those that should serve it; empty: what is bound counts as served

  // Whether it is known what every edge shows.
  [[nodiscard]] bool is_seen() const;
};

// By the name of the domain.
using Sights = std::map<std::string, Sight>;

// The levels of kEnding count the lifetime that is left, because a number of days means nothing for a certificate that
// lives for six. The first one has a grace, a sixtieth of the lifetime: most ACME clients renew when a third is left,
// and a notice at that moment would be solved minutes later, at every renewal.
inline constexpr std::int64_t kThird = 1;
inline constexpr std::int64_t kSixth = 2;
inline constexpr std::int64_t kTwelfth = 3;
inline constexpr std::int64_t kEnded = 4;

// Something that is true now and should not be.
struct Fact {
  domain::FactName name;
  base::AccountId account;
  std::string project;
  std::int64_t level = 0;  // of kNotShown always 1
  base::Time ends_at;      // kEnding: when the first of what is shown ends. kNotShown: when it should have shown
  base::Time since;        // when it became true
  std::vector<std::string> edges;  // kEnding: those that show what ends; empty: none can be asked
  bool is_renewed = false;         // kEnding: what is bound lasts, and only the edges lag behind
  std::string failure = {};        // kNotShown: why, as far as is known
  bool operator==(const Fact&) const = default;
};

// How long an edge may show something else than it should before that is a fact. A delivery takes seconds; a restart of
// an edge, minutes.
inline constexpr std::chrono::minutes kPatience(10);

// 0: more than a third less the grace is left. A lifetime that is not positive counts as one that has ended or lasts.
[[nodiscard]] std::int64_t level_of(const Validity& validity, base::Time now);

// The facts about one domain.
[[nodiscard]] std::vector<Fact> find_facts(const Sight& sight, base::Time now);

}  // namespace livecert::notices

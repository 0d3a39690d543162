#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "domain/receipt.h"
#include "edge/definition.h"

namespace livecert::edge {

// The reason that most failing domains of an edge share.
struct Trouble {
  std::string reason;   // empty: there is none
  std::string domain;   // one of the domains
  base::ChainId chain;  // of that domain's order
  std::size_t domains = 0;

  bool operator==(const Trouble&) const = default;
};

// What an edge shows for a domain.
struct Served {
  base::AccountId account;  // the owner of the domain
  std::string project;
  domain::Receipt receipt;  // of the version that is shown, which may not be the ordered one
};

struct EdgeCounts {
  std::size_t wanted = 0;               // domains that the edge has to serve
  std::size_t proved = 0;               // domains that it was seen to serve as ordered
  std::size_t failing = 0;              // domains whose last attempt failed
  std::size_t ended = 0;                // domains for which it shows a version that has ended
  std::string failure;                  // of the edge as a whole; empty: none
  Trouble trouble;                      // of its domains
  std::optional<base::Time> proved_at;  // the last proof of any domain

  bool operator==(const EdgeCounts&) const = default;
};

// What an edge is doing, for operators.
struct EdgeStatus {
  Definition definition;
  EdgeCounts counts;
  bool is_understood = true;  // false: only the name in the definition is known
  std::string node = {};      // the machine that delivers to it; empty: one process uses the store

  bool operator==(const EdgeStatus&) const = default;
};

}  // namespace livecert::edge

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/receipt.h"
#include "edge/order.h"
#include "edge/proof/proof.h"

// The tasks that a plan gives to a worker, and their results: plain values, so that a worker can be on another machine.
namespace livecert::edge {

// The most looks at a server in one batch, so that a change never waits for many. A batch that places more leaves the
// looks to later ones.
constexpr std::size_t kLooksAtOnce = 8;

// The next step of an edge for one domain.
enum class Step : std::uint8_t {
  kCheck,     // check whether the order is written and shown
  kDeliver,   // write it, make the edge load it, check whether it is shown
  kProve,     // check again whether it is shown
  kWithdraw,  // stop serving the domain
};

struct Task {
  Step step = Step::kCheck;
  std::size_t edge = 0;
  std::string domain;
  Order order;  // unless kWithdraw
  ProofDepth depth = ProofDepth::kChain;
  // For the first kDeliver of a version: store this receipt before anything is written, so that the next start knows
  // what was under way.
  std::optional<domain::Receipt> first_receipt = std::nullopt;
  bool is_checked = false;                              // for kDeliver: the version's bundle is known to work
  bool is_sound = false;                                // for kDeliver: it is known to work for another domain
  std::optional<base::CertId> in_place = std::nullopt;  // for kDeliver: the former version, which is shown there
  std::optional<base::CertId> replaces = std::nullopt;  // when a version is put back: the version that was ordered
  base::Time other_ends_at = {};         // of `in_place` or `replaces`; base::Time{} when it is not known
  bool is_edge_lost = false;             // do not try to prove
  bool is_unknown = false;               // for kCheck: nothing was ever kept of this edge and domain
  bool is_retry = false;                 // it failed before, and nobody has changed it since
  std::vector<base::CertId> known = {};  // other versions to recognise when the edge does not show the order's
  std::uint64_t generation = 0;
};

// What a worker noticed at an edge since the last time, without asking the edge.
struct Sighting {
  bool is_watched = false;                // whoever touched the files would have been noticed
  bool is_server_known = false;           // which processes serve, and that they are the same is a word of evidence
  bool has_server_changed = false;        // others serve than before, or it read its configuration again
  std::vector<std::string> touched = {};  // domains whose files somebody else touched
};

enum class End : std::uint8_t {
  kProved,       // shown as ordered; for kWithdraw: gone
  kWrongTls,     // the chain is shown, with TLS versions that were not ordered
  kNotServed,    // for kCheck: something else is written or shown
  kNotYet,       // for kDeliver and kProve: loaded, but something else is shown so far
  kRefused,      // the edge refuses this certificate
  kUnfit,        // this kind of edge cannot serve it
  kBroken,       // the bundle itself does not work, or is expired where a valid one is in place
  kUnwritable,   // the edge as a whole cannot be written
  kUnreachable,  // the edge as a whole does not answer
  kUnasked,      // for kDeliver with `is_edge_lost`: written, but the edge is not there to show it
  kGone,         // the version no longer exists
  kFailed,       // our own side failed: try again
  kStopped,      // not done, or only partly, because the process stops
};

struct Finished {
  End end = End::kFailed;
  std::string reason = {};  // empty when proved
  bool is_checked = false;  // the bundle was found to work
  std::optional<base::Time> written_at = {};
  std::optional<base::Time> acknowledged_at = {};
  std::optional<base::CertId> shown = {};  // for kNotServed and kNotYet: the known version that a handshake showed
};

}  // namespace livecert::edge

#include "domain/receipt.h"

#include <array>

#include "base/word.h"

namespace livecert::domain {
namespace {

constexpr std::array<base::Word<DeliveryPhase>, 8> kPhases{{
    {DeliveryPhase::kAlone, "alone"},
    {DeliveryPhase::kWaiting, "waiting"},
    {DeliveryPhase::kDelivering, "delivering"},
    {DeliveryPhase::kGood, "good"},
    {DeliveryPhase::kPuttingBack, "putting back"},
    {DeliveryPhase::kHeld, "held"},
    {DeliveryPhase::kBad, "bad"},
    {DeliveryPhase::kWithdrawing, "withdrawing"},
}};
static_assert(base::has_all_words(kPhases, DeliveryPhase::kWithdrawing));

constexpr std::array<base::Word<Evidence>, 4> kEvidence{{
    {Evidence::kNone, ""},
    {Evidence::kHandshake, "handshake"},
    {Evidence::kAcknowledged, "acknowledged"},
    {Evidence::kUnchanged, "unchanged"},
}};
static_assert(base::has_all_words(kEvidence, Evidence::kUnchanged));

}  // namespace

std::string_view to_text(DeliveryPhase phase) {
  return base::text_of(kPhases, phase);
}

std::optional<DeliveryPhase> parse_delivery_phase(std::string_view text) {
  return base::value_of(kPhases, text);
}

std::string_view to_text(Evidence evidence) {
  return base::text_of(kEvidence, evidence);
}

std::optional<Evidence> parse_evidence(std::string_view text) {
  return base::value_of(kEvidence, text);
}

void note_seen(Receipt& receipt, const EdgeSeen& seen) {
  const bool is_about_it = receipt.edge == seen.edge && receipt.epoch == seen.epoch && receipt.is_shown();
  // What is shown only since then was not seen then.
  if (!is_about_it || *receipt.shown_since > seen.at || receipt.last_seen >= seen.at) return;
  receipt.last_seen = seen.at;
  if (seen.by == Evidence::kUnchanged) receipt.seen_by = Evidence::kUnchanged;
}

}  // namespace livecert::domain

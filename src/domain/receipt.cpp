#include "domain/receipt.h"

#include <algorithm>
#include <array>

namespace livecert::domain {
namespace {

template <class Value>
struct Word {
  Value value;
  std::string_view text;
};

constexpr std::array<Word<DeliveryPhase>, 8> kPhases{{
    {DeliveryPhase::kAlone, "alone"},
    {DeliveryPhase::kWaiting, "waiting"},
    {DeliveryPhase::kDelivering, "delivering"},
    {DeliveryPhase::kGood, "good"},
    {DeliveryPhase::kPuttingBack, "putting back"},
    {DeliveryPhase::kHeld, "held"},
    {DeliveryPhase::kBad, "bad"},
    {DeliveryPhase::kWithdrawing, "withdrawing"},
}};

constexpr std::array<Word<Evidence>, 4> kEvidence{{
    {Evidence::kNone, ""},
    {Evidence::kHandshake, "handshake"},
    {Evidence::kAcknowledged, "acknowledged"},
    {Evidence::kUnchanged, "unchanged"},
}};

template <class Words, class Value>
std::string_view text_of(const Words& words, Value value) {
  return std::ranges::find(words, value, &Words::value_type::value)->text;
}

template <class Words>
auto value_of(const Words& words, std::string_view text) {
  const auto found = std::ranges::find(words, text, &Words::value_type::text);
  return found == words.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace

std::string_view to_text(DeliveryPhase phase) {
  return text_of(kPhases, phase);
}

std::optional<DeliveryPhase> parse_delivery_phase(std::string_view text) {
  return value_of(kPhases, text);
}

std::string_view to_text(Evidence evidence) {
  return text_of(kEvidence, evidence);
}

std::optional<Evidence> parse_evidence(std::string_view text) {
  return value_of(kEvidence, text);
}

}  // namespace livecert::domain

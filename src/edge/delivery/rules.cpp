#include "edge/delivery/rules.h"

#include <array>
#include <cstddef>

namespace livecert::edge {
namespace {

constexpr std::size_t kPhases = 7;  // all but kWithdrawing, which nothing leaves
constexpr std::size_t kHappenings = 9;

// NOLINTBEGIN(readability-identifier-naming): the words of the table below, short so that a row fits into a line
constexpr Phase A = Phase::kAlone;
constexpr Phase W = Phase::kWaiting;
constexpr Phase D = Phase::kDelivering;
constexpr Phase G = Phase::kGood;
constexpr Phase P = Phase::kPuttingBack;
constexpr Phase H = Phase::kHeld;
constexpr Phase B = Phase::kBad;

constexpr Act none = Act::kNothing;
constexpr Act look = Act::kLook;
constexpr Act place = Act::kPlaceOrdered;
constexpr Act back = Act::kPlaceFormer;
constexpr Act turns = Act::kPlaceByTurns;
constexpr Act later = Act::kRetryLater;
constexpr Act end = Act::kGiveUp;
// NOLINTEND(readability-identifier-naming)

// clang-format off
constexpr std::array<std::array<Move, kPhases>, kHappenings> kTable{{
    //                   alone       waiting     delivering  good        putting back  held        bad
    /* ordered       */ {{{A, place}, {W, none},  {W, look},  {W, none},  {W, look},  {W, none},  {A, place}}},
    /* may go        */ {{{A, none},  {D, place}, {D, none},  {G, none},  {P, none},  {D, place}, {B, none}}},
    /* shows ordered */ {{{G, none},  {G, none},  {G, none},  {G, none},  {G, none},  {G, none},  {G, none}}},
    /* shows former  */ {{{A, place}, {W, none},  {D, look},  {A, place}, {H, none},  {H, none},  {H, none}}},
    /* shows other   */ {{{A, place}, {W, back},  {D, look},  {A, place}, {P, look},  {H, back},  {B, turns}}},
    /* failed        */ {{{A, later}, {B, turns}, {P, back},  {A, later}, {B, turns}, {B, turns}, {B, turns}}},
    /* failed finally*/ {{{A, later}, {B, turns}, {B, turns}, {A, later}, {B, turns}, {B, turns}, {B, turns}}},
    /* unfit         */ {{{A, end},   {W, end},   {W, end},   {A, end},   {P, none},  {H, end},   {B, end}}},
    /* retry due     */ {{{A, look},  {W, none},  {D, none},  {G, none},  {P, none},  {D, place}, {B, place}}},
}};
// clang-format on

}  // namespace

Move move_of(Phase phase, Happening happening) {
  if (phase == Phase::kWithdrawing) return {phase, Act::kNothing};
  return kTable.at(static_cast<std::size_t>(happening)).at(static_cast<std::size_t>(phase));
}

bool is_witness(Phase phase) {
  return phase != A && phase != B && phase != Phase::kWithdrawing;
}

bool shows_former(Phase phase) {
  return phase == W || phase == P || phase == H;
}

}  // namespace livecert::edge

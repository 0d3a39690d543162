#include "x509/contradiction.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace livecert::x509 {
namespace {

struct Exclusion {
  std::string_view one;
  std::string_view other;
};

// About whole reports: both ids in one report are a contradiction, whatever block they are about.
constexpr std::array kExclusions{
    Exclusion{"chain-incomplete", "no-path-to-required-root"},
    Exclusion{"chain-incomplete", "leaf-self-signed"},
    Exclusion{"signature-invalid", "no-path-to-required-root"},
    Exclusion{"signature-unverifiable", "no-path-to-required-root"},
    Exclusion{"chain-incomplete", "signature-invalid"},
    Exclusion{"leaf-expired", "leaf-not-yet-valid"},
    Exclusion{"leaf-validity-reversed", "leaf-not-yet-valid"},
    Exclusion{"leaf-key-usage", "leaf-no-digital-signature"},
    Exclusion{"leaf-key-too-small", "leaf-key-too-large"},
    Exclusion{"key-does-not-match", "private-key-missing"},
    Exclusion{"key-does-not-match", "key-unreadable"},
    Exclusion{"key-does-not-match", "key-encrypted"},
};

bool leaves_out(const Finding& finding) {
  return finding.id == "chain-superfluous" || finding.id == "chain-unrelated" || finding.id == "chain-duplicate";
}

bool contradict(const Finding& a, const Finding& b) {
  const bool same_certificate = a.part == b.part && a.block == b.block && a.block != 0;
  if (leaves_out(a) && same_certificate) return true;
  if (a.id == "chain-superfluous" && b.severity == Severity::kError) return true;
  return std::ranges::any_of(kExclusions,
                             [&](const Exclusion& each) { return each.one == a.id && each.other == b.id; });
}

}  // namespace

std::string find_contradiction(const ValidationReport& report) {
  for (const Finding& a : report.findings()) {
    for (const Finding& b : report.findings()) {
      if (&a != &b && contradict(a, b)) return to_line(a) + " / " + to_line(b);
    }
  }
  return {};
}

}  // namespace livecert::x509

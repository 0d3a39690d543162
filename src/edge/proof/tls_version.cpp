#include "edge/proof/tls_version.h"

#include <algorithm>
#include <array>

#include <openssl/ssl.h>

namespace livecert::edge {
namespace {

using domain::TlsVersion;

struct NumberRow {
  TlsVersion version;
  int number;
};

constexpr std::array kNumbers{
    NumberRow{TlsVersion::k10, TLS1_VERSION},
    NumberRow{TlsVersion::k11, TLS1_1_VERSION},
    NumberRow{TlsVersion::k12, TLS1_2_VERSION},
    NumberRow{TlsVersion::k13, TLS1_3_VERSION},
};
static_assert(kNumbers.size() == domain::kTlsVersions.size());

TlsVersion moved_by(TlsVersion version, int steps) {
  return static_cast<TlsVersion>(static_cast<int>(version) + steps);
}

}  // namespace

std::string VersionRange::to_text() const {
  std::string text(domain::to_text(lowest));
  if (lowest != highest) text.append(" to ").append(domain::to_text(highest));
  return text;
}

std::optional<VersionRange> bound_versions(const domain::TlsSwitches& tls) {
  const TlsVersion highest = tls.max_version.value_or(domain::kNewestTls);
  if (highest < tls.min_version) return std::nullopt;
  return VersionRange{tls.min_version, highest};
}

std::optional<TlsVersion> version_below(TlsVersion version) {
  return version == domain::kOldestTls ? std::nullopt : std::optional(moved_by(version, -1));
}

std::optional<TlsVersion> version_above(TlsVersion version) {
  return version == domain::kNewestTls ? std::nullopt : std::optional(moved_by(version, 1));
}

int number_of(TlsVersion version) {
  return std::ranges::find(kNumbers, version, &NumberRow::version)->number;
}

std::optional<TlsVersion> find_version(int number) {
  const auto* const row = std::ranges::find(kNumbers, number, &NumberRow::number);
  return row == kNumbers.end() ? std::nullopt : std::optional(row->version);
}

}  // namespace livecert::edge

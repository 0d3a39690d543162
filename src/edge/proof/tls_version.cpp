#include "edge/proof/tls_version.h"

#include <algorithm>
#include <array>

#include <openssl/ssl.h>

namespace livecert::edge {
namespace {

constexpr std::array<TlsVersion, 4> kVersions{
    {{"TLSv1.0", TLS1_VERSION}, {"TLSv1.1", TLS1_1_VERSION}, {"TLSv1.2", TLS1_2_VERSION}, {"TLSv1.3", TLS1_3_VERSION}}};

template <typename Value, typename Member>
const TlsVersion* find(const Value& value, Member member) {
  const auto* const found = std::ranges::find(kVersions, value, member);
  return found == kVersions.end() ? nullptr : found;
}

}  // namespace

std::string VersionRange::to_text() const {
  if (lowest == highest) return std::string(lowest->name);
  return std::string(lowest->name) + " to " + std::string(highest->name);
}

std::optional<VersionRange> bound_versions(const domain::TlsSwitches& tls) {
  const TlsVersion* const lowest = find(tls.min_version, &TlsVersion::name);
  const TlsVersion* const highest =
      tls.max_version.empty() ? &kVersions.back() : find(tls.max_version, &TlsVersion::name);
  if (lowest == nullptr || highest == nullptr || lowest > highest) return std::nullopt;
  return VersionRange{lowest, highest};
}

const TlsVersion* version_below(const TlsVersion* version) {
  return version == &kVersions.front() ? nullptr : version - 1;
}

const TlsVersion* version_above(const TlsVersion* version) {
  return version == &kVersions.back() ? nullptr : version + 1;
}

const TlsVersion* find_version(int number) {
  return find(number, &TlsVersion::number);
}

}  // namespace livecert::edge

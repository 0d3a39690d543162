#pragma once

#include <optional>
#include <string>

#include "domain/live_domain.h"

namespace livecert::edge {

// Adjacent TLS versions.
struct VersionRange {
  domain::TlsVersion lowest;
  domain::TlsVersion highest;

  // "TLSv1.2 to TLSv1.3", or a single version.
  [[nodiscard]] std::string to_text() const;
};

// The versions that a binding asks for; up to the newest when there is no upper limit. nullopt when the lower limit is
// above the upper one.
[[nodiscard]] std::optional<VersionRange> bound_versions(const domain::TlsSwitches& tls);

// The neighbours of a version; nullopt past the oldest and the newest.
[[nodiscard]] std::optional<domain::TlsVersion> version_below(domain::TlsVersion version);
[[nodiscard]] std::optional<domain::TlsVersion> version_above(domain::TlsVersion version);

// The number on the wire, which is OpenSSL's too.
[[nodiscard]] int number_of(domain::TlsVersion version);
// nullopt: no version has the number.
[[nodiscard]] std::optional<domain::TlsVersion> find_version(int number);

}  // namespace livecert::edge

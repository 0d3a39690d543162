#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/live_domain.h"

namespace livecert::edge {

// A TLS version by its name in bindings and by its number on the wire, which is OpenSSL's too.
struct TlsVersion {
  std::string_view name;
  int number;
};

// The lowest and the highest of some adjacent versions; both point into one table.
struct VersionRange {
  const TlsVersion* lowest;
  const TlsVersion* highest;

  // "TLSv1.2 to TLSv1.3", or a single version.
  [[nodiscard]] std::string to_text() const;
};

// The versions that a binding asks for; up to the newest when there is no upper limit. nullopt when the limits are not
// known versions, or the lower one is above the upper one.
[[nodiscard]] std::optional<VersionRange> bound_versions(const domain::TlsSwitches& tls);

// The neighbours in the table; null past its ends.
[[nodiscard]] const TlsVersion* version_below(const TlsVersion* version);
[[nodiscard]] const TlsVersion* version_above(const TlsVersion* version);

// Null when the table does not have the number.
[[nodiscard]] const TlsVersion* find_version(int number);

}  // namespace livecert::edge

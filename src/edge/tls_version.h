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

  // "TLSv1.2 to TLSv1.3", or the one.
  [[nodiscard]] std::string to_text() const;
};

// The versions that a binding asks for; without an upper limit up to the newest. nullopt when it names none that exist.
[[nodiscard]] std::optional<VersionRange> bound_versions(const domain::TlsSwitches& tls);

// The neighbours in the table; null past its ends.
[[nodiscard]] const TlsVersion* version_below(const TlsVersion* version);
[[nodiscard]] const TlsVersion* version_above(const TlsVersion* version);

// Null when the number is none of the table's.
[[nodiscard]] const TlsVersion* find_version(int number);

}  // namespace livecert::edge

#include "domain/tls_version.h"

namespace livecert::domain {

std::string_view to_text(TlsVersion version) {
  return base::text_of(kTlsVersions, version);
}

std::string_view to_text(const std::optional<TlsVersion>& limit) {
  return limit ? to_text(*limit) : std::string_view();
}

std::optional<TlsVersion> parse_tls_version(std::string_view text) {
  return base::value_of(kTlsVersions, text);
}

}  // namespace livecert::domain

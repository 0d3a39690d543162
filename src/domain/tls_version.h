#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/word.h"

namespace livecert::domain {

// A version of TLS that a binding can name; a later version is greater.
enum class TlsVersion : std::uint8_t { k10, k11, k12, k13 };

// With the words of the API, of the store and of HAProxy, oldest first.
inline constexpr std::array<base::Word<TlsVersion>, 4> kTlsVersions{{
    {TlsVersion::k10, "TLSv1.0"},
    {TlsVersion::k11, "TLSv1.1"},
    {TlsVersion::k12, "TLSv1.2"},
    {TlsVersion::k13, "TLSv1.3"},
}};
static_assert(base::has_all_words(kTlsVersions, TlsVersion::k13));

inline constexpr TlsVersion kOldestTls = kTlsVersions.front().value;
inline constexpr TlsVersion kNewestTls = kTlsVersions.back().value;

[[nodiscard]] std::string_view to_text(TlsVersion version);
// Empty for nullopt: there is no limit.
[[nodiscard]] std::string_view to_text(const std::optional<TlsVersion>& limit);
// nullopt: there is no such version.
[[nodiscard]] std::optional<TlsVersion> parse_tls_version(std::string_view text);

}  // namespace livecert::domain

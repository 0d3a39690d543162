#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "x509/certificate.h"

// Compares what a certificate says about its issuer with a candidate. Does not verify signatures.
namespace livecert::x509 {

enum class NameMatch : std::uint8_t {
  kNone,
  kEquivalent,  // equal by RFC 5280 §7.1 but in other bytes: OpenSSL, Chromium, Java accept it; Go, Firefox do not
  kExact,
};

// How the child's issuer name matches the candidate's subject.
[[nodiscard]] NameMatch match_names(const Certificate& child, const Certificate& candidate);

// Whether it is self-issued and does not name another key (RFC 5280 §4.2.1.1). Its own key must then have signed it.
[[nodiscard]] bool claims_own_signature(const Certificate& certificate);

// For a client: the issuer that the child's authority key identifier (RFC 5280 §4.2.1.1) names, and what `issuer` has
// instead. nullopt when they agree or the child names nothing. Compares like OpenSSL's X509_check_akid, whose clients
// do not use an issuer that fails it.
[[nodiscard]] std::optional<std::string> authority_key_id_conflict(const Certificate& child, const Certificate& issuer);

}  // namespace livecert::x509

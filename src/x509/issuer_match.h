#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "x509/certificate.h"

// What a certificate says about the one that issued it, held against a candidate. Signatures are another matter.
namespace livecert::x509 {

enum class NameMatch : std::uint8_t {
  kNone,
  kEquivalent,  // one name by RFC 5280 §7.1, in other bytes: OpenSSL, Chromium and Java take it, Go and Firefox do not
  kExact,
};

// How the child's issuer name matches the candidate's subject.
[[nodiscard]] NameMatch match_names(const Certificate& child, const Certificate& candidate);

// Self-issued, and not by another key: whoever that signed names it (RFC 5280 §4.2.1.1). Its signature must then be its
// own.
[[nodiscard]] bool claims_own_signature(const Certificate& certificate);

// Where the child's authority key identifier (RFC 5280 §4.2.1.1) names another issuer than `issuer`: what it names and
// what the issuer has instead, for a client. nullopt when they agree or the child names nothing. The comparison is that
// of OpenSSL's X509_check_akid, whose clients do not use an issuer that fails it.
[[nodiscard]] std::optional<std::string> authority_key_id_conflict(const Certificate& child, const Certificate& issuer);

}  // namespace livecert::x509

#include "x509/leaf_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/x509v3.h>

#include "x509/certificate_state.h"
#include "x509/dns_name.h"
#include "x509/name_limit.h"
#include "x509/rule_text.h"

namespace livecert::x509 {
namespace {

using Violation = std::optional<std::string>;

Violation version(const Certificate& leaf, base::Time) {
  if (leaf.version() == 3) return std::nullopt;
  return "the certificate is of version " + std::to_string(leaf.version()) + ", which cannot name hosts";
}

Violation is_ca(const Certificate& leaf, base::Time) {
  if (!leaf.is_ca()) return std::nullopt;
  return "the certificate of " + leaf.subject_text() + " is a certificate authority's, not a server's";
}

Violation unsupported_key(const Certificate& leaf, base::Time) {
  if (leaf.key_kind() != KeyKind::kUnsupported) return std::nullopt;
  return "the certificate holds " + leaf.key_text();
}

Violation small_key(const Certificate& leaf, base::Time) {
  const KeyType* type = find_key_type(leaf.key_kind());
  if (type == nullptr || leaf.key_bits() >= type->min_bits) return std::nullopt;
  return "the certificate's key is " + leaf.key_text();
}

Violation large_key(const Certificate& leaf, base::Time) {
  const KeyType* type = find_key_type(leaf.key_kind());
  if (type == nullptr || leaf.key_bits() <= type->max_bits) return std::nullopt;
  return "the certificate's key is " + leaf.key_text();
}

Violation no_dns_name(const Certificate& leaf, base::Time) {
  if (!leaf.dns_names().empty() || is_unreadable(leaf.state().extensions, NID_subject_alt_name)) return std::nullopt;
  const std::string name = leaf.common_name();
  const auto& addresses = leaf.ip_addresses();
  if (!addresses.empty()) {
    return "the certificate names only addresses (" + list_some(addresses) + "), and domains are host names";
  }
  return "the certificate has no DNS name among its subject alternative names" +
         (name.empty() ? std::string() : "; clients ignore the common name " + to_shown(name));
}

Violation bad_dns_name(const Certificate& leaf, DnsNameState state, const char* what) {
  std::vector<std::string> bad;
  std::ranges::copy_if(leaf.dns_names(), std::back_inserter(bad),
                       [state](const std::string& name) { return judge_dns_name(name) == state; });
  if (bad.empty()) return std::nullopt;
  return what + list_some(bad);
}

bool has_good_dns_name(const Certificate& leaf) {
  return std::ranges::any_of(leaf.dns_names(),
                             [](const std::string& name) { return judge_dns_name(name) == DnsNameState::kGood; });
}

// Next to a good name, an address as a DNS name matters only to the clients in address_as_dns_name().
Violation malformed_dns_name(const Certificate& leaf, base::Time) {
  std::vector<std::string> bad;
  std::ranges::copy_if(leaf.dns_names(), std::back_inserter(bad),
                       [](const std::string& name) { return judge_dns_name(name) == DnsNameState::kMalformed; });
  if (!bad.empty() && has_good_dns_name(leaf)) std::erase_if(bad, is_address);
  if (bad.empty()) return std::nullopt;
  return "these DNS names are malformed: " + list_some(bad);
}

Violation address_as_dns_name(const Certificate& leaf, base::Time) {
  if (!has_good_dns_name(leaf)) return std::nullopt;
  std::vector<std::string> addresses;
  std::ranges::copy_if(leaf.dns_names(), std::back_inserter(addresses), is_address);
  if (addresses.empty()) return std::nullopt;
  return "these DNS names are addresses: " + list_some(addresses) +
         ". Nobody finds the server by them, and clients with Conscrypt (Android) refuse the certificate";
}

Violation broad_wildcard(const Certificate& leaf, base::Time) {
  return bad_dns_name(leaf, DnsNameState::kBroadWildcard, "these wildcards cover too much: ");
}

// Names beyond the limit are not read, so a domain among them would seem not to be covered.
Violation too_many_names(const Certificate& leaf, base::Time) {
  if (leaf.dns_names().size() <= kMaxNames && leaf.ip_addresses().size() <= kMaxNames) return std::nullopt;
  return "the certificate has more than " + std::to_string(kMaxNames) +
         " DNS names or IP addresses among its subject alternative names";
}

Violation reversed_validity(const Certificate& leaf, base::Time) {
  if (leaf.not_before() <= leaf.not_after()) return std::nullopt;
  return "the validity ends (" + base::to_rfc3339(leaf.not_after()) + ") before it begins (" +
         base::to_rfc3339(leaf.not_before()) + ")";
}

Violation expired(const Certificate& leaf, base::Time now) {
  if (now <= leaf.not_after()) return std::nullopt;
  return "the certificate expired at " + base::to_rfc3339(leaf.not_after());
}

Violation not_yet_valid(const Certificate& leaf, base::Time now) {
  if (now >= leaf.not_before() || leaf.not_before() > leaf.not_after()) return std::nullopt;
  return "the certificate is valid only from " + base::to_rfc3339(leaf.not_before());
}

// RFC 8446 §4.4.2.2 demands digitalSignature; the other two were for the key exchanges of TLS 1.2 (RFC 5246 §7.4.2).
Violation key_usage(const Certificate& leaf, base::Time) {
  const auto usage = leaf.state().extensions.key_usage;
  const std::uint32_t fitting =
      leaf.key_kind() == KeyKind::kRsa ? KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT : KU_DIGITAL_SIGNATURE;
  if (!usage || (*usage & fitting) != 0) return std::nullopt;
  return "the key usage does not allow digital signatures, which TLS servers make";
}

Violation no_digital_signature(const Certificate& leaf, base::Time) {
  const auto usage = leaf.state().extensions.key_usage;
  if (!usage || leaf.key_kind() != KeyKind::kRsa) return std::nullopt;
  if ((*usage & (KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT)) != KU_KEY_ENCIPHERMENT) return std::nullopt;
  return "the key usage allows key encipherment but no digital signatures: browsers refuse it with modern TLS";
}

// anyExtendedKeyUsage alone is not enough: OpenSSL's clients demand serverAuth itself.
Violation extended_key_usage(const Certificate& leaf, base::Time) {
  const auto& usage = leaf.state().extensions.extended_key_usage;
  if (!usage || usage->server_auth) return std::nullopt;
  return "the extended key usage does not include TLS server authentication";
}

Violation unknown_critical(const Certificate& leaf, base::Time) {
  const auto& names = leaf.state().extensions.unknown_critical;
  if (names.empty()) return std::nullopt;
  const bool is_precertificate = std::ranges::find(names, "CT Precertificate Poison") != names.end();
  return (is_precertificate ? "this is a precertificate for transparency logs, not the certificate: "
                            : "critical extensions are not understood: ") +
         list_some(names);
}

Violation unreadable_extension(const Certificate& leaf, base::Time) {
  const auto& names = leaf.state().extensions.unreadable;
  if (names.empty()) return std::nullopt;
  return "extensions are damaged: " + list_some(names);
}

Violation repeated_extension(const Certificate& leaf, base::Time) {
  const auto& names = leaf.state().extensions.repeated;
  if (names.empty()) return std::nullopt;
  return "extensions occur twice: " + list_some(names);
}

Violation weak_signature(const Certificate& leaf, base::Time) {
  if (!leaf.state().signature.is_weak) return std::nullopt;
  return "the certificate is signed with " + leaf.signature_text() + ", which clients refuse";
}

Violation unsupported_signature(const Certificate& leaf, base::Time) {
  const SignatureAlgorithm& signature = leaf.state().signature;
  if (signature.is_weak || signature.scheme != SignatureScheme::kUnsupported) return std::nullopt;
  return "the certificate is signed with " + to_shown(leaf.signature_text()) + ", which is not supported";
}

struct Rule {
  Severity severity;
  const char* id;
  Violation (*violation)(const Certificate& leaf, base::Time now);
  const char* remedy;
};

constexpr Rule kIsCa{Severity::kError, "leaf-is-ca", is_ca,
                     "Upload the server's certificate first; a self-signed one needs basicConstraints CA:FALSE"};

constexpr std::array kRules{
    Rule{Severity::kError, "leaf-version", version, "Have a version 3 certificate issued"},
    kIsCa,
    Rule{Severity::kError, "leaf-key-unsupported", unsupported_key,
         "Have it issued for an RSA key of 2048 to 8192 bits or an ECDSA key on P-256, P-384 or P-521"},
    Rule{Severity::kError, "leaf-key-too-small", small_key, "Have it issued for an RSA key of 2048 bits or more"},
    Rule{Severity::kError, "leaf-key-too-large", large_key, "Have it issued for an RSA key of at most 8192 bits"},
    Rule{Severity::kError, "leaf-no-dns-name", no_dns_name,
         "Have it issued with the host names as DNS subject alternative names"},
    Rule{Severity::kError, "leaf-dns-name-malformed", malformed_dns_name,
         "Have it issued with plain host names (punycode for others; \"*\" only as the whole first label)"},
    Rule{Severity::kWarning, "leaf-dns-name-is-address", address_as_dns_name,
         "Have the next one issued with addresses as IP subject alternative names"},
    Rule{Severity::kError, "leaf-wildcard-too-broad", broad_wildcard,
         "Have it issued with wildcards below a registered domain, such as *.example.com"},
    Rule{Severity::kError, "leaf-too-many-names", too_many_names,
         "Have several certificates issued, each for some of the names, or one with wildcards"},
    Rule{Severity::kError, "leaf-validity-reversed", reversed_validity, "Have it issued again"},
    Rule{Severity::kError, "leaf-expired", expired, "Renew it and upload the renewed certificate"},
    Rule{Severity::kWarning, "leaf-not-yet-valid", not_yet_valid, "Bind it once it is valid"},
    Rule{Severity::kError, "leaf-key-usage", key_usage, "Have it issued with the key usage digitalSignature"},
    Rule{Severity::kWarning, "leaf-no-digital-signature", no_digital_signature,
         "Have the next one issued with the key usage digitalSignature"},
    Rule{Severity::kError, "leaf-extended-key-usage", extended_key_usage,
         "Have it issued with the extended key usage serverAuth"},
    Rule{Severity::kError, "leaf-unknown-critical-extension", unknown_critical,
         "Have it issued without, or upload the final certificate"},
    Rule{Severity::kError, "leaf-extension-damaged", unreadable_extension, "Have it issued again"},
    Rule{Severity::kError, "leaf-extension-repeated", repeated_extension, "Have it issued again"},
    Rule{Severity::kError, "leaf-weak-signature", weak_signature, "Have it issued again, signed with SHA-256"},
    Rule{Severity::kError, "leaf-signature-unsupported", unsupported_signature,
         "Have it signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512"},
};

void apply(const Rule& rule, const Certificate& leaf, int block, base::Time now, ValidationReport& report) {
  auto violation = rule.violation(leaf, now);
  if (!violation) return;
  report.add({rule.severity, rule.id, Part::kCertificates, block, *std::move(violation), rule.remedy});
}

}  // namespace

void judge_leaf(const Certificate& leaf, int block, base::Time now, ValidationReport& report) {
  for (const Rule& rule : kRules) apply(rule, leaf, block, now, report);
}

void report_missing_leaf(const Certificate& authority, int block, ValidationReport& report) {
  apply(kIsCa, authority, block, {}, report);
}

}  // namespace livecert::x509

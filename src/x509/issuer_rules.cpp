#include "x509/issuer_rules.h"

#include <array>
#include <optional>

#include <openssl/x509v3.h>

#include "x509/certificate_state.h"
#include "x509/name_constraints.h"
#include "x509/rule_text.h"

namespace livecert::x509 {
namespace {

using Violation = std::optional<std::string>;
using Path = std::vector<Certificate>;

// Whether it is the last of the path and issued itself: a trust anchor, of which clients use only the name and the key.
bool is_anchor(const Path& path, std::size_t index) {
  return index + 1 == path.size() && path[index].is_self_issued();
}
using Names = NameConstraintChecker;

const Extensions& extensions_of(const Path& path, std::size_t index) {
  return path[index].state().extensions;
}

// Roots older than version 3 could not say that they are CAs.
Violation no_ca(const Path& path, std::size_t index, Names&) {
  if (path[index].is_ca() || (is_anchor(path, index) && path[index].version() == 1)) return std::nullopt;
  if (is_unreadable(extensions_of(path, index), NID_basic_constraints)) return std::nullopt;
  return path[index].subject_text() + " issued another certificate though it is no certificate authority";
}

Violation may_not_sign(const Path& path, std::size_t index, Names&) {
  const auto usage = extensions_of(path, index).key_usage;
  if (!usage || (*usage & KU_KEY_CERT_SIGN) != 0) return std::nullopt;
  return path[index].subject_text() + " issued another certificate though its key usage does not allow that";
}

Violation no_server_auth(const Path& path, std::size_t index, Names&) {
  const auto& usage = extensions_of(path, index).extended_key_usage;
  if (!usage || usage->server_auth || usage->any || is_anchor(path, index)) return std::nullopt;
  return path[index].subject_text() + " may not issue certificates for TLS servers: its extended key usage says so";
}

Violation bad_key(const Path& path, std::size_t index, Names&) {
  const Certificate& issuer = path[index];
  const KeyType* type = find_key_type(issuer.key_kind());
  const bool is_good = type != nullptr && issuer.key_bits() >= type->min_bits && issuer.key_bits() <= type->max_bits;
  if (is_good) return std::nullopt;
  return issuer.subject_text() + " has " + to_shown(issuer.key_text()) + ", which clients refuse";
}

Violation weak_signature(const Path& path, std::size_t index, Names&) {
  const SignatureAlgorithm& signature = path[index].state().signature;
  if (!signature.is_weak || is_anchor(path, index)) return std::nullopt;
  return path[index].subject_text() + " is signed with " + signature.text + ", which clients refuse";
}

// RFC 5280 §4.2.1.9: the limit counts certificates between this one and the leaf that are not self-issued.
Violation path_too_long(const Path& path, std::size_t index, Names&) {
  const auto allowed = extensions_of(path, index).path_length;
  long below = 0;
  for (std::size_t i = 1; i < index; ++i) below += path[i].is_self_issued() ? 0 : 1;
  if (!allowed || below <= *allowed) return std::nullopt;
  return path[index].subject_text() + " allows " + std::to_string(*allowed) +
         " intermediates below it, and there are " + std::to_string(below);
}

// RFC 5280 §4.2.1.10: the constraints hold for every certificate below, except self-issued ones other than the leaf.
// Comparisons that the budget did not allow are reported once for the whole judgement.
Violation names_outside(const Path& path, std::size_t index, Names& names) {
  if (!extensions_of(path, index).has_name_constraints) return std::nullopt;
  // Such a fault is reported, and OpenSSL does not compare the names of a certificate that has one.
  if (has_bad_extension(extensions_of(path, index))) return std::nullopt;
  for (std::size_t i = 0; i < index; ++i) {
    if (has_bad_extension(extensions_of(path, i)) || (i > 0 && path[i].is_self_issued()) ||
        names.check(path[i], path[index]) != Names::Verdict::kOutside)
      continue;
    return path[index].subject_text() + " may not issue for the names of " + path[i].subject_text() + " (" +
           list_some(path[i].dns_names()) + ")";
  }
  return std::nullopt;
}

Violation unknown_critical(const Path& path, std::size_t index, Names&) {
  const auto& names = extensions_of(path, index).unknown_critical;
  if (names.empty()) return std::nullopt;
  return path[index].subject_text() + " has critical extensions that are not understood: " + list_some(names);
}

Violation bad_extension(const Path& path, std::size_t index, Names&) {
  const Extensions& extensions = extensions_of(path, index);
  if (!has_bad_extension(extensions)) return std::nullopt;
  auto names = extensions.unreadable;
  names.insert(names.end(), extensions.repeated.begin(), extensions.repeated.end());
  return path[index].subject_text() + " has extensions that are damaged or occur twice: " + list_some(names);
}

struct IssuerRule {
  const char* id;
  Violation (*violation)(const Path& path, std::size_t index, Names& names);
  const char* remedy;
};

constexpr const char* kAskIssuer = "Upload the chain that the issuer publishes for this leaf";

constexpr std::array kIssuerRules{
    IssuerRule{"issuer-not-ca", no_ca, kAskIssuer},
    IssuerRule{"issuer-may-not-sign", may_not_sign, kAskIssuer},
    IssuerRule{"issuer-extended-key-usage", no_server_auth, kAskIssuer},
    IssuerRule{"issuer-key-refused", bad_key,
               "Have the leaf issued below RSA of 2048 to 8192 bits or ECDSA on P-256 to P-521"},
    IssuerRule{"issuer-weak-signature", weak_signature, "Use an intermediate that is signed with SHA-256"},
    IssuerRule{"path-length-exceeded", path_too_long, kAskIssuer},
    IssuerRule{"name-constraints-violated", names_outside,
               "Have the leaf issued by an authority that may issue for its names"},
    IssuerRule{"issuer-unknown-critical-extension", unknown_critical, kAskIssuer},
    IssuerRule{"issuer-extension-damaged", bad_extension, kAskIssuer},
};

}  // namespace

void judge_issuer(const Path& path, std::size_t index, int block, NameConstraintChecker& names,
                  ValidationReport& report) {
  for (const IssuerRule& rule : kIssuerRules) {
    auto violation = rule.violation(path, index, names);
    if (!violation) continue;
    report.add({Severity::kError, rule.id, Part::kCertificates, block, *std::move(violation), rule.remedy});
  }
}

bool names_key_of(const Certificate& child, const Certificate& issuer) {
  const base::Bytes& named = child.state().extensions.authority_key_id;
  return !named.empty() && named == issuer.state().extensions.subject_key_id;
}

bool is_current(const Certificate& certificate, base::Time now) {
  return certificate.not_before() <= now && now <= certificate.not_after();
}

}  // namespace livecert::x509

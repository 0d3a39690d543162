#include "x509/client_rules.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "x509/certificate_state.h"
#include "x509/rule_text.h"

namespace livecert::x509 {
namespace {

using Violation = std::optional<std::string>;
using Path = std::vector<Certificate>;
using Names = NameConstraintChecker;

const Extensions& extensions_of(const Path& path, std::size_t index) {
  return path[index].state().extensions;
}

// Clients do not verify the signature of a root.
bool is_anchor(const Path& path, std::size_t index) {
  return index > 0 && index + 1 == path.size() && path[index].is_self_issued();
}

std::string called(const Path& path, std::size_t index) {
  return index == 0 ? "the certificate" : path[index].subject_text();
}

// RFC 3279 §2.3.1 demands the NULL; OpenSSL, GnuTLS and Firefox do not need it.
Violation rsa_key_without_null(const Path& path, std::size_t index, Names&) {
  if (path[index].key_kind() != KeyKind::kRsa) return std::nullopt;
  const ASN1_TYPE* parameter = path[index].state().tbs->key->algorithm->parameter;
  if (parameter != nullptr && parameter->type == V_ASN1_NULL) return std::nullopt;
  return "the RSA key of " + called(path, index) + " lacks the NULL after its algorithm: Go, Chromium " +
         "and Android refuse it";
}

// RFC 5758 §3.2 forbids it; OpenSSL, Firefox, Go and Java accept it.
Violation ecdsa_signature_with_null(const Path& path, std::size_t index, Names&) {
  if (path[index].state().signature.scheme != SignatureScheme::kEcdsa || is_anchor(path, index)) return std::nullopt;
  if (path[index].state().asn1->algorithm->parameter == nullptr) return std::nullopt;
  return "the ECDSA signature of " + called(path, index) +
         " has parameters after its algorithm, where none are allowed: Chromium and Android refuse it";
}

Violation pss_salt(const Path& path, std::size_t index, Names&) {
  const SignatureAlgorithm& signature = path[index].state().signature;
  if (signature.scheme != SignatureScheme::kRsaPss || is_anchor(path, index)) return std::nullopt;
  const int digest_size = EVP_MD_get_size(EVP_get_digestbynid(signature.digest));
  if (signature.salt_length == digest_size) return std::nullopt;
  return "the RSA-PSS signature of " + called(path, index) + " has a salt of " + std::to_string(signature.salt_length) +
         " bytes instead of the " + std::to_string(digest_size) + " of its digest: Go, GnuTLS, Chromium and Android " +
         "refuse it";
}

// RFC 4055 §3.1 demands that both forms are accepted.
Violation pss_digest_without_null(const Path& path, std::size_t index, Names&) {
  if (!path[index].state().signature.has_digest_without_null || is_anchor(path, index)) return std::nullopt;
  return "the RSA-PSS signature of " + called(path, index) +
         " names its digest without the NULL after it: the package cryptography of Python refuses it";
}

// X.690 §11.5.
Violation default_spelled_out(const Path& path, std::size_t index, Names&) {
  const CertificateState& state = path[index].state();
  std::string what;
  const auto add = [&what](bool is_spelled_out, const char* name) {
    if (is_spelled_out) what += (what.empty() ? "" : ", ") + std::string(name);
  };
  add(state.extensions.spells_out_no_ca, "that it is no authority");
  add(state.extensions.spells_out_minimum, "the minimum of its name constraints");
  add(state.spells_out_not_critical, "that an extension is not critical");
  add(state.signature.spells_out_trailer && !is_anchor(path, index), "the trailer field of RSA-PSS");
  if (what.empty()) return std::nullopt;
  return called(path, index) + " writes out what DER leaves out, since it is the default (" + what +
         "): the package cryptography of Python refuses it";
}

Violation negative_serial(const Path& path, std::size_t index, Names&) {
  if (path[index].state().tbs->serial->type != V_ASN1_NEG_INTEGER) return std::nullopt;
  return "the serial number of " + called(path, index) + " is negative: Go since 1.23 and clients written in Rust " +
         "refuse it";
}

// RFC 5280 §4.1.2.2: 20 bytes at most.
Violation long_serial(const Path& path, std::size_t index, Names&) {
  constexpr std::size_t kLongest = 20;
  const std::size_t size = as_bytes(path[index].state().tbs->serial).size();
  if (size <= kLongest || is_anchor(path, index)) return std::nullopt;
  return "the serial number of " + called(path, index) + " has " + std::to_string(size) +
         " bytes, more than 20: the package cryptography of Python refuses it";
}

// RFC 5280 §4.2.1.3: only authorities sign certificates. A key usage that no server can have has its own finding.
Violation leaf_signs_certificates(const Path& path, std::size_t index, Names&) {
  const auto usage = extensions_of(path, index).key_usage;
  if (index > 0 || !usage || (*usage & KU_KEY_CERT_SIGN) == 0) return std::nullopt;
  if ((*usage & (KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT)) == 0) return std::nullopt;
  return "the key usage allows the certificate to sign others, and it is no authority's: the package cryptography of "
         "Python refuses it";
}

// RFC 5280 §4.2.1.10: only certificates of authorities may have them.
Violation leaf_name_constraints(const Path& path, std::size_t index, Names&) {
  if (index > 0 || !extensions_of(path, index).has_name_constraints) return std::nullopt;
  return "the certificate has name constraints, and it is no authority's: the package cryptography of Python refuses "
         "it";
}

// RFC 5280 §4.1.2.6.
Violation empty_issuer(const Path& path, std::size_t index, Names&) {
  const bool is_empty = X509_NAME_entry_count(path[index].state().subject_name.get()) == 0;
  if (index == 0 || !is_empty) return std::nullopt;
  return "the subject of an authority is empty: GnuTLS and the package cryptography of Python refuse it";
}

Violation empty_name_constraints(const Path& path, std::size_t index, Names&) {
  if (!extensions_of(path, index).has_empty_name_constraints) return std::nullopt;
  return called(path, index) + " has name constraints that constrain nothing: Go, Chromium and Android refuse it";
}

// OpenSSL demands server authentication by name in intermediates too.
Violation any_purpose_only(const Path& path, std::size_t index, Names&) {
  const auto& usage = extensions_of(path, index).extended_key_usage;
  if (index == 0 || !usage || usage->server_auth || !usage->any || is_anchor(path, index)) return std::nullopt;
  return path[index].subject_text() + " may issue for any purpose but does not name TLS servers among them: clients " +
         "built on OpenSSL (curl, Node.js, nginx) refuse it";
}

Violation netscape_type(const Path& path, std::size_t index, Names&) {
  const auto& type = extensions_of(path, index).netscape_type;
  if (index > 0 || !type || (*type & NS_SSL_SERVER) != 0) return std::nullopt;
  return "the certificate's Netscape type (nsCertType) does not include TLS servers: clients built on OpenSSL (curl, "
         "Node.js, nginx) refuse it";
}

// For Chromium and the Rust verifiers "*.example.com" covers the excluded "a.example.com" too; for OpenSSL and Go it
// does not.
Violation wildcard_over_excluded(const Path& path, std::size_t index, Names& names) {
  const Extensions& extensions = extensions_of(path, index);
  if (index == 0 || !extensions.has_name_constraints || has_bad_extension(extensions)) return std::nullopt;
  const auto wildcard = names.wildcard_over_excluded(path[0], path[index]);
  if (!wildcard) return std::nullopt;
  return path[index].subject_text() + " may not issue for a name that " + list_some({*wildcard}) +
         " covers: Chromium, Android and clients written in Rust refuse it";
}

// X.680 §41.4, and "*", which all clients accept.
bool is_printable_character(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_letter || std::string_view(" '()+,-./:=?*").find(c) != std::string_view::npos;
}

// Returns the characters in the name's PrintableStrings that are not allowed there.
std::string find_unprintable(const X509_NAME* name) {
  std::string found;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));
    if (ASN1_STRING_type(value) != V_ASN1_PRINTABLESTRING) continue;
    for (const char c : base::as_text(as_bytes(value))) {
      if (!is_printable_character(c) && found.find(c) == std::string::npos) found += c;
    }
  }
  return found;
}

Violation name_not_printable(const Path& path, std::size_t index, Names&) {
  const CertificateState& state = path[index].state();
  std::string found = find_unprintable(state.subject_name.get());
  const bool is_of_issuer = found.empty();
  if (is_of_issuer) found = find_unprintable(state.issuer_name.get());
  if (found.empty()) return std::nullopt;
  const std::string clients = found == "&" ? "Chromium and Android" : "Chromium, Android and Go";
  return "the " + std::string(is_of_issuer ? "issuer" : "subject") + " of " + called(path, index) + " has " +
         list_some({found}) + " in a PrintableString, which may not hold it: " + clients + " refuse it";
}

// RFC 5280 §4.2.1.6.
Violation names_not_critical(const Path& path, std::size_t index, Names&) {
  const Extensions& extensions = extensions_of(path, index);
  const bool has_subject = X509_NAME_entry_count(path[index].state().subject_name.get()) > 0;
  if (index > 0 || has_subject || extensions.alternative_names == 0 || extensions.has_critical_alternative_names) {
    return std::nullopt;
  }
  return "the subject is empty and the subject alternative names are not critical: Chromium, Android and Java refuse "
         "it";
}

// BoringSSL does not offer signatures with this curve in TLS.
Violation p521_key(const Path& path, std::size_t index, Names&) {
  if (index > 0 || path[index].key_kind() != KeyKind::kEcP521) return std::nullopt;
  return "the certificate's key is ECDSA P-521: Chromium and Android make no handshake with it";
}

// RFC 7633.
Violation must_staple(const Path& path, std::size_t index, Names&) {
  if (index > 0 || !extensions_of(path, index).must_staple) return std::nullopt;
  return "the certificate demands that the TLS server staples an OCSP answer (must-staple): Firefox and other clients "
         "that look refuse it from a server that does not, and livecert sets up none that does";
}

// Apple's rule for every certificate, also below private roots (since 2019).
Violation long_validity(const Path& path, std::size_t index, Names&) {
  constexpr auto kLongest = std::chrono::days(825);
  const base::Time::duration validity = path[index].not_after() - path[index].not_before();
  if (index > 0 || validity <= kLongest) return std::nullopt;
  return "the certificate is valid for " +
         std::to_string(std::chrono::duration_cast<std::chrono::days>(validity).count()) +
         " days, more than 825: clients of Apple (iOS, macOS) refuse it";
}

struct Rule {
  Severity severity;
  const char* id;
  Violation (*violation)(const Path& path, std::size_t index, Names& names);
  const char* remedy;
};

constexpr const char* kIssueAgain = "Have the certificate issued again by software that follows RFC 5280";

constexpr std::array kRules{
    Rule{Severity::kWarning, "rsa-key-without-null", rsa_key_without_null, kIssueAgain},
    Rule{Severity::kWarning, "ecdsa-signature-with-null", ecdsa_signature_with_null, kIssueAgain},
    Rule{Severity::kError, "pss-salt-length", pss_salt,
         "Have the certificate signed with a salt as long as the digest, or with ECDSA"},
    Rule{Severity::kWarning, "pss-digest-without-null", pss_digest_without_null, kIssueAgain},
    Rule{Severity::kWarning, "default-spelled-out", default_spelled_out, kIssueAgain},
    Rule{Severity::kWarning, "serial-negative", negative_serial, kIssueAgain},
    Rule{Severity::kWarning, "serial-too-long", long_serial, kIssueAgain},
    Rule{Severity::kWarning, "leaf-certificate-signing", leaf_signs_certificates,
         "Have the next one issued without keyCertSign"},
    Rule{Severity::kWarning, "leaf-name-constraints", leaf_name_constraints,
         "Have the next one issued without name constraints"},
    Rule{Severity::kWarning, "issuer-subject-empty", empty_issuer,
         "Have the certificate issued below an authority that has a name"},
    Rule{Severity::kWarning, "name-constraints-empty", empty_name_constraints,
         "Have the authority's certificate issued without them, or with some"},
    Rule{Severity::kWarning, "issuer-any-purpose-only", any_purpose_only,
         "Use an intermediate whose extended key usage includes serverAuth, or which has none"},
    Rule{Severity::kWarning, "leaf-netscape-type", netscape_type,
         "Have the next one issued without nsCertType, or with the type server"},
    Rule{Severity::kWarning, "name-not-printable", name_not_printable,
         "Have the certificate issued with the name as UTF8String"},
    Rule{Severity::kWarning, "leaf-names-not-critical", names_not_critical,
         "Have the next one issued with a subject, or with critical subject alternative names"},
    Rule{Severity::kWarning, "leaf-key-p521", p521_key, "Have the next one issued for an ECDSA key on P-256"},
    Rule{Severity::kWarning, "leaf-must-staple", must_staple,
         "Have it issued without must-staple, or switch stapling on in the TLS server"},
    Rule{Severity::kWarning, "leaf-validity-long", long_validity,
         "Have the next one issued for at most 825 days, below a public root for at most 398"},
    Rule{Severity::kWarning, "wildcard-over-excluded-name", wildcard_over_excluded,
         "Have the leaf issued for single names, or by another authority"},
};

OwnedCertificate to_openssl(const Certificate& certificate) {
  const unsigned char* position = certificate.der().data();
  return OwnedCertificate(d2i_X509(nullptr, &position, static_cast<long>(certificate.der().size())));
}

void free_policies(STACK_OF(ASN1_OBJECT) * policies) {
  sk_ASN1_OBJECT_free(policies);
}

// Returns false only when OpenSSL, with its check of policies on, finds the demand unmet.
bool obeys_policies(const Path& path) {
  std::vector<OwnedCertificate> owned;
  owned.reserve(path.size() + 1);
  for (const Certificate& each : path) owned.push_back(to_openssl(each));
  // OpenSSL takes the last one as the trust anchor and does not check it.
  if (!path.back().is_self_issued() || path.size() == 1) owned.push_back(to_openssl(path.back()));
  using OwnedStack = Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;
  const OwnedStack stack(sk_X509_new_null());
  for (const OwnedCertificate& each : owned) {
    if (!each || !stack || sk_X509_push(stack.get(), each.get()) == 0) return true;
  }
  // Clients do not ask for a certain policy.
  using OwnedPolicies = Owned<STACK_OF(ASN1_OBJECT), free_policies>;
  const OwnedPolicies policies(sk_ASN1_OBJECT_new_null());
  if (!policies || sk_ASN1_OBJECT_push(policies.get(), OBJ_nid2obj(NID_any_policy)) == 0) return true;
  X509_POLICY_TREE* tree = nullptr;
  int is_explicit = 0;
  const int verdict = X509_policy_check(&tree, &is_explicit, stack.get(), policies.get(), 0);
  X509_policy_tree_free(tree);
  ERR_clear_error();
  return verdict != X509_PCY_TREE_FAILURE;
}

// Returns microseconds. OpenSSL reads the certificates again, sorts the policies of each one again for every policy
// that it adds, and compares them with a tree of up to 1,000 nodes: some 3 ms for 400 policies, some 40 ms for 2,000
// and some 400 ms for 7,000.
std::int64_t policy_cost(const Path& path) {
  std::size_t cost = 300;
  for (const Certificate& each : path) {
    const std::size_t policies = each.state().extensions.policies;
    cost += each.der().size() / 4 + 8 * policies + policies * policies / 100;
  }
  return static_cast<std::int64_t>(cost);
}

}  // namespace

void judge_for_clients(const Path& path, std::size_t index, int block, NameConstraintChecker& names,
                       ValidationReport& report) {
  for (const Rule& rule : kRules) {
    auto violation = rule.violation(path, index, names);
    if (!violation) continue;
    report.add({rule.severity, rule.id, Part::kCertificates, block, *std::move(violation), rule.remedy});
  }
}

void judge_policies(const Path& path, const std::vector<int>& blocks, WorkBudget& budget, ValidationReport& report) {
  // If an extension is damaged, its policies are unknown. Another rule reports the damage.
  if (std::ranges::any_of(path, [](const Certificate& each) { return has_bad_extension(each.state().extensions); })) {
    return;
  }
  std::size_t i = 0;
  while (i < path.size() && !(extensions_of(path, i).requires_policy && !is_anchor(path, i))) ++i;
  if (i == path.size() || !budget.spend_signature(policy_cost(path)) || obeys_policies(path)) return;
  report.add({Severity::kError, "policy-missing", Part::kCertificates, i < blocks.size() ? blocks[i] : 0,
              called(path, i) +
                  " demands that the certificates below it share a policy with it, and they do not: Go, GnuTLS, "
                  "Chromium and Android refuse them",
              "Have the leaf issued under the authority's policy (certificatePolicies)"});
}

}  // namespace livecert::x509

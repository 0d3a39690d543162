#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {

struct ExtendedKeyUsage {
  bool server_auth = false;
  bool any = false;
};

// The extensions of a certificate (RFC 5280 §4.2) that matter to a TLS server and its issuers.
struct Extensions {
  std::size_t alternative_names = 0;  // of every kind
  bool has_critical_alternative_names = false;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  std::vector<std::string> ca_issuer_urls;
  bool is_ca = false;
  std::optional<long> path_length;
  std::optional<std::uint32_t> key_usage;  // KU_ bits of openssl/x509v3.h
  std::optional<ExtendedKeyUsage> extended_key_usage;
  std::optional<std::uint8_t> netscape_type;  // NS_ bits of openssl/x509v3.h
  base::Bytes subject_key_id;
  base::Bytes authority_key_id;
  // Other parts of the authority key identifier (RFC 5280 §4.2.1.1): the issuer's serial number, in the form of
  // Certificate::serial_hex(), and the name of the issuer's own issuer. Empty and null if absent.
  std::string authority_serial;
  OwnedName authority_issuer;
  bool has_name_constraints = false;
  bool has_empty_name_constraints = false;
  bool requires_policy = false;  // policyConstraints with requireExplicitPolicy
  std::size_t policies = 0;      // of certificatePolicies and policyMappings
  bool must_staple = false;      // tlsfeature with status_request (RFC 7633)

  // Defaults that are written out although DER leaves them out (X.690 §11.5).
  bool spells_out_no_ca = false;
  bool spells_out_minimum = false;  // of name constraints

  // Names of extensions that are critical although OpenSSL's clients do not accept them as critical, that cannot be
  // read, or that occur twice.
  std::vector<std::string> unknown_critical;
  std::vector<std::string> unreadable;
  std::vector<std::string> repeated;

  std::size_t parts = 0;            // the parts of the extensions that were read (x509/der_structure.h)
  bool has_too_many_parts = false;  // the others were left unread
};

// Whether the extension with OpenSSL's number is present but unreadable, so that its value is unknown.
[[nodiscard]] bool is_unreadable(const Extensions& extensions, int nid);

// Whether an extension is unreadable or occurs twice. OpenSSL, which reads BER, may find parts in it that were not
// counted here.
[[nodiscard]] bool has_bad_extension(const Extensions& extensions);

// Never fails: the result lists what is wrong. `list` may be null. Reads extensions of at most this many parts.
[[nodiscard]] Extensions read_extensions(const STACK_OF(X509_EXTENSION) * list, std::size_t max_parts);

}  // namespace livecert::x509

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "x509/certificate.h"
#include "x509/key_generation.h"
#include "x509/private_key.h"

namespace livecert::x509 {

// livecert's own authority, for the service's first start and for tests; it issues nothing for others. Every
// certificate gets a random serial number of 127 bits and is signed with SHA-256.

struct AuthorityProfile {
  std::string common_name;
  std::string organization = {};  // left out when empty
  base::Time not_before;
  base::Time not_after;
  std::optional<int> path_length = std::nullopt;
  // Name constraints, critical: "example.com" allows it and everything below; "127.0.0.1/32" or "::1/128" a network.
  // With both lists empty there is no such extension.
  std::vector<std::string> permitted_dns = {};
  std::vector<std::string> permitted_ip = {};
  std::string ca_issuers_url = {};  // AIA; left out when empty
};

struct LeafProfile {
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses = {};
  base::Time not_before;
  base::Time not_after;
  std::string ca_issuers_url = {};
};

struct Issuer {
  const Certificate& certificate;
  const PrivateKey& key;
};

// kInvalidInput when a profile's text cannot be encoded (an address, a network, a name too long); kInternal when
// OpenSSL fails. keyUsage and extendedKeyUsage are those of a TLS hierarchy.
[[nodiscard]] base::Result<Certificate> issue_root(const AuthorityProfile& profile, const PrivateKey& key);
[[nodiscard]] base::Result<Certificate> issue_intermediate(const AuthorityProfile& profile,
                                                           const PrivateKey& subject_key, const Issuer& issuer);
[[nodiscard]] base::Result<Certificate> issue_leaf(const LeafProfile& profile, const PrivateKey& subject_key,
                                                   const Issuer& issuer);
[[nodiscard]] base::Result<Certificate> issue_self_signed_leaf(const LeafProfile& profile, const PrivateKey& key);

}  // namespace livecert::x509

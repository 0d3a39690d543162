#include "x509/issue.h"

#include "x509/certificate_builder.h"
#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

using base::SecretAccess;

base::Result<Certificate> issue_authority(const AuthorityProfile& profile, const PrivateKey& subject_key,
                                          const Issuer* issuer) {
  const OwnedKey own_key = to_signing_key(subject_key, SecretAccess());
  const OwnedKey issuer_key = issuer == nullptr ? nullptr : to_signing_key(issuer->key, SecretAccess());
  CertificateBuilder builder;
  builder.set_subject(profile.organization, profile.common_name);
  builder.set_validity(profile.not_before, profile.not_after);
  builder.add_authority(profile.path_length);
  builder.set_key(own_key.get());
  builder.add_permitted(profile.permitted_dns, profile.permitted_ip);
  builder.add_ca_issuers(profile.ca_issuers_url);
  return issuer == nullptr ? builder.sign(nullptr, own_key.get())
                           : builder.sign(&issuer->certificate, issuer_key.get());
}

base::Result<Certificate> issue_server(const LeafProfile& profile, const PrivateKey& subject_key,
                                       const Issuer* issuer) {
  const OwnedKey own_key = to_signing_key(subject_key, SecretAccess());
  const OwnedKey issuer_key = issuer == nullptr ? nullptr : to_signing_key(issuer->key, SecretAccess());
  CertificateBuilder builder;
  builder.set_subject({}, profile.common_name);
  builder.set_validity(profile.not_before, profile.not_after);
  builder.add_server();
  builder.set_key(own_key.get());
  builder.add_names(profile.dns_names, profile.ip_addresses);
  builder.add_ca_issuers(profile.ca_issuers_url);
  return issuer == nullptr ? builder.sign(nullptr, own_key.get())
                           : builder.sign(&issuer->certificate, issuer_key.get());
}

}  // namespace

base::Result<Certificate> issue_root(const AuthorityProfile& profile, const PrivateKey& key) {
  return issue_authority(profile, key, nullptr);
}

base::Result<Certificate> issue_intermediate(const AuthorityProfile& profile, const PrivateKey& subject_key,
                                             const Issuer& issuer) {
  return issue_authority(profile, subject_key, &issuer);
}

base::Result<Certificate> issue_leaf(const LeafProfile& profile, const PrivateKey& subject_key, const Issuer& issuer) {
  return issue_server(profile, subject_key, &issuer);
}

base::Result<Certificate> issue_self_signed_leaf(const LeafProfile& profile, const PrivateKey& key) {
  return issue_server(profile, key, nullptr);
}

}  // namespace livecert::x509

#include "x509/certificate_builder.h"

#include <array>

#include <openssl/err.h>
#include <openssl/rand.h>

#include "base/check.h"
#include "crypto/hash.h"
#include "x509/certificate_state.h"

namespace livecert::x509 {
namespace {

using OwnedGeneralName = Owned<GENERAL_NAME, GENERAL_NAME_free>;

OwnedGeneralName make_name(int type, const std::string& text) {
  OwnedGeneralName name(GENERAL_NAME_new());
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  LIVECERT_CHECK(name && value && ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), type, value);
  return name;
}

// Reads "192.0.2.1", or for a network "192.0.2.0/24", which becomes an address and its mask as in name constraints.
OwnedGeneralName make_address(const std::string& text, bool is_network) {
  const std::size_t slash = is_network ? text.find('/') : text.size();
  if (slash == std::string::npos) return nullptr;
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.substr(0, slash).c_str());
  if (address == nullptr) return nullptr;
  OwnedGeneralName name(GENERAL_NAME_new());
  LIVECERT_CHECK(name != nullptr);
  GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
  if (!is_network) return name;
  base::Bytes both = base::to_bytes(as_bytes(address));
  const std::size_t size = both.size();
  const std::string digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos)
    return nullptr;
  const auto bits = static_cast<std::size_t>(std::stoi(digits));
  if (bits > size * 8) return nullptr;
  both.resize(2 * size, 0);
  for (std::size_t i = 0; i < bits; ++i) both[size + i / 8] |= static_cast<std::uint8_t>(0x80U >> (i % 8));
  for (std::size_t i = 0; i < size; ++i) both[i] &= both[size + i];
  ASN1_OCTET_STRING_set(address, both.data(), static_cast<int>(both.size()));
  return name;
}

}  // namespace

CertificateBuilder::CertificateBuilder() : certificate_(X509_new()) {
  LIVECERT_CHECK(certificate_ && X509_set_version(certificate_.get(), X509_VERSION_3) == 1);
  std::array<std::uint8_t, 16> serial{};
  require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "random serial number");
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7FU) | 0x40U);  // positive and of full length
  ASN1_STRING_set(X509_get_serialNumber(certificate_.get()), serial.data(), static_cast<int>(serial.size()));
}

void CertificateBuilder::require(bool condition, const char* what) {
  if (!condition && failure_.empty()) failure_ = what;
}

void CertificateBuilder::set_subject(const std::string& organization, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate_.get());
  const auto add = [&](int nid, const std::string& text) {
    const auto bytes = base::as_bytes(text);
    return text.empty() || X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, bytes.data(),
                                                      static_cast<int>(bytes.size()), -1, 0) == 1;
  };
  require(add(NID_organizationName, organization), "organization");
  require(add(NID_commonName, common_name), "common name");
}

void CertificateBuilder::set_validity(base::Time not_before, base::Time not_after) {
  require(ASN1_TIME_set(X509_getm_notBefore(certificate_.get()), base::to_unix_seconds(not_before)) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(certificate_.get()), base::to_unix_seconds(not_after)) != nullptr,
          "validity");
}

// The identifier is a truncated SHA-256 of the key (RFC 7093 §2).
void CertificateBuilder::set_key(EVP_PKEY* key) {
  require(X509_set_pubkey(certificate_.get(), key) == 1, "public key");
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate_.get());
  if (bits == nullptr) return;
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(bits));
  subject_key_id_.assign(digest.begin(), digest.begin() + 20);
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> id(ASN1_OCTET_STRING_new());
  LIVECERT_CHECK(id && ASN1_OCTET_STRING_set(id.get(), subject_key_id_.data(), 20) == 1);
  add_extension(NID_subject_key_identifier, id.get(), false);
}

void CertificateBuilder::add_extension(int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(certificate_.get(), nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1,
          OBJ_nid2sn(nid));
}

void CertificateBuilder::add_authority(std::optional<int> path_length) {
  const Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> constraints(BASIC_CONSTRAINTS_new());
  LIVECERT_CHECK(constraints != nullptr);
  constraints->ca = 0xFF;
  if (path_length) {
    constraints->pathlen = ASN1_INTEGER_new();
    LIVECERT_CHECK(constraints->pathlen && ASN1_INTEGER_set(constraints->pathlen, *path_length) == 1);
  }
  add_extension(NID_basic_constraints, constraints.get(), true);
  const Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free> usage(ASN1_BIT_STRING_new());
  LIVECERT_CHECK(usage && ASN1_BIT_STRING_set_bit(usage.get(), 5, 1) == 1);  // keyCertSign
  ASN1_BIT_STRING_set_bit(usage.get(), 6, 1);                                // cRLSign
  add_extension(NID_key_usage, usage.get(), true);
}

void CertificateBuilder::add_server() {
  const Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> constraints(BASIC_CONSTRAINTS_new());
  add_extension(NID_basic_constraints, constraints.get(), true);
  const Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free> usage(ASN1_BIT_STRING_new());
  LIVECERT_CHECK(usage && ASN1_BIT_STRING_set_bit(usage.get(), 0, 1) == 1);  // digitalSignature
  add_extension(NID_key_usage, usage.get(), true);
  const Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> purpose(EXTENDED_KEY_USAGE_new());
  LIVECERT_CHECK(purpose && sk_ASN1_OBJECT_push(purpose.get(), OBJ_nid2obj(NID_server_auth)) > 0);
  add_extension(NID_ext_key_usage, purpose.get(), false);
}

void CertificateBuilder::add_names(const std::vector<std::string>& dns_names,
                                   const std::vector<std::string>& ip_addresses) {
  if (dns_names.empty() && ip_addresses.empty()) return;
  const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(GENERAL_NAMES_new());
  const auto push = [&](OwnedGeneralName name, const std::string& text) {
    require(name != nullptr, text.c_str());
    if (name) sk_GENERAL_NAME_push(names.get(), name.release());
  };
  for (const std::string& name : dns_names) push(make_name(GEN_DNS, name), name);
  for (const std::string& address : ip_addresses) push(make_address(address, false), address);
  add_extension(NID_subject_alt_name, names.get(), false);
}

void CertificateBuilder::add_permitted(const std::vector<std::string>& dns_names,
                                       const std::vector<std::string>& networks) {
  if (dns_names.empty() && networks.empty()) return;
  const Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free> constraints(NAME_CONSTRAINTS_new());
  LIVECERT_CHECK(constraints != nullptr);
  constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
  const auto push = [&](OwnedGeneralName name, const std::string& text) {
    require(name != nullptr, text.c_str());
    GENERAL_SUBTREE* subtree = GENERAL_SUBTREE_new();
    LIVECERT_CHECK(subtree != nullptr);
    if (name) {
      GENERAL_NAME_free(subtree->base);
      subtree->base = name.release();
    }
    sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, subtree);
  };
  for (const std::string& name : dns_names) push(make_name(GEN_DNS, name), name);
  for (const std::string& network : networks) push(make_address(network, true), network);
  add_extension(NID_name_constraints, constraints.get(), true);
}

void CertificateBuilder::add_ca_issuers(const std::string& url) {
  if (url.empty()) return;
  const Owned<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free> access(AUTHORITY_INFO_ACCESS_new());
  ACCESS_DESCRIPTION* entry = ACCESS_DESCRIPTION_new();
  LIVECERT_CHECK(access && entry && sk_ACCESS_DESCRIPTION_push(access.get(), entry) > 0);
  ASN1_OBJECT_free(entry->method);
  entry->method = OBJ_nid2obj(NID_ad_ca_issuers);
  GENERAL_NAME_free(entry->location);
  entry->location = make_name(GEN_URI, url).release();
  add_extension(NID_info_access, access.get(), false);
}

base::Result<Certificate> CertificateBuilder::sign(const Certificate* issuer, EVP_PKEY* issuer_key) {
  const Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free> authority(AUTHORITY_KEYID_new());
  const base::Bytes& key_id = issuer == nullptr ? subject_key_id_ : issuer->state().extensions.subject_key_id;
  authority->keyid = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(authority->keyid, key_id.data(), static_cast<int>(key_id.size()));
  if (!key_id.empty()) add_extension(NID_authority_key_identifier, authority.get(), false);
  if (issuer == nullptr) {
    require(X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get())) == 1, "issuer name");
  } else {
    const unsigned char* position = issuer->subject_der().data();
    const OwnedName name(d2i_X509_NAME(nullptr, &position, static_cast<long>(issuer->subject_der().size())));
    require(name && X509_set_issuer_name(certificate_.get(), name.get()) == 1, "issuer name");
  }
  ERR_clear_error();
  if (!failure_.empty()) {
    return base::Error{base::ErrorCode::kInvalidInput, "a certificate cannot be issued with this: " + failure_};
  }
  const bool is_signed = issuer_key != nullptr && X509_sign(certificate_.get(), issuer_key, EVP_sha256()) > 0;
  const int size = is_signed ? i2d_X509(certificate_.get(), nullptr) : 0;
  ERR_clear_error();
  if (size <= 0) return base::Error{base::ErrorCode::kInternal, "signing a certificate failed"};
  base::Bytes der(static_cast<std::size_t>(size));
  unsigned char* position = der.data();
  i2d_X509(certificate_.get(), &position);
  return Certificate::parse(der);
}

}  // namespace livecert::x509

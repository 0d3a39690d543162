#include "x509/extensions.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include <openssl/err.h>

#include "x509/certificate_template.h"
#include "x509/der_structure.h"
#include "x509/name_limit.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxUrls = 4;
constexpr std::size_t kMaxUrl = 2048;

// Decodes an extension's value; null unless it is exactly one such structure.
template <auto kDecode, auto kFree>
auto decode(base::ByteView value) {
  const unsigned char* position = value.data();
  using Object = std::remove_pointer_t<decltype(kDecode(nullptr, nullptr, 0))>;
  Owned<Object, kFree> object(kDecode(nullptr, &position, static_cast<long>(value.size())));
  if (object && position != value.data() + value.size()) object.reset();
  if (!object) ERR_clear_error();
  return object;
}

void free_values(ASN1_SEQUENCE_ANY* values) {
  sk_ASN1_TYPE_pop_free(values, ASN1_TYPE_free);
}

std::string to_ip_text(base::ByteView address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (address.size() != 4 && address.size() != 16) return {};
  inet_ntop(family, address.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

// One reader for each extension that matters; it returns false when the value cannot be read.
bool read_alternative_names(base::ByteView value, Extensions& result) {
  const auto names = decode<d2i_GENERAL_NAMES, GENERAL_NAMES_free>(value);
  if (!names) return false;
  result.alternative_names = static_cast<std::size_t>(sk_GENERAL_NAME_num(names.get()));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS && result.dns_names.size() <= kMaxNames) {
      result.dns_names.emplace_back(base::as_text(as_bytes(name->d.dNSName)));
    } else if (name->type == GEN_IPADD && result.ip_addresses.size() <= kMaxNames) {
      std::string address = to_ip_text(as_bytes(name->d.iPAddress));
      if (address.empty()) return false;
      result.ip_addresses.push_back(std::move(address));
    }
  }
  return true;
}

bool read_basic_constraints(base::ByteView value, Extensions& result) {
  const auto constraints = decode<d2i_BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(value);
  if (!constraints) return false;
  result.is_ca = constraints->ca != 0;
  if (constraints->pathlen == nullptr) return true;
  const long length = ASN1_INTEGER_get(constraints->pathlen);
  if (length < 0) return false;
  result.path_length = length;
  return true;
}

bool read_key_usage(base::ByteView value, Extensions& result) {
  const auto bits = decode<d2i_ASN1_BIT_STRING, ASN1_BIT_STRING_free>(value);
  if (!bits) return false;
  const base::ByteView bytes = as_bytes(bits.get());
  result.key_usage = (bytes.empty() ? 0U : bytes[0]) | (bytes.size() < 2 ? 0U : std::uint32_t{bytes[1]} << 8U);
  return true;
}

bool read_extended_key_usage(base::ByteView value, Extensions& result) {
  const auto usages = decode<d2i_EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(value);
  if (!usages) return false;
  ExtendedKeyUsage usage;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    const int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
    usage.server_auth = usage.server_auth || nid == NID_server_auth;
    usage.any = usage.any || nid == NID_anyExtendedKeyUsage;
  }
  result.extended_key_usage = usage;
  return true;
}

bool read_subject_key_id(base::ByteView value, Extensions& result) {
  const auto id = decode<d2i_ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(value);
  if (!id) return false;
  result.subject_key_id = base::to_bytes(as_bytes(id.get()));
  return true;
}

// Returns the first one, because OpenSSL looks only at that (X509_check_akid).
OwnedName first_directory_name(const GENERAL_NAMES* names) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DIRNAME) return OwnedName(X509_NAME_dup(name->d.directoryName));
  }
  return nullptr;
}

bool read_authority_key_id(base::ByteView value, Extensions& result) {
  const auto id = decode<d2i_AUTHORITY_KEYID, AUTHORITY_KEYID_free>(value);
  if (!id) return false;
  if (id->keyid != nullptr) result.authority_key_id = base::to_bytes(as_bytes(id->keyid));
  if (id->serial != nullptr) result.authority_serial = to_serial_hex(id->serial);
  result.authority_issuer = first_directory_name(id->issuer);
  return true;
}

// The same as decode() for structures for which OpenSSL has no function.
template <typename Object, auto kFree>
Owned<Object, kFree> decode_item(base::ByteView value, const ASN1_ITEM* item) {
  const unsigned char* position = value.data();
  Owned<Object, kFree> object(
      reinterpret_cast<Object*>(ASN1_item_d2i(nullptr, &position, static_cast<long>(value.size()), item)));
  if (object && position != value.data() + value.size()) object.reset();
  if (!object) ERR_clear_error();
  return object;
}

bool has_minimum(const STACK_OF(GENERAL_SUBTREE) * subtrees) {
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(subtrees); ++i) {
    if (sk_GENERAL_SUBTREE_value(subtrees, i)->minimum != nullptr) return true;
  }
  return false;
}

bool read_name_constraints(base::ByteView value, Extensions& result) {
  const auto constraints =
      decode_item<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>(value, ASN1_ITEM_rptr(NAME_CONSTRAINTS));
  if (!constraints) return false;
  result.has_name_constraints = true;
  result.has_empty_name_constraints =
      constraints->permittedSubtrees == nullptr && constraints->excludedSubtrees == nullptr;
  result.spells_out_minimum = has_minimum(constraints->permittedSubtrees) || has_minimum(constraints->excludedSubtrees);
  return true;
}

bool read_netscape_type(base::ByteView value, Extensions& result) {
  const auto bits = decode<d2i_ASN1_BIT_STRING, ASN1_BIT_STRING_free>(value);
  if (!bits) return false;
  const base::ByteView bytes = as_bytes(bits.get());
  result.netscape_type = bytes.empty() ? std::uint8_t{0} : bytes[0];
  return true;
}

bool read_policy_constraints(base::ByteView value, Extensions& result) {
  const auto constraints =
      decode_item<POLICY_CONSTRAINTS, POLICY_CONSTRAINTS_free>(value, ASN1_ITEM_rptr(POLICY_CONSTRAINTS));
  result.requires_policy = constraints && constraints->requireExplicitPolicy != nullptr;
  return constraints != nullptr;
}

bool read_features(base::ByteView value, Extensions& result) {
  constexpr long kStatusRequest = 5;
  const auto features = decode<d2i_ASN1_SEQUENCE_ANY, free_values>(value);
  if (!features) return false;
  for (int i = 0; i < sk_ASN1_TYPE_num(features.get()); ++i) {
    const ASN1_TYPE* feature = sk_ASN1_TYPE_value(features.get(), i);
    if (feature->type != V_ASN1_INTEGER) return false;
    result.must_staple = result.must_staple || ASN1_INTEGER_get(feature->value.integer) == kStatusRequest;
  }
  return true;
}

bool is_http_url(std::string_view url) {
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
  const std::string start = base::to_ascii_lower(url.substr(0, 8));
  return printable && url.size() <= kMaxUrl && (start.starts_with("http://") || start.starts_with("https://"));
}

bool read_authority_access(base::ByteView value, Extensions& result) {
  const auto access = decode<d2i_AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>(value);
  if (!access) return false;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()) && result.ca_issuer_urls.size() < kMaxUrls; ++i) {
    const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(entry->method) != NID_ad_ca_issuers || entry->location->type != GEN_URI) continue;
    const std::string_view url = base::as_text(as_bytes(entry->location->d.uniformResourceIdentifier));
    if (is_http_url(url)) result.ca_issuer_urls.emplace_back(url);
  }
  return true;
}

// Constraints of policies and revocation are not judged here, but clients refuse a certificate in which they cannot
// read them.
bool check_policies(base::ByteView value, Extensions& result) {
  const auto policies = decode<d2i_CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>(value);
  if (policies) result.policies += static_cast<std::size_t>(sk_POLICYINFO_num(policies.get()));
  return policies != nullptr;
}
void free_mappings(POLICY_MAPPINGS* mappings) {
  sk_POLICY_MAPPING_pop_free(mappings, POLICY_MAPPING_free);
}
bool check_policy_mappings(base::ByteView value, Extensions& result) {
  const auto mappings = decode_item<POLICY_MAPPINGS, free_mappings>(value, ASN1_ITEM_rptr(POLICY_MAPPINGS));
  if (mappings) result.policies += static_cast<std::size_t>(sk_POLICY_MAPPING_num(mappings.get()));
  return mappings != nullptr;
}
bool check_inhibit_any_policy(base::ByteView value, Extensions&) {
  return decode<d2i_ASN1_INTEGER, ASN1_INTEGER_free>(value) != nullptr;
}
bool check_distribution_points(base::ByteView value, Extensions&) {
  return decode<d2i_CRL_DIST_POINTS, CRL_DIST_POINTS_free>(value) != nullptr;
}

struct Row {
  int nid;
  bool may_be_critical;  // by OpenSSL's list (X509_supported_extension), the shortest of the common clients'
  bool (*read)(base::ByteView value, Extensions& result);
};

constexpr std::array kRows{
    Row{NID_subject_alt_name, true, read_alternative_names},
    Row{NID_basic_constraints, true, read_basic_constraints},
    Row{NID_key_usage, true, read_key_usage},
    Row{NID_ext_key_usage, true, read_extended_key_usage},
    Row{NID_subject_key_identifier, false, read_subject_key_id},
    Row{NID_authority_key_identifier, false, read_authority_key_id},
    Row{NID_name_constraints, true, read_name_constraints},
    Row{NID_info_access, false, read_authority_access},
    Row{NID_certificate_policies, true, check_policies},
    Row{NID_policy_mappings, true, check_policy_mappings},
    Row{NID_policy_constraints, true, read_policy_constraints},
    Row{NID_inhibit_any_policy, true, check_inhibit_any_policy},
    Row{NID_crl_distribution_points, true, check_distribution_points},
    Row{NID_netscape_cert_type, true, read_netscape_type},
    Row{NID_tlsfeature, false, read_features},
};

std::string name_of(const ASN1_OBJECT* object) {
  std::array<char, 80> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 0);
  return text.data();
}

// Finds extensions of any kind, known or not, that occur twice; RFC 5280 §4.2 forbids that.
std::vector<std::string> find_repeated(const STACK_OF(X509_EXTENSION) * list) {
  std::vector<const ASN1_OBJECT*> objects;
  objects.reserve(static_cast<std::size_t>(std::max(0, sk_X509_EXTENSION_num(list))));
  for (int i = 0; i < sk_X509_EXTENSION_num(list); ++i) {
    objects.push_back(X509_EXTENSION_get_object(sk_X509_EXTENSION_value(list, i)));
  }
  std::ranges::sort(objects, [](const auto* a, const auto* b) { return OBJ_cmp(a, b) < 0; });
  std::vector<std::string> repeated;
  for (std::size_t i = 1; i < objects.size(); ++i) {
    const bool is_second = OBJ_cmp(objects[i - 1], objects[i]) == 0;
    const bool is_third = is_second && i > 1 && OBJ_cmp(objects[i - 2], objects[i]) == 0;
    if (is_second && !is_third) repeated.push_back(name_of(objects[i]));
  }
  return repeated;
}

}  // namespace

bool is_unreadable(const Extensions& extensions, int nid) {
  return std::ranges::find(extensions.unreadable, name_of(OBJ_nid2obj(nid))) != extensions.unreadable.end();
}

bool has_bad_extension(const Extensions& extensions) {
  return !extensions.unreadable.empty() || !extensions.repeated.empty();
}

Extensions read_extensions(const STACK_OF(X509_EXTENSION) * list, std::size_t max_parts) {
  Extensions result;
  for (int i = 0; i < sk_X509_EXTENSION_num(list); ++i) {
    X509_EXTENSION* extension = sk_X509_EXTENSION_value(list, i);
    const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
    const bool is_critical = X509_EXTENSION_get_critical(extension) != 0;
    const int nid = OBJ_obj2nid(object);
    const auto* row = std::find_if(kRows.begin(), kRows.end(), [nid](const Row& each) { return each.nid == nid; });
    if (is_critical && (row == kRows.end() || !row->may_be_critical))
      result.unknown_critical.push_back(name_of(object));
    if (row == kRows.end()) continue;
    if (nid == NID_subject_alt_name) result.has_critical_alternative_names = is_critical;
    const base::ByteView value = as_bytes(X509_EXTENSION_get_data(extension));
    const auto shape = read_der_shape(value);
    if (shape) result.parts += shape->parts;
    result.has_too_many_parts = result.parts > max_parts;
    if (result.has_too_many_parts) return result;
    if (nid == NID_basic_constraints && shape) result.spells_out_no_ca = shape->has_false;
    if (!shape || !row->read(value, result)) result.unreadable.push_back(name_of(object));
  }
  result.repeated = find_repeated(list);
  return result;
}

}  // namespace livecert::x509

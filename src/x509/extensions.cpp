#include "x509/extensions.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <utility>

#include <openssl/err.h>

#include "x509/certificate_template.h"
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

std::string to_ip_text(base::ByteView address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (address.size() != 4 && address.size() != 16) return {};
  inet_ntop(family, address.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

// One reader per extension that matters; false when the value cannot be read.
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

// The first one alone counts, as in OpenSSL (X509_check_akid).
base::Bytes first_directory_name(const GENERAL_NAMES* names) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DIRNAME) continue;
    const unsigned char* der = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name->d.directoryName, &der, &size) != 1) return {};
    return base::to_bytes({der, size});
  }
  return {};
}

bool read_authority_key_id(base::ByteView value, Extensions& result) {
  const auto id = decode<d2i_AUTHORITY_KEYID, AUTHORITY_KEYID_free>(value);
  if (!id) return false;
  if (id->keyid != nullptr) result.authority_key_id = base::to_bytes(as_bytes(id->keyid));
  if (id->serial != nullptr) result.authority_serial = to_serial_hex(id->serial);
  result.authority_issuer = first_directory_name(id->issuer);
  return true;
}

bool read_name_constraints(base::ByteView value, Extensions& result) {
  using OwnedConstraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
  const unsigned char* position = value.data();
  const OwnedConstraints constraints(reinterpret_cast<NAME_CONSTRAINTS*>(
      ASN1_item_d2i(nullptr, &position, static_cast<long>(value.size()), ASN1_ITEM_rptr(NAME_CONSTRAINTS))));
  if (!constraints) ERR_clear_error();
  result.has_name_constraints = true;
  return constraints != nullptr;
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

// Their content constrains policies and revocation, which are not judged here; understood in that sense.
bool skip(base::ByteView, Extensions&) {
  return true;
}

struct Row {
  int nid;
  bool (*read)(base::ByteView value, Extensions& result);
};

constexpr std::array kRows{
    Row{NID_subject_alt_name, read_alternative_names},
    Row{NID_basic_constraints, read_basic_constraints},
    Row{NID_key_usage, read_key_usage},
    Row{NID_ext_key_usage, read_extended_key_usage},
    Row{NID_subject_key_identifier, read_subject_key_id},
    Row{NID_authority_key_identifier, read_authority_key_id},
    Row{NID_name_constraints, read_name_constraints},
    Row{NID_info_access, read_authority_access},
    Row{NID_certificate_policies, skip},
    Row{NID_policy_mappings, skip},
    Row{NID_policy_constraints, skip},
    Row{NID_inhibit_any_policy, skip},
    Row{NID_crl_distribution_points, skip},
};

std::string name_of(const ASN1_OBJECT* object) {
  std::array<char, 80> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 0);
  return text.data();
}

}  // namespace

Extensions read_extensions(const STACK_OF(X509_EXTENSION) * list) {
  Extensions result;
  std::array<bool, kRows.size()> seen{};
  for (int i = 0; i < sk_X509_EXTENSION_num(list); ++i) {
    X509_EXTENSION* extension = sk_X509_EXTENSION_value(list, i);
    const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
    const int nid = OBJ_obj2nid(object);
    const auto* row = std::find_if(kRows.begin(), kRows.end(), [nid](const Row& each) { return each.nid == nid; });
    if (row == kRows.end()) {
      if (X509_EXTENSION_get_critical(extension) != 0) result.unknown_critical.push_back(name_of(object));
    } else if (std::exchange(seen[static_cast<std::size_t>(row - kRows.begin())], true)) {
      result.repeated.push_back(name_of(object));
    } else if (!row->read(as_bytes(X509_EXTENSION_get_data(extension)), result)) {
      result.unreadable.push_back(name_of(object));
    }
  }
  return result;
}

}  // namespace livecert::x509

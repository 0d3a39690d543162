#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "x509/certificate_state.h"
#include "x509/corpus.h"
#include "x509/difference_table.h"
#include "x509/mutation.h"
#include "x509/openssl_reading.h"
#include "x509/pem_scanner.h"
#include "x509/signature_comparison.h"

namespace livecert::x509 {
namespace {

// Certificates of the corpus and mutations of them, read by us and by OpenSSL. We refuse everything that OpenSSL
// refuses. kStrictness lists what we refuse in addition. A certificate that both accept means the same to both, except
// for the other tables.

using base::Bytes;
using base::ByteView;

struct Input {
  ByteView der;
  const OpensslCertificate& theirs;
  [[nodiscard]] X509* certificate() const { return theirs.get(); }
};

// The time as OpenSSL compares it when it verifies a chain, which takes fewer forms than its parsers.
bool is_time(const ASN1_TIME* time) {
  std::tm fields{};
  time_t now = 0;
  const bool is_one = ASN1_TIME_to_tm(time, &fields) == 1 && X509_cmp_time(time, &now) != 0;
  ERR_clear_error();
  return is_one;
}

ByteView der_of(const X509_NAME* name) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  X509_NAME_get0_der(name, &data, &size);
  return {data, size};
}

// Outside of strings.
bool has_strange_truth(const DerNode& node) {
  if (node.tag == kDerBoolean) return node.content != Bytes{0x00} && node.content != Bytes{0xFF};
  if (node.tag == kDerOctetString || node.tag == kDerBitString) return false;
  return std::ranges::any_of(node.children, has_strange_truth);
}

constexpr Difference<Input> kStrictness[] = {
    {"bytes behind the certificate", [](const Input& input) { return input.theirs.size != input.der.size(); }},
    {"another algorithm outside the signed part",
     [](const Input& input) {
       const X509_ALGOR* outside = nullptr;
       X509_get0_signature(nullptr, &outside, input.certificate());
       return X509_ALGOR_cmp(outside, X509_get0_tbs_sigalg(input.certificate())) != 0;
     }},
    {"a signature of broken bytes",
     [](const Input& input) {
       const ASN1_BIT_STRING* signature = nullptr;
       X509_get0_signature(&signature, nullptr, input.certificate());
       return (signature->flags & 0x07) != 0;
     }},
    {"a version that does not exist",
     [](const Input& input) {
       const long version = X509_get_version(input.certificate());
       return version < X509_VERSION_1 || version > X509_VERSION_3;
     }},
    {"not in DER",
     [](const Input& input) { return !parse_der(input.der.first(std::min(input.theirs.size, input.der.size()))); }},
    {"a truth value of neither all ones nor all zeros",
     [](const Input& input) {
       const auto root = parse_der(input.der.first(std::min(input.theirs.size, input.der.size())));
       return root && has_strange_truth(*root);
     }},
    {"a time that is none, or none to the second in UTC",
     [](const Input& input) {
       return !is_time(X509_get0_notBefore(input.certificate())) || !is_time(X509_get0_notAfter(input.certificate()));
     }},
};

bool is_of_kind(const Input& input, int kind) {
  return EVP_PKEY_get_base_id(input.theirs.key()) == kind;
}

std::string curve_of(const EVP_PKEY* key) {
  std::array<char, 80> name{};
  EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr);
  return name.data();
}

ByteView bits_of_key(const Input& input) {
  const unsigned char* bytes = nullptr;
  int size = 0;
  X509_PUBKEY_get0_param(nullptr, &bytes, &size, nullptr, X509_get_X509_PUBKEY(input.certificate()));
  return {bytes, static_cast<std::size_t>(size)};
}

// OpenSSL has a key and we call it unsupported.
constexpr Difference<Input> kKeyStrictness[] = {
    {"a kind of key other than RSA and ECDSA",
     [](const Input& input) { return !is_of_kind(input, EVP_PKEY_RSA) && !is_of_kind(input, EVP_PKEY_EC); }},
    {"a curve spelled out",
     [](const Input& input) {
       int spelled_out = 0;
       EVP_PKEY_get_int_param(input.theirs.key(), OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out);
       return is_of_kind(input, EVP_PKEY_EC) && spelled_out == 1;
     }},
    {"another curve than P-256, P-384 and P-521",
     [](const Input& input) {
       const std::string curve = curve_of(input.theirs.key());
       return is_of_kind(input, EVP_PKEY_EC) && curve != "prime256v1" && curve != "secp384r1" && curve != "secp521r1";
     }},
    {"a point that is compressed or hybrid",
     [](const Input& input) { return is_of_kind(input, EVP_PKEY_EC) && bits_of_key(input)[0] != 4; }},
    {"an RSA key that is not in DER, or a number of it negative",
     [](const Input& input) {
       if (!is_of_kind(input, EVP_PKEY_RSA)) return false;
       const auto root = parse_der(bits_of_key(input));
       return !root || !std::ranges::all_of(root->children, is_minimal_number);
     }},
    {"an RSA modulus that is even",
     [](const Input& input) {
       return is_of_kind(input, EVP_PKEY_RSA) &&
              BN_is_odd(number_of(input.theirs.key(), OSSL_PKEY_PARAM_RSA_N).get()) == 0;
     }},
    {"an RSA exponent that is even, 1 or above 2^32",
     [](const Input& input) {
       if (!is_of_kind(input, EVP_PKEY_RSA)) return false;
       const auto exponent = number_of(input.theirs.key(), OSSL_PKEY_PARAM_RSA_E);
       return BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) != 0 || BN_num_bits(exponent.get()) > 32;
     }},
};

// We name the kind of a key that OpenSSL cannot use.
constexpr Difference<Input> kKeyLeniency[] = {
    {"a point off its curve: noticed when a signature is verified with it",
     [](const Input& input) {
       int parameters = 0;
       const X509_PUBKEY* info = X509_get_X509_PUBKEY(input.certificate());
       X509_ALGOR* algorithm = nullptr;
       X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, info);
       X509_ALGOR_get0(nullptr, &parameters, nullptr, algorithm);
       return parameters == V_ASN1_OBJECT;
     }},
};

struct Tables {
  DifferenceTable<Input> strictness{kStrictness};
  DifferenceTable<Input> key_strictness{kKeyStrictness};
  DifferenceTable<Input> key_leniency{kKeyLeniency};
};

std::string to_hex_number(const ASN1_INTEGER* integer) {
  const OwnedNumber number(ASN1_INTEGER_to_BN(integer, nullptr));
  char* text = BN_bn2hex(number.get());
  const std::string hex = base::to_ascii_lower(text);
  OPENSSL_free(text);
  return hex == "0" ? "00" : hex;
}

void expect_same_key(const Certificate& ours, const Input& input, Tables& tables) {
  EVP_PKEY* theirs = input.theirs.key();
  const bool is_supported = ours.key_kind() != KeyKind::kUnsupported;
  if (theirs == nullptr || !is_supported) {
    if (theirs != nullptr) {
      EXPECT_TRUE(tables.key_strictness.explains_difference(input)) << ours.key_text();
    }
    if (is_supported) {
      EXPECT_TRUE(tables.key_leniency.explains_difference(input)) << ours.key_text();
      EXPECT_EQ(ours.state().verifying_key(), nullptr);
    }
    return;
  }
  EXPECT_FALSE(tables.key_strictness.explains(input));
  EXPECT_EQ(ours.key_bits(), EVP_PKEY_get_bits(theirs));
  EXPECT_EQ(ours.key_kind() == KeyKind::kRsa, EVP_PKEY_get_base_id(theirs) == EVP_PKEY_RSA);
  EVP_PKEY* verifying = ours.state().verifying_key();
  if (ours.key_kind() != KeyKind::kRsa || (ours.key_bits() >= 1024 && ours.key_bits() <= 8192)) {
    EXPECT_NE(verifying, nullptr);
    if (verifying != nullptr) {
      EXPECT_EQ(EVP_PKEY_eq(verifying, theirs), 1);
    }
  }
}

void expect_same_facts(const Certificate& ours, const Input& input) {
  X509* theirs = input.certificate();
  EXPECT_TRUE(std::ranges::equal(ours.subject_der(), der_of(X509_get_subject_name(theirs))));
  EXPECT_TRUE(std::ranges::equal(ours.issuer_der(), der_of(X509_get_issuer_name(theirs))));
  EXPECT_EQ(ours.serial_hex(), to_hex_number(X509_get0_serialNumber(theirs)));
  EXPECT_EQ(ours.version(), X509_get_version(theirs) + 1);
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(theirs), base::to_unix_seconds(ours.not_before())), 0);
  EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notAfter(theirs), base::to_unix_seconds(ours.not_after())), 0);
  const int signature = X509_get_signature_nid(theirs);
  if (signature != NID_undef) {
    EXPECT_EQ(ours.signature_text(), OBJ_nid2ln(signature));
  }
}

// An extension that occurs once, and the value that OpenSSL's decoder reads from it; null when it cannot.
struct ExtensionInput {
  int nid;
  ByteView der;
  const void* value;
};

bool has_odd_address(const ExtensionInput& input) {
  if (input.nid != NID_subject_alt_name || input.value == nullptr) return false;
  const auto* names = static_cast<const GENERAL_NAMES*>(input.value);
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_IPADD) continue;
    const int size = ASN1_STRING_length(name->d.iPAddress);
    if (size != 4 && size != 16) return true;
  }
  return false;
}

bool has_odd_path_length(const ExtensionInput& input) {
  if (input.nid != NID_basic_constraints || input.value == nullptr) return false;
  const ASN1_INTEGER* length = static_cast<const BASIC_CONSTRAINTS*>(input.value)->pathlen;
  if (length == nullptr) return false;
  const OwnedNumber number(ASN1_INTEGER_to_BN(length, nullptr));
  return BN_is_negative(number.get()) != 0 || BN_num_bits(number.get()) > 63;
}

bool has_bytes_behind(const ExtensionInput& input) {
  const unsigned char* position = input.der.data();
  const auto size = static_cast<long>(input.der.size());
  const X509V3_EXT_METHOD* method = X509V3_EXT_get_nid(input.nid);
  const ASN1_ITEM* item = ASN1_ITEM_ptr(method->it);
  ASN1_VALUE* value = ASN1_item_d2i(nullptr, &position, size, item);
  ASN1_item_free(value, item);
  ERR_clear_error();
  return value != nullptr && position != input.der.data() + size;
}

// The first value, whatever follows it.
bool is_not_in_der(const ExtensionInput& input) {
  const unsigned char* position = input.der.data();
  long size = 0;
  int tag = 0;
  int tag_class = 0;
  const int kind = ASN1_get_object(&position, &size, &tag, &tag_class, static_cast<long>(input.der.size()));
  ERR_clear_error();
  if ((kind & 0x81) != 0) return true;
  const auto header = static_cast<std::size_t>(position - input.der.data());
  const auto root = parse_der(input.der.first(header + static_cast<std::size_t>(size)));
  return !root || has_strange_truth(*root);
}

// OpenSSL decodes the extension and we call it unreadable.
constexpr Difference<ExtensionInput> kExtensionStrictness[] = {
    {"bytes behind an extension's value", has_bytes_behind},
    {"an extension's value that is not in DER", is_not_in_der},
    {"an address of neither 4 nor 16 bytes", has_odd_address},
    {"a path length below 0 or above what fits", has_odd_path_length},
};

template <typename T, auto kFree>
Owned<T, kFree> decoded(const X509* certificate, int nid) {
  Owned<T, kFree> value(static_cast<T*>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr)));
  ERR_clear_error();
  return value;
}

std::string name_of(int nid) {
  return OBJ_nid2ln(nid);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Whether both can read the extension; if not both can, checks whether that is expected.
bool both_read(const Extensions& ours, X509* theirs, int nid, DifferenceTable<ExtensionInput>& strictness) {
  const int first = X509_get_ext_by_NID(theirs, nid, -1);
  const bool repeats = first >= 0 && X509_get_ext_by_NID(theirs, nid, first) >= 0;
  EXPECT_EQ(contains(ours.repeated, name_of(nid)), repeats) << name_of(nid);
  if (first < 0 || repeats) return false;
  const ASN1_ITEM* item = ASN1_ITEM_ptr(X509V3_EXT_get_nid(nid)->it);
  auto* value = static_cast<ASN1_VALUE*>(X509_get_ext_d2i(theirs, nid, nullptr, nullptr));
  ERR_clear_error();
  const ASN1_OCTET_STRING* text = X509_EXTENSION_get_data(X509_get_ext(theirs, first));
  const ExtensionInput input{nid, as_bytes(text), value};
  const bool unreadable = contains(ours.unreadable, name_of(nid));
  if (value == nullptr) {
    EXPECT_TRUE(unreadable) << name_of(nid);
  } else if (unreadable) {
    EXPECT_TRUE(strictness.explains_difference(input)) << name_of(nid);
  } else {
    EXPECT_FALSE(strictness.explains(input)) << name_of(nid);
  }
  const bool both = value != nullptr && !unreadable;
  ASN1_item_free(value, item);
  return both;
}

void expect_same_names(const Extensions& ours, const X509* theirs) {
  const auto names = decoded<GENERAL_NAMES, GENERAL_NAMES_free>(theirs, NID_subject_alt_name);
  std::vector<std::string> dns;
  std::vector<std::string> addresses;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) dns.emplace_back(base::as_text(as_bytes(name->d.dNSName)));
    if (name->type != GEN_IPADD) continue;
    // OpenSSL's own text of an address: it reads back the text that we made.
    ASSERT_LT(addresses.size(), ours.ip_addresses.size());
    const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> again(
        a2i_IPADDRESS(ours.ip_addresses[addresses.size()].c_str()));
    ASSERT_TRUE(again);
    EXPECT_EQ(ASN1_OCTET_STRING_cmp(again.get(), name->d.iPAddress), 0);
    addresses.push_back(ours.ip_addresses[addresses.size()]);
  }
  EXPECT_EQ(ours.dns_names, dns);
  EXPECT_EQ(ours.ip_addresses, addresses);
}

void expect_same_constraints(const Extensions& ours, const X509* theirs) {
  const auto constraints = decoded<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(theirs, NID_basic_constraints);
  EXPECT_EQ(ours.is_ca, constraints->ca != 0);
  const ASN1_INTEGER* length = constraints->pathlen;
  EXPECT_EQ(ours.path_length.has_value(), length != nullptr);
  if (length == nullptr) return;
  const OwnedNumber number(BN_new());
  BN_set_word(number.get(), static_cast<BN_ULONG>(ours.path_length.value_or(-1)));
  EXPECT_EQ(BN_cmp(number.get(), OwnedNumber(ASN1_INTEGER_to_BN(length, nullptr)).get()), 0);
}

void expect_same_key_usage(const Extensions& ours, const X509* theirs) {
  const auto bits = decoded<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(theirs, NID_key_usage);
  constexpr std::array kBits{KU_DIGITAL_SIGNATURE, KU_NON_REPUDIATION, KU_KEY_ENCIPHERMENT,
                             KU_DATA_ENCIPHERMENT, KU_KEY_AGREEMENT,   KU_KEY_CERT_SIGN,
                             KU_CRL_SIGN,          KU_ENCIPHER_ONLY,   KU_DECIPHER_ONLY};
  for (std::size_t i = 0; i < kBits.size(); ++i) {
    const bool is_set = ASN1_BIT_STRING_get_bit(bits.get(), static_cast<int>(i)) != 0;
    EXPECT_EQ((ours.key_usage.value_or(0) & static_cast<std::uint32_t>(kBits[i])) != 0, is_set) << "bit " << i;
  }
}

void expect_same_purposes(const Extensions& ours, const X509* theirs) {
  const auto purposes = decoded<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(theirs, NID_ext_key_usage);
  std::set<int> found;
  for (int i = 0; i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
    found.insert(OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes.get(), i)));
  }
  ASSERT_TRUE(ours.extended_key_usage);
  EXPECT_EQ(ours.extended_key_usage->server_auth, found.contains(NID_server_auth));
  EXPECT_EQ(ours.extended_key_usage->any, found.contains(NID_anyExtendedKeyUsage));
}

void expect_same_key_ids(const Extensions& ours, X509* theirs, int nid) {
  if (nid == NID_subject_key_identifier) {
    const auto id = decoded<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(theirs, nid);
    EXPECT_TRUE(std::ranges::equal(ours.subject_key_id, as_bytes(id.get())));
  } else {
    const auto id = decoded<AUTHORITY_KEYID, AUTHORITY_KEYID_free>(theirs, nid);
    const ByteView key = id->keyid == nullptr ? ByteView() : as_bytes(id->keyid);
    EXPECT_TRUE(std::ranges::equal(ours.authority_key_id, key));
  }
}

void expect_same_extensions(const Extensions& ours, X509* theirs, DifferenceTable<ExtensionInput>& strictness) {
  const auto both = [&](int nid) { return both_read(ours, theirs, nid, strictness); };
  if (both(NID_subject_alt_name)) expect_same_names(ours, theirs);
  if (both(NID_basic_constraints)) expect_same_constraints(ours, theirs);
  if (both(NID_key_usage)) expect_same_key_usage(ours, theirs);
  if (both(NID_ext_key_usage)) expect_same_purposes(ours, theirs);
  for (const int nid : {NID_subject_key_identifier, NID_authority_key_identifier}) {
    if (both(nid)) expect_same_key_ids(ours, theirs, nid);
  }
  static_cast<void>(both(NID_name_constraints));
  static_cast<void>(both(NID_info_access));
}

// Extensions that OpenSSL does not accept as critical, we do not either.
void expect_same_criticality(const Extensions& ours, X509* theirs) {
  bool has_unknown = false;
  for (int i = 0; i < X509_get_ext_count(theirs); ++i) {
    X509_EXTENSION* extension = X509_get_ext(theirs, i);
    has_unknown =
        has_unknown || (X509_EXTENSION_get_critical(extension) != 0 && X509_supported_extension(extension) == 0);
  }
  if (has_unknown) {
    EXPECT_FALSE(ours.unknown_critical.empty());
  }
}

// A certificate as both read it.
struct Relative {
  Certificate ours;
  OpensslCertificate theirs;
};

// The certificates and keys of one upload, to compare mutations with.
struct Relatives {
  std::vector<Bytes> certificates;
  std::vector<Relative> read;
  std::vector<PrivateKey> our_keys;
  std::vector<OpensslKey> their_keys;
};

// An unsupported key belongs to none of our certificates; that it is unsupported already needed a reason.
void expect_same_matches(const Certificate& ours, X509* theirs, const Relatives& relatives) {
  for (std::size_t i = 0; i < relatives.our_keys.size(); ++i) {
    const bool matches = X509_check_private_key(theirs, relatives.their_keys[i].get()) == 1;
    ERR_clear_error();
    EXPECT_EQ(relatives.our_keys[i].belongs_to(ours), matches && ours.key_kind() != KeyKind::kUnsupported);
  }
}

class CertificateComparison {
 public:
  explicit CertificateComparison(std::uint32_t seed) : seed_(seed) {}

  void compare(const Bytes& der, const std::string& what, const Relatives& relatives) {
    if (failures_ > 3) return;
    ++tried;
    const auto failed_before = testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
    compare_quietly(der, relatives);
    if (testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count() == failed_before) return;
    ++failures_;
    ADD_FAILURE() << what << "; LIVECERT_SEED=" << seed_ << "; " << base::to_hex(der);
  }
  void expect_all_needed() const {
    tables_.strictness.expect_all_needed();
    tables_.key_strictness.expect_all_needed();
    tables_.key_leniency.expect_all_needed();
    extension_strictness_.expect_all_needed();
  }

  int tried = 0;
  int accepted = 0;

 private:
  void compare_quietly(const Bytes& der, const Relatives& relatives) {
    const auto ours = Certificate::parse(der);
    const OpensslCertificate theirs = read_with_openssl(der);
    if (theirs.get() == nullptr) {
      EXPECT_FALSE(ours) << "OpenSSL refuses it";
      return;
    }
    const Input input{der, theirs};
    if (!ours) {
      EXPECT_TRUE(tables_.strictness.explains_difference(input)) << ours.error().message;
      return;
    }
    EXPECT_FALSE(tables_.strictness.explains(input));
    ++accepted;
    expect_same_facts(*ours, input);
    expect_same_key(*ours, input, tables_);
    expect_same_extensions(ours->state().extensions, theirs.get(), extension_strictness_);
    expect_same_criticality(ours->state().extensions, theirs.get());
    expect_same_matches(*ours, theirs.get(), relatives);
    for (const Relative& relative : relatives.read) {
      if (std::ranges::equal(relative.ours.subject_der(), ours->issuer_der())) {
        signatures_.compare(*ours, theirs.get(), relative.ours, relative.theirs.get());
      }
      if (std::ranges::equal(relative.ours.issuer_der(), ours->subject_der())) {
        signatures_.compare(relative.ours, relative.theirs.get(), *ours, theirs.get());
      }
    }
  }

  std::uint32_t seed_;
  Tables tables_;
  DifferenceTable<ExtensionInput> extension_strictness_{kExtensionStrictness};
  SignatureComparison signatures_;
  int failures_ = 0;
};

const std::map<std::string, KeyEncoding> kLabels{{"PRIVATE KEY", KeyEncoding::kPkcs8},
                                                 {"RSA PRIVATE KEY", KeyEncoding::kPkcs1},
                                                 {"EC PRIVATE KEY", KeyEncoding::kSec1}};

Relatives relatives_of(const std::string& name) {
  Relatives relatives;
  const CorpusCase upload = load_case(name);
  for (const PemBlock& block : scan_pem(upload.certificates_pem, 20)) {
    if (block.label != "CERTIFICATE") continue;
    relatives.certificates.emplace_back(block.der.begin(), block.der.end());
    auto ours = Certificate::parse(block.der);
    if (ours) relatives.read.push_back({*std::move(ours), read_with_openssl(block.der)});
  }
  for (const PemBlock& block : scan_pem(upload.key_pem, 20)) {
    const auto label = kLabels.find(block.label);
    if (label == kLabels.end()) continue;
    auto ours = read_private_key(label->second, block.der);
    auto theirs = read_with_openssl(label->second, block.der);
    if (!std::holds_alternative<PrivateKey>(ours) || theirs.get() == nullptr) continue;
    relatives.our_keys.push_back(std::get<PrivateKey>(std::move(ours)));
    relatives.their_keys.push_back(std::move(theirs));
  }
  return relatives;
}

// The certificate with another public key: `change` gets its SubjectPublicKeyInfo.
Bytes with_key_changed(const Bytes& der, const std::function<void(DerNode& info)>& change) {
  constexpr std::size_t kPublicKeyInfo = 6;  // RFC 5280 §4.1, with a version
  DerNode root = *parse_der(der);
  change(root.children[0].children[kPublicKeyInfo]);
  return to_der(root);
}

// Forms of keys that small changes do not reach.
void compare_forms_of_keys(CertificateComparison& comparison) {
  const Relatives ec = relatives_of("good-ecdsa-p256");
  const auto compare_point = [&](const std::string& what, const std::function<void(Bytes & point)>& change) {
    const Bytes mutated = with_key_changed(ec.certificates.front(), [&](DerNode& info) {
      Bytes& bits = info.children[1].content;
      Bytes point(bits.begin() + 1, bits.end());
      change(point);
      bits.assign(1, 0);
      bits.insert(bits.end(), point.begin(), point.end());
    });
    comparison.compare(mutated, what, ec);
  };
  for (const unsigned sign : {0U, 1U}) {
    compare_point("compressed point", [sign](Bytes& point) {
      point.resize(33);
      point[0] = static_cast<std::uint8_t>(2 + sign);
    });
    compare_point("hybrid point", [sign](Bytes& point) { point[0] = static_cast<std::uint8_t>(6 + sign); });
  }
  compare_point("infinity", [](Bytes& point) { point.assign(1, 0); });
  compare_point("zeros", [](Bytes& point) { std::fill(point.begin() + 1, point.end(), 0); });
  const Relatives rsa = relatives_of("good-rsa-2048");
  for (const std::size_t number : {0U, 1U}) {
    for (const Bytes& value : {Bytes{0}, Bytes{1}, Bytes{2}, Bytes{3}, Bytes{1, 0, 0, 0, 1}, Bytes{1, 0, 0, 0, 0, 1}}) {
      const Bytes mutated = with_key_changed(rsa.certificates.front(), [&](DerNode& info) {
        info.children[1].children[0].children[number].content = value;
      });
      comparison.compare(mutated, "RSA number " + std::to_string(number) + " is " + base::to_hex(value), rsa);
    }
  }
  const Bytes even = with_key_changed(rsa.certificates.front(), [](DerNode& info) {
    info.children[1].children[0].children[0].content.back() &= 0xFEU;
  });
  comparison.compare(even, "even modulus", rsa);
  const Bytes longer = with_key_changed(rsa.certificates.front(),
                                        [](DerNode& info) { info.children[1].children.emplace_back().tag = kDerNull; });
  comparison.compare(longer, "a value behind the RSA key", rsa);
}

TEST(DifferentialCertificates, AgreeWithOpensslOnTheCorpusAndItsMutations) {
  const std::uint32_t seed = mutation_seed(20260602);
  std::mt19937 random(seed);
  CertificateComparison comparison(seed);
  Bytes donor;
  for (const std::string& name : corpus_names()) {
    const Relatives relatives = relatives_of(name);
    for (const Bytes& der : relatives.certificates) {
      comparison.compare(der, name, relatives);
      mutate_at_random(der, donor, 20 * mutation_factor(), random, [&](const Bytes& mutated, const std::string& what) {
        comparison.compare(mutated, name + ": " + what, relatives);
      });
      donor = der;
    }
  }
  for (const char* name : {"good-ecdsa-p256", "good-address-beside-name", "chain-path-length"}) {
    const Relatives relatives = relatives_of(name);
    const auto take = [&](const Bytes& mutated, const std::string& what) {
      comparison.compare(mutated, std::string(name) + ": " + what, relatives);
    };
    mutate_every_node(relatives.certificates.front(), relatives.certificates.back(), take);
    mutate_every_node(relatives.certificates.back(), relatives.certificates.front(), take);
    mutate_every_byte(relatives.certificates.front(), take);
  }
  compare_forms_of_keys(comparison);
  comparison.expect_all_needed();
  EXPECT_GE(comparison.tried, 15000);
  EXPECT_GE(comparison.accepted, 4000);
}

}  // namespace
}  // namespace livecert::x509

#include "bundle/openssl_library.h"
#include "bundle/reader.h"

namespace livecert::bundle {
namespace {

constexpr int kMaxNesting = 4;

// Java's mark of a certificate that is only trusted (2.16.840.1.113894.746875.1.1).
constexpr const char* kJavaTrust = "2.16.840.1.113894.746875.1.1";

void free_contents(STACK_OF(PKCS7) * contents) {
  sk_PKCS7_pop_free(contents, PKCS7_free);
}
void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
using OwnedContents = x509::Owned<STACK_OF(PKCS7), free_contents>;
using OwnedBags = x509::Owned<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using OwnedObject = x509::Owned<ASN1_OBJECT, ASN1_OBJECT_free>;

struct Walk {
  Reader& reader;
  const Locked& locked;
  PasswordText password;
  Opening opening = Opening::kOpened;
};

bool is_only_trusted(const PKCS12_SAFEBAG* bag) {
  const OwnedObject mark(OBJ_txt2obj(kJavaTrust, 1));
  return X509at_get_attr_by_OBJ(PKCS12_SAFEBAG_get0_attrs(bag), mark.get(), -1) >= 0;
}

void take_bags(Walk& walk, const STACK_OF(PKCS12_SAFEBAG) * bags, int nesting);

void take_bag(Walk& walk, const PKCS12_SAFEBAG* bag, int nesting) {
  const int kind = PKCS12_SAFEBAG_get_nid(bag);
  if (kind == NID_certBag && PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate) {
    const x509::OwnedCertificate certificate(PKCS12_SAFEBAG_get1_cert(bag));
    if (certificate) {
      add_openssl_certificate(walk.reader, walk.locked.origin, certificate.get(), is_only_trusted(bag));
    }
  } else if (kind == NID_keyBag) {
    if (const auto* key = PKCS12_SAFEBAG_get0_p8inf(bag)) add_plain_key(walk.reader, walk.locked.origin, key);
  } else if (kind == NID_pkcs8ShroudedKeyBag) {
    const X509_SIG* key = PKCS12_SAFEBAG_get0_pkcs8(bag);
    const Opening opening =
        key == nullptr ? Opening::kUnsupported : open_signature(walk.reader, walk.locked.origin, key, walk.password);
    if (walk.opening == Opening::kOpened) walk.opening = opening;
  } else if (kind == NID_safeContentsBag && nesting < kMaxNesting) {
    take_bags(walk, PKCS12_SAFEBAG_get0_safes(bag), nesting + 1);
  }
}

void take_bags(Walk& walk, const STACK_OF(PKCS12_SAFEBAG) * bags, int nesting) {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    take_bag(walk, sk_PKCS12_SAFEBAG_value(bags, i), nesting);
    if (walk.opening != Opening::kOpened) return;
  }
}

// One part of the file, which has bags in the clear or encrypted.
OwnedBags bags_of(Walk& walk, PKCS7* part) {
  if (PKCS7_type_is_data(part)) return OwnedBags(PKCS12_unpack_p7data(part));
  const bool is_encrypted =
      PKCS7_type_is_encrypted(part) && part->d.encrypted != nullptr && part->d.encrypted->enc_data != nullptr;
  const PKCS7_ENC_CONTENT* encrypted = is_encrypted ? part->d.encrypted->enc_data : nullptr;
  if (encrypted == nullptr || encrypted->enc_data == nullptr || !take_rounds_of(walk.reader, encrypted->algorithm)) {
    walk.opening = Opening::kUnsupported;
    return nullptr;
  }
  OwnedBags bags(static_cast<STACK_OF(PKCS12_SAFEBAG)*>(
      PKCS12_item_decrypt_d2i_ex(encrypted->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS), walk.password.data,
                                 walk.password.size, encrypted->enc_data, 1, legacy_library(), nullptr)));
  return bags;
}

// The file's own check of the password. A file without one is opened to find out.
Opening check_password(Reader& reader, PKCS12* file, const PasswordText& password) {
  if (PKCS12_mac_present(file) == 0) return Opening::kOpened;
  const ASN1_INTEGER* rounds = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, file);
  std::int64_t count = 1;
  if (rounds != nullptr && ASN1_INTEGER_get_int64(&count, rounds) != 1) return Opening::kUnsupported;
  if (!reader.take_rounds(count)) return Opening::kUnsupported;
  ERR_clear_error();
  if (PKCS12_verify_mac(file, password.data, password.size) == 1) return Opening::kOpened;
  // A password that is wrong leaves no error; what cannot be computed does.
  const bool is_wrong = ERR_peek_error() == 0;
  ERR_clear_error();
  return is_wrong ? Opening::kWrongPassword : Opening::kUnsupported;
}

}  // namespace

Opening open_pkcs12(Reader& reader, const Locked& locked, Password password) {
  const auto file = decode_whole<PKCS12, d2i_PKCS12, PKCS12_free>(locked.content);
  if (!file) return Opening::kUnsupported;
  Walk walk{reader, locked, PasswordText(password)};
  const bool is_checked = PKCS12_mac_present(file.get()) != 0;
  walk.opening = check_password(reader, file.get(), walk.password);
  if (walk.opening != Opening::kOpened) return walk.opening;
  const OwnedContents parts(PKCS12_unpack_authsafes(file.get()));
  if (!parts) walk.opening = Opening::kUnsupported;
  for (int i = 0; i < sk_PKCS7_num(parts.get()) && walk.opening == Opening::kOpened; ++i) {
    const OwnedBags bags = bags_of(walk, sk_PKCS7_value(parts.get(), i));
    if (bags) {
      take_bags(walk, bags.get(), 0);
    } else if (walk.opening == Opening::kOpened) {
      // With the right password it is an algorithm that is not there, or damage.
      walk.opening = is_checked ? Opening::kUnsupported : Opening::kWrongPassword;
    }
  }
  ERR_clear_error();
  return walk.opening;
}

}  // namespace livecert::bundle

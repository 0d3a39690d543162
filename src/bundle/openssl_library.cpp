#include "bundle/openssl_library.h"

#include <openssl/provider.h>

#include "base/check.h"

namespace livecert::bundle {
namespace {

using OwnedPbes2 = x509::Owned<PBE2PARAM, PBE2PARAM_free>;
using OwnedPbkdf2 = x509::Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
using OwnedScrypt = x509::Owned<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;
using OwnedPbes1 = x509::Owned<PBEPARAM, PBEPARAM_free>;

OSSL_LIB_CTX* make_library() {
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  LIVECERT_CHECK(library != nullptr);
  LIVECERT_CHECK(OSSL_PROVIDER_load(library, "default") != nullptr);
  // A machine without it reads all but old files, which are then named.
  if (OSSL_PROVIDER_load(library, "legacy") == nullptr) ERR_clear_error();
  return library;
}

// The parameters of an algorithm as a sequence; null when they are none.
const ASN1_STRING* sequence_of(const X509_ALGOR* algorithm) {
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  return type == V_ASN1_SEQUENCE ? static_cast<const ASN1_STRING*>(value) : nullptr;
}

int kind_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

// Too many for any reader when the number is not one.
std::int64_t to_number(const ASN1_INTEGER* number) {
  std::int64_t value = 0;
  return number != nullptr && ASN1_INTEGER_get_int64(&value, number) == 1 ? value : INT64_MAX;
}

template <typename Params>
Params unpack(const X509_ALGOR* algorithm, const ASN1_ITEM* item) {
  const ASN1_STRING* sequence = sequence_of(algorithm);
  if (sequence == nullptr) return nullptr;
  return Params(static_cast<typename Params::element_type*>(ASN1_item_unpack(sequence, item)));
}

// What scrypt costs (RFC 7914 §2), which is about as much as a round of PBKDF2 for each block of each pass. OpenSSL
// bounds its memory alone, and not how often it is gone through.
std::int64_t scrypt_rounds_of(const X509_ALGOR* function) {
  const auto params = unpack<OwnedScrypt>(function, ASN1_ITEM_rptr(SCRYPT_PARAMS));
  if (!params) return 0;
  std::int64_t product = 1;
  for (const ASN1_INTEGER* factor : {params->costParameter, params->blockSize, params->parallelizationParameter}) {
    if (__builtin_mul_overflow(product, to_number(factor), &product)) return INT64_MAX;
  }
  return product;
}

// 0 when the parameters cannot be read: then nothing is opened.
std::int64_t rounds_of(const X509_ALGOR* algorithm) {
  if (kind_of(algorithm) != NID_pbes2) {
    const auto params = unpack<OwnedPbes1>(algorithm, ASN1_ITEM_rptr(PBEPARAM));
    return params ? to_number(params->iter) : 0;
  }
  const auto params = unpack<OwnedPbes2>(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
  if (params && kind_of(params->keyfunc) == NID_id_scrypt) return scrypt_rounds_of(params->keyfunc);
  if (!params || kind_of(params->keyfunc) != NID_id_pbkdf2) return 0;
  const auto function = unpack<OwnedPbkdf2>(params->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM));
  return function ? to_number(function->iter) : 0;
}

}  // namespace

OSSL_LIB_CTX* legacy_library() {
  static OSSL_LIB_CTX* const library = make_library();
  return library;
}

bool take_rounds_of(Reader& reader, const X509_ALGOR* algorithm) {
  const std::int64_t rounds = algorithm == nullptr ? 0 : rounds_of(algorithm);
  ERR_clear_error();
  return reader.take_rounds(rounds);
}

PasswordText::PasswordText(Password password) : data(nullptr), size(0) {
  if (password == nullptr) return;
  const base::ByteView text = password->reveal(base::SecretAccess());
  data = text.empty() ? "" : base::as_text(text).data();
  size = static_cast<int>(text.size());
}

Opening open_signature(Reader& reader, std::string_view origin, const X509_SIG* signature,
                       const PasswordText& password) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(signature, &algorithm, nullptr);
  if (!take_rounds_of(reader, algorithm)) return Opening::kUnsupported;
  const OwnedPlainKey key(PKCS8_decrypt_ex(signature, password.data, password.size, legacy_library(), nullptr));
  const auto reason = ERR_GET_REASON(ERR_peek_error());
  const bool is_unknown = ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_EVP &&
                          (reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_ALGORITHM ||
                           reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION);
  ERR_clear_error();
  if (!key) return is_unknown ? Opening::kUnsupported : Opening::kWrongPassword;
  add_plain_key(reader, origin, key.get());
  return Opening::kOpened;
}

void add_plain_key(Reader& reader, std::string_view origin, const PKCS8_PRIV_KEY_INFO* key) {
  unsigned char* encoded = nullptr;
  const int length = i2d_PKCS8_PRIV_KEY_INFO(key, &encoded);
  if (length > 0) {
    reader.add_key(origin, x509::KeyEncoding::kPkcs8, {encoded, static_cast<std::size_t>(length)});
    OPENSSL_clear_free(encoded, static_cast<std::size_t>(length));
  }
  ERR_clear_error();
}

void add_openssl_certificate(Reader& reader, std::string_view origin, const X509* certificate, bool only_if_related) {
  unsigned char* encoded = nullptr;
  const int length = i2d_X509(certificate, &encoded);
  if (length > 0) reader.add_certificate(origin, {encoded, static_cast<std::size_t>(length)}, only_if_related);
  OPENSSL_free(encoded);
  ERR_clear_error();
}

}  // namespace livecert::bundle

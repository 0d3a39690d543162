#include "x509/signing_key.h"

#include <array>
#include <deque>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "base/check.h"
#include "x509/certificate_template.h"
#include "x509/key_templates.h"

namespace livecert::x509 {
namespace {

// Numbers for EVP_PKEY_fromdata in our own memory, because memory that OSSL_PARAM_BLD allocates is not cleared.
class SecretParams {
 public:
  void add_number(const char* name, const BIGNUM* number) {
    base::WipedBuffer& bytes = buffers_.emplace_back(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2nativepad(number, bytes.data(), static_cast<int>(bytes.size()));
    params_.push_back(OSSL_PARAM_construct_BN(name, bytes.data(), bytes.size()));
  }
  void add_bytes(const char* name, base::ByteView bytes) {
    base::WipedBuffer& copy = buffers_.emplace_back(bytes.begin(), bytes.end());
    params_.push_back(OSSL_PARAM_construct_octet_string(name, copy.data(), copy.size()));
  }
  void add_text(const char* name, std::string_view text) {
    base::WipedBuffer& copy = buffers_.emplace_back(text.begin(), text.end());
    copy.push_back(0);
    params_.push_back(OSSL_PARAM_construct_utf8_string(name, reinterpret_cast<char*>(copy.data()), text.size()));
  }
  OwnedKey make(const char* type) {
    params_.push_back(OSSL_PARAM_construct_end());
    const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params_.data()) != 1) {
      ERR_clear_error();
    }
    return OwnedKey(key);
  }

 private:
  std::deque<base::WipedBuffer> buffers_;
  std::vector<OSSL_PARAM> params_;
};

OwnedKey make_rsa(base::ByteView der) {
  const auto key = decode_key<RsaPrivateKeyAsn1>(der);
  LIVECERT_CHECK(key != nullptr);
  SecretParams params;
  params.add_number(OSSL_PKEY_PARAM_RSA_N, key->modulus);
  params.add_number(OSSL_PKEY_PARAM_RSA_E, key->public_exponent);
  params.add_number(OSSL_PKEY_PARAM_RSA_D, key->private_exponent);
  params.add_number(OSSL_PKEY_PARAM_RSA_FACTOR1, key->prime1);
  params.add_number(OSSL_PKEY_PARAM_RSA_FACTOR2, key->prime2);
  params.add_number(OSSL_PKEY_PARAM_RSA_EXPONENT1, key->exponent1);
  params.add_number(OSSL_PKEY_PARAM_RSA_EXPONENT2, key->exponent2);
  params.add_number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, key->coefficient);
  return params.make("RSA");
}

OwnedKey make_ec(const KeyType& type, base::ByteView der) {
  const auto key = decode_key<EcPrivateKeyAsn1>(der);
  LIVECERT_CHECK(key != nullptr && key->point != nullptr);
  const base::ByteView number = as_bytes(key->number);
  const OwnedNumber scalar(BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr));
  SecretParams params;
  params.add_text(OSSL_PKEY_PARAM_GROUP_NAME, OBJ_nid2sn(type.curve));
  params.add_bytes(OSSL_PKEY_PARAM_PUB_KEY, as_bytes(key->point));
  params.add_number(OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  return params.make("EC");
}

}  // namespace

OwnedKey to_signing_key(const PrivateKey& key, base::SecretAccess access) {
  const base::SecretBytes pkcs8 = key.pkcs8(access);
  const auto outer = decode_key<Pkcs8Asn1>(pkcs8.reveal(access));
  LIVECERT_CHECK(outer != nullptr);
  const KeyType* type = find_key_type(key.kind());
  LIVECERT_CHECK(type != nullptr);
  switch (type->algorithm) {
    case KeyAlgorithm::kRsa:
      return make_rsa(as_bytes(outer->key));
    case KeyAlgorithm::kEcdsa:
      return make_ec(*type, as_bytes(outer->key));
  }
  return nullptr;
}

}  // namespace livecert::x509

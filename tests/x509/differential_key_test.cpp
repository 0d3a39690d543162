#include <algorithm>
#include <array>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "x509/certificate_state.h"
#include "x509/corpus.h"
#include "x509/key_reading.h"
#include "x509/pem_scanner.h"
#include "x509/signature_check.h"
#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

// What we accept OpenSSL must accept, with the same meaning. We may be stricter.

using base::Bytes;

constexpr std::array kRsaNumbers{OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                 OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                 OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                 OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

struct KeyBlock {
  KeyEncoding encoding;
  Bytes der;
  auto operator<=>(const KeyBlock&) const = default;
};

// Every key block of the corpus, whatever case it stands in; each once.
std::vector<KeyBlock> corpus_keys() {
  const std::map<std::string, KeyEncoding> labels{{"PRIVATE KEY", KeyEncoding::kPkcs8},
                                                  {"RSA PRIVATE KEY", KeyEncoding::kPkcs1},
                                                  {"EC PRIVATE KEY", KeyEncoding::kSec1}};
  std::vector<KeyBlock> keys;
  for (const std::string& name : corpus_names()) {
    for (const PemBlock& block : scan_pem(load_case(name).key_pem, 10)) {
      const auto label = labels.find(block.label);
      if (label == labels.end() || block.der.empty()) continue;
      keys.push_back({label->second, Bytes(block.der.begin(), block.der.end())});
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// One small change of a kind that parsers get wrong: bits, lengths, tags, missing and additional bytes.
Bytes mutate(Bytes der, std::mt19937& random) {
  if (der.size() < 4) return der;
  const std::size_t at = random() % der.size();
  const auto byte = static_cast<std::uint8_t>(random());
  const auto place = der.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random() % 8) {
    case 0:
      der[at] ^= static_cast<std::uint8_t>(1U << (random() % 8));
      break;
    case 1:
      der[at] = byte;
      break;
    case 2:
      der.erase(place);
      break;
    case 3:
      der.insert(place, byte);
      break;
    case 4:
      der.resize(at);
      break;
    case 5:  // near the front, where the structure is
      der[at % std::min<std::size_t>(40, der.size())] ^= static_cast<std::uint8_t>(1U << (random() % 8));
      break;
    case 6:
      der[at] = static_cast<std::uint8_t>(der[at] + (random() % 2 == 0 ? 1 : 255));
      break;
    default:
      der.push_back(byte);
      break;
  }
  return der;
}

OwnedKey decode_with_openssl(const KeyBlock& block) {
  const unsigned char* position = block.der.data();
  const int type = block.encoding == KeyEncoding::kPkcs1 ? EVP_PKEY_RSA : EVP_PKEY_EC;
  OwnedKey key(block.encoding == KeyEncoding::kPkcs8
                   ? d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(block.der.size()))
                   : d2i_PrivateKey(type, nullptr, &position, static_cast<long>(block.der.size())));
  if (key && position != block.der.data() + block.der.size()) key.reset();
  ERR_clear_error();
  return key;
}

OwnedNumber number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return OwnedNumber(number);
}

void expect_same_numbers(EVP_PKEY* ours, EVP_PKEY* theirs) {
  ASSERT_EQ(EVP_PKEY_get_base_id(ours), EVP_PKEY_get_base_id(theirs));
  EXPECT_EQ(EVP_PKEY_eq(ours, theirs), 1);
  if (EVP_PKEY_get_base_id(ours) == EVP_PKEY_EC) {
    EXPECT_EQ(
        BN_cmp(number_of(ours, OSSL_PKEY_PARAM_PRIV_KEY).get(), number_of(theirs, OSSL_PKEY_PARAM_PRIV_KEY).get()), 0);
    return;
  }
  for (const char* name : kRsaNumbers) {
    EXPECT_EQ(BN_cmp(number_of(ours, name).get(), number_of(theirs, name).get()), 0) << name;
  }
}

// True when we accept the block; then OpenSSL has to agree.
bool compare_key(const KeyBlock& block) {
  const KeyReading reading = read_private_key(block.encoding, block.der);
  const auto* key = std::get_if<PrivateKey>(&reading);
  if (key == nullptr) return false;
  const OwnedKey theirs = decode_with_openssl(block);
  if (!theirs) {
    ADD_FAILURE() << "OpenSSL refuses " << base::to_hex(block.der);
    return true;
  }
  expect_same_numbers(to_signing_key(*key, base::SecretAccess()).get(), theirs.get());
  const auto pkcs8 = key->pkcs8(base::SecretAccess());
  const base::ByteView bytes = pkcs8.reveal(base::SecretAccess());
  const OwnedKey stored = decode_with_openssl({KeyEncoding::kPkcs8, base::to_bytes(bytes)});
  EXPECT_TRUE(stored);
  if (stored) expect_same_numbers(stored.get(), theirs.get());
  return true;
}

TEST(DifferentialKeys, OpensslReadsTheSameNumbersInWholeKeys) {
  int accepted = 0;
  for (const KeyBlock& block : corpus_keys()) accepted += compare_key(block) ? 1 : 0;
  EXPECT_GE(accepted, 60);
}

TEST(DifferentialKeys, OpensslAcceptsEveryMutationThatWeAccept) {
  std::mt19937 random(20260601);  // NOLINT(cert-msc51-cpp): the same mutations in every run
  int tried = 0;
  int accepted = 0;
  for (const KeyBlock& block : corpus_keys()) {
    for (int i = 0; i < 80; ++i) {
      KeyBlock mutated{block.encoding, mutate(block.der, random)};
      if (mutated == block) continue;
      ++tried;
      accepted += compare_key(mutated) ? 1 : 0;
    }
  }
  EXPECT_GE(tried, 5000);
  EXPECT_GE(accepted, 10);  // keys without a point, whose number became another
}

// Every other number for a curve is a key of its own, so acceptance is common here.
TEST(DifferentialKeys, OpensslComputesTheSamePointForRandomNumbers) {
  const auto keys = corpus_keys();
  const auto plain = std::ranges::find_if(keys, [](const KeyBlock& block) {
    return block.encoding == KeyEncoding::kSec1 && block.der.size() < 60 &&
           std::holds_alternative<PrivateKey>(read_private_key(block.encoding, block.der));
  });
  ASSERT_NE(plain, keys.end());
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same numbers in every run
  for (int i = 0; i < 200; ++i) {
    KeyBlock other = *plain;
    for (std::size_t j = 7; j < 39; ++j) other.der[j] = static_cast<std::uint8_t>(random());
    other.der[7] &= 0x7FU;
    EXPECT_TRUE(compare_key(other));
  }
}

}  // namespace
}  // namespace livecert::x509

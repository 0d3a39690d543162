#include <algorithm>
#include <array>
#include <map>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "x509/corpus.h"
#include "x509/key_comparison.h"
#include "x509/mutation.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

// Private keys of the corpus and mutations of them, read by us and by OpenSSL; key_comparison.cpp lists what may
// differ.

using base::Bytes;

std::vector<KeyBlock> keys_of(const std::string& name) {
  const std::map<std::string, KeyEncoding> labels{{"PRIVATE KEY", KeyEncoding::kPkcs8},
                                                  {"RSA PRIVATE KEY", KeyEncoding::kPkcs1},
                                                  {"EC PRIVATE KEY", KeyEncoding::kSec1}};
  std::vector<KeyBlock> keys;
  for (const PemBlock& block : scan_pem(load_case(name).key_pem, 10)) {
    const auto label = labels.find(block.label);
    if (label == labels.end() || block.der.empty()) continue;
    keys.push_back({label->second, Bytes(block.der.begin(), block.der.end())});
  }
  return keys;
}

KeyBlock key_of(const std::string& name) {
  return keys_of(name).front();
}

// Every key block of the corpus, in whatever case it is; each once.
std::vector<KeyBlock> corpus_keys() {
  std::vector<KeyBlock> keys;
  for (const std::string& name : corpus_names()) std::ranges::move(keys_of(name), std::back_inserter(keys));
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// Compares mutations, and describes those that fail. Only throwaway keys come here.
class KeyMutations {
 public:
  explicit KeyMutations(std::uint32_t seed) : seed_(seed) {}

  void compare(const KeyBlock& block, const std::string& what) {
    SCOPED_TRACE(what + "; LIVECERT_SEED=" + std::to_string(seed_) + "; " + base::to_hex(block.der));
    accepted += comparison.compare(block) ? 1 : 0;
  }
  [[nodiscard]] TakeMutation take(KeyEncoding encoding, const std::string& of) {
    return [this, encoding, of](const Bytes& mutated, const std::string& what) {
      if (!testing::Test::HasFailure()) compare({encoding, mutated}, of + ": " + what);
    };
  }

  KeyComparison comparison;
  int accepted = 0;

 private:
  std::uint32_t seed_;
};

// Takes the key apart, passes the RSAPrivateKey or ECPrivateKey to `change`, and puts it together again.
KeyBlock changed(const KeyBlock& block, const std::function<void(DerNode& inner)>& change) {
  DerNode root = *parse_der(block.der);
  change(*inner_key(root));
  return {block.encoding, to_der(root)};
}

Bytes to_integer(const BIGNUM* number) {
  Bytes content(static_cast<std::size_t>(BN_num_bytes(number)) + 1);
  BN_bn2binpad(number, content.data(), static_cast<int>(content.size()));
  if (content.size() > 1 && content[1] < 0x80) content.erase(content.begin());
  return content;
}

OwnedNumber from_integer(const DerNode& node) {
  return OwnedNumber(BN_bin2bn(node.content.data(), static_cast<int>(node.content.size()), nullptr));
}

// The places of the numbers in an RSAPrivateKey.
enum Place : std::size_t { kN = 1, kE, kD, kP, kQ, kDp, kDq, kCoefficient, kEnd };

// Changes each of the eight numbers alone in each way.
void compare_rsa_numbers(KeyMutations& mutations, const KeyBlock& block) {
  const std::vector<std::function<void(BIGNUM * number, std::vector<DerNode> & all)>> ways{
      [](BIGNUM* number, auto&) { BN_add_word(number, 1); },
      [](BIGNUM* number, auto&) { BN_add_word(number, 2); },
      [](BIGNUM* number, auto&) { BN_sub_word(number, 2); },
      [](BIGNUM* number, auto&) { BN_lshift1(number, number); },
      [](BIGNUM* number, auto&) { BN_rshift1(number, number); },
      [](BIGNUM* number, auto&) { BN_zero(number); },
      [](BIGNUM* number, auto&) { BN_one(number); },
      [](BIGNUM* number, auto& all) { BN_copy(number, from_integer(all[kP]).get()); },
      [](BIGNUM* number, auto& all) { BN_copy(number, from_integer(all[kQ]).get()); },
      [](BIGNUM* number, auto& all) { BN_add(number, number, from_integer(all[kP]).get()); },
      [](BIGNUM* number, auto& all) { BN_sub(number, from_integer(all[kN]).get(), number); },
      [](BIGNUM* number, auto&) { BN_set_bit(number, BN_is_bit_set(number, 3) == 0 ? 3 : 4); },
  };
  for (std::size_t place = kN; place < kEnd; ++place) {
    for (std::size_t way = 0; way < ways.size(); ++way) {
      const KeyBlock altered = changed(block, [&](DerNode& inner) {
        const OwnedNumber number = from_integer(inner.children[place]);
        ways[way](number.get(), inner.children);
        BN_set_negative(number.get(), 0);
        inner.children[place].content = to_integer(number.get());
      });
      if (altered == block) continue;
      mutations.compare(altered, "RSA number " + std::to_string(place) + ", way " + std::to_string(way));
    }
  }
}

// Other numbers that work as well: the private exponent plus a multiple of (p-1)(q-1), the primes swapped.
void compare_equivalent_rsa_numbers(KeyMutations& mutations, const KeyBlock& block) {
  const OwnedNumberContext context(BN_CTX_new());
  const KeyBlock greater = changed(block, [&](DerNode& inner) {
    auto p = from_integer(inner.children[kP]);
    auto q = from_integer(inner.children[kQ]);
    const auto d = from_integer(inner.children[kD]);
    BN_sub_word(p.get(), 1);
    BN_sub_word(q.get(), 1);
    BN_mul(p.get(), p.get(), q.get(), context.get());
    BN_add(d.get(), d.get(), p.get());
    BN_add(d.get(), d.get(), p.get());
    inner.children[kD].content = to_integer(d.get());
  });
  mutations.compare(greater, "a private exponent above the modulus");
  const int before = mutations.accepted;
  const KeyBlock exchanged = changed(block, [&](DerNode& inner) {
    std::swap(inner.children[kP].content, inner.children[kQ].content);
    std::swap(inner.children[kDp].content, inner.children[kDq].content);
    const auto p = from_integer(inner.children[kP]);
    const auto q = from_integer(inner.children[kQ]);
    const OwnedNumber inverse(BN_mod_inverse(nullptr, q.get(), p.get(), context.get()));
    inner.children[kCoefficient].content = to_integer(inverse.get());
  });
  mutations.compare(exchanged, "primes exchanged");
  EXPECT_EQ(mutations.accepted, before + 1);
}

// The point of an ECPrivateKey in every form, right and wrong; null when it carries none.
Bytes* point_bits(DerNode& inner) {
  for (DerNode& child : inner.children) {
    if (child.tag == 0xA1) return &child.children[0].content;
  }
  return nullptr;
}

void compare_ec_points(KeyMutations& mutations, const KeyBlock& block) {
  using Change = std::function<void(Bytes & bits)>;  // a zero, the form, and the coordinates
  const std::vector<Change> ways{
      [](Bytes& bits) { bits.back() ^= 1U; },
      [](Bytes& bits) { bits[2] ^= 0x40U; },
      [](Bytes& bits) { bits.resize(2), bits[1] = 0; },
      [](Bytes& bits) { bits.resize(1); },
      [](Bytes& bits) { bits.pop_back(); },
      [](Bytes& bits) { bits.push_back(0); },
      [](Bytes& bits) { std::fill(bits.begin() + 2, bits.end(), 0); },
      [](Bytes& bits) { bits[1] = 2 + (bits.back() & 1U), bits.resize(2 + (bits.size() - 2) / 2); },
      [](Bytes& bits) { bits[1] = 3 - (bits.back() & 1U), bits.resize(2 + (bits.size() - 2) / 2); },
      [](Bytes& bits) { bits[1] = 6 + (bits.back() & 1U); },
      [](Bytes& bits) { bits[1] = 7 - (bits.back() & 1U); },
  };
  for (std::size_t way = 0; way < ways.size(); ++way) {
    const KeyBlock altered = changed(block, [&](DerNode& inner) {
      if (Bytes* bits = point_bits(inner)) ways[way](*bits);
    });
    mutations.compare(altered, "point, way " + std::to_string(way));
  }
}

void compare_ec_numbers(KeyMutations& mutations, const KeyBlock& block) {
  const auto with_number = [&](const std::string& what, const std::function<void(Bytes&)>& change) {
    for (const bool with_point : {true, false}) {
      const KeyBlock altered = changed(block, [&](DerNode& inner) {
        change(inner.children[1].content);
        if (!with_point) std::erase_if(inner.children, [](const DerNode& child) { return child.tag == 0xA1; });
      });
      mutations.compare(altered, "number " + what + (with_point ? "" : ", without point"));
    }
  };
  with_number("zero", [](Bytes& number) { std::fill(number.begin(), number.end(), 0); });
  with_number("all ones", [](Bytes& number) { std::fill(number.begin(), number.end(), 0xFF); });
  with_number("one", [](Bytes& number) { std::fill(number.begin(), number.end(), 0), number.back() = 1; });
  with_number("one more", [](Bytes& number) { ++number.back(); });
  with_number("longer by a zero", [](Bytes& number) { number.insert(number.begin(), 0); });
  with_number("empty", [](Bytes& number) { number.clear(); });
  with_number("short", [](Bytes& number) { number = {5}; });
}

// RFC 5958's public key for the key inside: the bits of the subjectPublicKey.
DerNode public_key_beside(const KeyBlock& block) {
  const OpensslKey key = read_with_openssl(block.encoding, block.der);
  unsigned char* encoded = nullptr;
  const int size = i2d_PublicKey(key.get(), &encoded);
  DerNode node;
  node.tag = 0x81;
  node.content = {0};
  node.content.insert(node.content.end(), encoded, encoded + size);
  OPENSSL_free(encoded);
  return node;
}

// PKCS#8 around the key: versions, parameters, and RFC 5958's public key.
void compare_wrappings(KeyMutations& mutations, const KeyBlock& block) {
  const auto with_change = [&](const std::string& what, const std::function<void(DerNode & root)>& change) {
    DerNode root = *parse_der(block.der);
    change(root);
    mutations.compare({block.encoding, to_der(root)}, what);
  };
  const DerNode beside = public_key_beside(block);
  with_change("version 1", [](DerNode& root) { root.children[0].content = {1}; });
  with_change("version 2", [](DerNode& root) { root.children[0].content = {2}; });
  with_change("public key, version 0", [&](DerNode& root) { root.children.push_back(beside); });
  const auto with_public_key = [&](const std::string& what, const std::function<void(Bytes & bits)>& change) {
    const int before = mutations.accepted;
    with_change("public key " + what, [&](DerNode& root) {
      root.children[0].content = {1};
      root.children.push_back(beside);
      change(root.children.back().content);
    });
    return mutations.accepted > before;
  };
  EXPECT_TRUE(with_public_key("as it is", [](Bytes&) {}));
  EXPECT_FALSE(with_public_key("of another key", [](Bytes& bits) { bits[bits.size() / 2] ^= 1U; }));
  EXPECT_FALSE(with_public_key("cut off", [](Bytes& bits) { bits.pop_back(); }));
  EXPECT_FALSE(with_public_key("with a byte behind", [](Bytes& bits) { bits.push_back(0); }));
  EXPECT_FALSE(with_public_key("that is empty", [](Bytes& bits) { bits.resize(1); }));
  with_change("no parameters", [](DerNode& root) { root.children[1].children.resize(1); });
  with_change("a number for parameters", [](DerNode& root) {
    root.children[1].children.resize(1);
    root.children[1].children.push_back(root.children[0]);
  });
}

// In PKCS#8 the curve may be named around the key and inside it.
void compare_named_curves(KeyMutations& mutations, const KeyBlock& sec1) {
  const auto object = [](int nid) {
    DerNode node;
    node.tag = kDerObject;
    node.content.assign(OBJ_get0_data(OBJ_nid2obj(nid)),
                        OBJ_get0_data(OBJ_nid2obj(nid)) + OBJ_length(OBJ_nid2obj(nid)));
    return node;
  };
  for (const int inside : {NID_X9_62_prime256v1, NID_secp384r1}) {
    DerNode named;
    named.tag = 0xA0;
    named.children.push_back(object(inside));
    DerNode inner = *parse_der(sec1.der);
    inner.children.resize(2);
    inner.children.push_back(named);
    DerNode wrapped;
    wrapped.tag = kDerOctetString;
    wrapped.children.push_back(inner);
    DerNode algorithm;
    algorithm.tag = kDerSequence;
    algorithm.children = {object(NID_X9_62_id_ecPublicKey), object(NID_X9_62_prime256v1)};
    DerNode version;
    version.tag = kDerInteger;
    version.content = {0};
    DerNode root;
    root.tag = kDerSequence;
    root.children = {version, algorithm, wrapped};
    mutations.compare({KeyEncoding::kPkcs8, to_der(root)}, std::string("inside ") + OBJ_nid2sn(inside));
  }
}

KeyBlock with_three_primes() {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context.get());
  EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048);
  EVP_PKEY_CTX_set_rsa_keygen_primes(context.get(), 3);
  EVP_PKEY_keygen(context.get(), &key);
  const OwnedKey owner(key);
  unsigned char* encoded = nullptr;
  const int size = i2d_PrivateKey(key, &encoded);
  KeyBlock block{KeyEncoding::kPkcs1, Bytes(encoded, encoded + size)};
  OPENSSL_free(encoded);
  return block;
}

TEST(DifferentialKeys, AgreeWithOpensslOnTheCorpusAndItsMutations) {
  const std::uint32_t seed = mutation_seed(20260601);
  std::mt19937 random(seed);
  KeyMutations mutations(seed);
  const auto keys = corpus_keys();
  for (const KeyBlock& block : keys) mutations.compare(block, "as it stands in the corpus");
  EXPECT_GE(mutations.accepted, 60);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Bytes& donor = keys[(i + 1) % keys.size()].der;
    mutate_at_random(keys[i].der, donor, 20 * mutation_factor(), random, mutations.take(keys[i].encoding, "at random"));
  }
  const KeyBlock pkcs8 = key_of("good-ecdsa-p256");
  const KeyBlock sec1 = key_of("good-key-sec1");
  const KeyBlock bare = key_of("good-key-ec-without-point");
  for (const KeyBlock& block : {pkcs8, sec1, bare}) {
    mutate_every_byte(block.der, mutations.take(block.encoding, "every byte"));
    mutate_every_node(block.der, sec1.der, mutations.take(block.encoding, "every node"));
  }
  const KeyBlock rsa = key_of("good-rsa-2048");
  const KeyBlock pkcs1 = key_of("good-key-pkcs1");
  for (const KeyBlock& block : {rsa, pkcs1}) {
    mutate_every_node(block.der, rsa.der, mutations.take(block.encoding, "every node"));
    compare_rsa_numbers(mutations, block);
    compare_equivalent_rsa_numbers(mutations, block);
  }
  for (const char* name : {"good-ecdsa-p256", "good-ecdsa-p384", "good-ecdsa-p521"}) {
    compare_ec_points(mutations, key_of(name));
    compare_ec_numbers(mutations, key_of(name));
  }
  for (const KeyBlock& block : {pkcs8, rsa}) compare_wrappings(mutations, block);
  mutations.compare(with_three_primes(), "three primes");
  const auto with_version = [](DerNode& inner) { inner.children[0].content = {2}; };
  mutations.compare(changed(pkcs1, with_version), "version 2");
  compare_named_curves(mutations, bare);
  mutations.comparison.expect_all_needed();
  EXPECT_GE(mutations.comparison.tried, 4500);
  EXPECT_GE(mutations.accepted, 170);
}

// Every other number for a curve is another key, so acceptance is common here.
TEST(DifferentialKeys, OpensslComputesTheSamePointForRandomNumbers) {
  const KeyBlock bare = key_of("good-key-ec-without-point");
  const std::uint32_t seed = mutation_seed(7);
  std::mt19937 random(seed);
  KeyMutations mutations(seed);
  for (int i = 0; i < 200 * mutation_factor(); ++i) {
    const KeyBlock other = changed(bare, [&](DerNode& inner) {
      for (std::uint8_t& byte : inner.children[1].content) byte = static_cast<std::uint8_t>(random());
      inner.children[1].content[0] &= 0x7FU;
    });
    mutations.compare(other, "a random number");
  }
  EXPECT_EQ(mutations.accepted, mutations.comparison.tried);
}

bool passes_openssls_check(const KeyBlock& block) {
  const OpensslKey key = read_with_openssl(block.encoding, block.der);
  const OwnedKeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  const bool passes = EVP_PKEY_check(context.get()) == 1;
  ERR_clear_error();
  return passes;
}

// EVP_PKEY_check also tests the primes, which takes long; its verdict on the equations is ours.
TEST(DifferentialKeys, OpensslChecksRsaNumbersToTheSameVerdict) {
  const KeyBlock rsa = key_of("good-key-pkcs1");
  EXPECT_TRUE(passes_openssls_check(rsa));
  for (std::size_t place = kN; place < kEnd; ++place) {
    const KeyBlock altered = changed(rsa, [&](DerNode& inner) {
      const OwnedNumber number = from_integer(inner.children[place]);
      BN_add_word(number.get(), 2);
      inner.children[place].content = to_integer(number.get());
    });
    EXPECT_FALSE(passes_openssls_check(altered)) << place;
    EXPECT_TRUE(std::holds_alternative<KeyFault>(read_private_key(altered.encoding, altered.der))) << place;
  }
}

// EVP_PKEY_check finds only this in addition to us: testing it would cost a hundred times the rest, and a key whose
// "prime" is not a prime harms only its owner, like every weak key.
TEST(DifferentialKeys, WhetherAPrimeIsOneIsNotTested) {
  const OwnedNumberContext context(BN_CTX_new());
  const KeyBlock rsa = key_of("good-key-pkcs1");
  const KeyBlock altered = changed(rsa, [&](DerNode& inner) {
    auto& numbers = inner.children;
    const auto e = from_integer(numbers[kE]);
    const auto q = from_integer(numbers[kQ]);
    const OwnedNumber p(BN_new());
    const OwnedNumber factor(BN_new());
    const OwnedNumber order(BN_new());
    OwnedNumber exponent;
    do {
      BN_generate_prime_ex(p.get(), 512, 0, nullptr, nullptr, nullptr);
      BN_generate_prime_ex(factor.get(), 512, 0, nullptr, nullptr, nullptr);
      BN_mul(p.get(), p.get(), factor.get(), context.get());
      BN_mul(factor.get(), p.get(), q.get(), context.get());
      BN_copy(order.get(), p.get());
      BN_sub_word(order.get(), 1);
      exponent.reset(BN_mod_inverse(nullptr, e.get(), order.get(), context.get()));
    } while (BN_num_bits(factor.get()) < 2048 || !exponent);
    numbers[kN].content = to_integer(factor.get());
    numbers[kP].content = to_integer(p.get());
    numbers[kDp].content = to_integer(exponent.get());
    const OwnedNumber inverse(BN_mod_inverse(nullptr, q.get(), p.get(), context.get()));
    numbers[kCoefficient].content = to_integer(inverse.get());
    const OwnedNumber other(BN_dup(q.get()));
    BN_sub_word(other.get(), 1);
    BN_mul(order.get(), order.get(), other.get(), context.get());
    const OwnedNumber d(BN_mod_inverse(nullptr, e.get(), order.get(), context.get()));
    numbers[kD].content = to_integer(d.get());
  });
  ERR_clear_error();
  EXPECT_FALSE(passes_openssls_check(altered));
  EXPECT_TRUE(std::holds_alternative<PrivateKey>(read_private_key(altered.encoding, altered.der)));
}

}  // namespace
}  // namespace livecert::x509

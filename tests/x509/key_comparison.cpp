#include "x509/key_comparison.h"

#include <algorithm>
#include <array>
#include <set>

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

using base::ByteView;

constexpr std::array kRsaNumbers{OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                 OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                 OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                 OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

bool is_rsa(const KeyInput& input) {
  return EVP_PKEY_get_base_id(input.theirs.get()) == EVP_PKEY_RSA;
}
bool is_ec(const KeyInput& input) {
  return EVP_PKEY_get_base_id(input.theirs.get()) == EVP_PKEY_EC;
}

// The part of the block that OpenSSL took, taken apart; nullopt when that is not in DER.
std::optional<DerNode> tree_of(const KeyInput& input) {
  const ByteView all = input.block.der;
  auto root = parse_der(input.theirs.get() == nullptr ? all : all.first(input.theirs.size));
  if (!root) return std::nullopt;
  const DerNode* inner = inner_key(*root);
  if (inner == nullptr) return std::nullopt;
  for (const DerNode* node : {&std::as_const(*root), inner}) {
    if (!std::ranges::all_of(node->children, is_minimal_number)) return std::nullopt;
  }
  return root;
}

// The kind of structure that the first values show.
std::optional<KeyEncoding> encoding_of(const DerNode& root) {
  if (root.children.size() < 2 || root.children[0].tag != kDerInteger) return std::nullopt;
  const std::uint8_t second = root.children[1].tag;
  if (second == kDerSequence) return KeyEncoding::kPkcs8;
  if (second == kDerInteger) return KeyEncoding::kPkcs1;
  return second == kDerOctetString ? std::optional(KeyEncoding::kSec1) : std::nullopt;
}

// Asks something about the key that was taken apart; false when it is not in DER, which is a separate reason.
template <typename Question>
bool ask(const KeyInput& input, Question question) {
  auto root = tree_of(input);
  return root && question(*root, *inner_key(*root));
}

std::uint8_t version_of(const DerNode& node) {
  return node.children.empty() || node.children[0].content.size() != 1 ? 0xFF : node.children[0].content[0];
}

const DerNode* child_with_tag(const DerNode& node, std::uint8_t tag) {
  for (const DerNode& child : node.children) {
    if (child.tag == tag) return &child;
  }
  return nullptr;
}

std::string curve_of(const KeyInput& input) {
  std::array<char, 80> name{};
  EVP_PKEY_get_group_name(input.theirs.get(), name.data(), name.size(), nullptr);
  return name.data();
}

bool is_in_range(const KeyInput& input) {
  const auto number = number_of(input.theirs.get(), OSSL_PKEY_PARAM_PRIV_KEY);
  const auto order = number_of(input.theirs.get(), OSSL_PKEY_PARAM_EC_ORDER);
  return number && BN_is_zero(number.get()) == 0 && BN_cmp(number.get(), order.get()) < 0;
}

bool passes_openssls_check(EVP_PKEY* key) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  const bool passes = EVP_PKEY_check(context.get()) == 1;
  ERR_clear_error();
  return passes;
}

bool is_weak(const EVP_PKEY* key) {
  const auto modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const auto difference = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
  BN_sub(difference.get(), difference.get(), number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2).get());
  if (BN_num_bits(difference.get()) <= BN_num_bits(modulus.get()) / 2 - 100) return true;
  // If 65537 generates few numbers, the modulus is one of them.
  return std::ranges::all_of(std::array{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157},
                             [&](int prime) {
                               std::set<unsigned long> powers;
                               unsigned long power = 1;
                               while (powers.insert(power).second) power = power * 65537 % static_cast<unsigned>(prime);
                               return powers.contains(BN_mod_word(modulus.get(), static_cast<unsigned>(prime)));
                             });
}

constexpr Difference<KeyInput> kStrictness[] = {
    {"bytes behind the key", [](const KeyInput& input) { return input.theirs.size != input.block.der.size(); }},
    {"not in DER", [](const KeyInput& input) { return !tree_of(input); }},
    {"another structure than the label says",
     [](const KeyInput& input) {
       return ask(input, [&](DerNode& root, DerNode&) { return encoding_of(root) != input.block.encoding; });
     }},
    {"neither RSA nor ECDSA", [](const KeyInput& input) { return !is_rsa(input) && !is_ec(input); }},
    {"a curve spelled out",
     [](const KeyInput& input) {
       int spelled_out = 0;
       EVP_PKEY_get_int_param(input.theirs.get(), OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out);
       return is_ec(input) && spelled_out == 1;
     }},
    {"another curve than P-256, P-384 and P-521",
     [](const KeyInput& input) {
       const std::string curve = curve_of(input);
       return is_ec(input) && curve != "prime256v1" && curve != "secp384r1" && curve != "secp521r1";
     }},
    {"RSA below 2048 or above 8192 bits",
     [](const KeyInput& input) {
       const int bits = EVP_PKEY_get_bits(input.theirs.get());
       return is_rsa(input) && (bits < 2048 || bits > 8192);
     }},
    {"an RSA exponent that is even, 1 or above 2^32",
     [](const KeyInput& input) {
       if (!is_rsa(input)) return false;
       const auto exponent = number_of(input.theirs.get(), OSSL_PKEY_PARAM_RSA_E);
       return BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) != 0 || BN_num_bits(exponent.get()) > 32;
     }},
    {"more than two primes, or another version of RSAPrivateKey",
     [](const KeyInput& input) {
       return is_rsa(input) && ask(input, [](DerNode&, DerNode& inner) { return version_of(inner) != 0; });
     }},
    {"RSA numbers that do not fit each other",
     [](const KeyInput& input) { return is_rsa(input) && !rsa_numbers_fit(input.theirs.get()); }},
    {"an RSA private exponent that is not below the modulus",
     [](const KeyInput& input) {
       return is_rsa(input) && BN_cmp(number_of(input.theirs.get(), OSSL_PKEY_PARAM_RSA_D).get(),
                                      number_of(input.theirs.get(), OSSL_PKEY_PARAM_RSA_N).get()) >= 0;
     }},
    {"RSA primes too close, or of the form that ROCA finds",
     [](const KeyInput& input) { return is_rsa(input) && is_weak(input.theirs.get()); }},
    {"another version of ECPrivateKey",
     [](const KeyInput& input) {
       return is_ec(input) && ask(input, [](DerNode&, DerNode& inner) { return version_of(inner) != 1; });
     }},
    {"a private number outside 1 to n-1", [](const KeyInput& input) { return is_ec(input) && !is_in_range(input); }},
    {"a point that is not the number's",
     [](const KeyInput& input) {
       return is_ec(input) && is_in_range(input) && !passes_openssls_check(input.theirs.get());
     }},
    {"a hybrid point",
     [](const KeyInput& input) {
       return is_ec(input) && ask(input, [](DerNode&, DerNode& inner) {
                const DerNode* point = child_with_tag(inner, 0xA1);
                return point != nullptr && point->children[0].content.size() > 1 && point->children[0].content[1] > 4;
              });
     }},
    {"another version of PKCS#8",
     [](const KeyInput& input) {
       return ask(input, [](DerNode& root, DerNode&) {
         return encoding_of(root) == KeyEncoding::kPkcs8 && version_of(root) != 0;
       });
     }},
    {"RSA with parameters",
     [](const KeyInput& input) {
       return is_rsa(input) && ask(input, [](DerNode& root, DerNode&) {
                if (encoding_of(root) != KeyEncoding::kPkcs8) return false;
                const auto& algorithm = root.children[1].children;
                return algorithm.size() > 1 && algorithm[1].tag != kDerNull;
              });
     }},
    {"a curve inside that is not the one around it",
     [](const KeyInput& input) {
       return is_ec(input) && ask(input, [](DerNode& root, DerNode& inner) {
                const DerNode* named = child_with_tag(inner, 0xA0);
                return encoding_of(root) == KeyEncoding::kPkcs8 && named != nullptr &&
                       to_der(named->children[0]) != to_der(root.children[1].children[1]);
              });
     }},
};

// We accept the key and OpenSSL does not.
constexpr Difference<KeyInput> kLeniency[] = {
    {"RFC 5958's public key beside the private one, which OpenSSL 3.0 does not know",
     [](const KeyInput& input) {
       return ask(input, [](DerNode& root, DerNode&) {
         return encoding_of(root) == KeyEncoding::kPkcs8 && version_of(root) == 1 && child_with_tag(root, 0x81);
       });
     }},
};

void expect_same_numbers(EVP_PKEY* ours, EVP_PKEY* theirs) {
  ASSERT_EQ(EVP_PKEY_get_base_id(ours), EVP_PKEY_get_base_id(theirs));
  EXPECT_EQ(EVP_PKEY_eq(ours, theirs), 1);
  if (EVP_PKEY_get_base_id(ours) == EVP_PKEY_EC) {
    const auto number = number_of(ours, OSSL_PKEY_PARAM_PRIV_KEY);
    EXPECT_EQ(BN_cmp(number.get(), number_of(theirs, OSSL_PKEY_PARAM_PRIV_KEY).get()), 0);
    EXPECT_TRUE(passes_openssls_check(theirs));
    return;
  }
  for (const char* name : kRsaNumbers) {
    EXPECT_EQ(BN_cmp(number_of(ours, name).get(), number_of(theirs, name).get()), 0) << name;
  }
}

}  // namespace

DerNode* inner_key(DerNode& root) {
  const auto encoding = encoding_of(root);
  if (encoding == KeyEncoding::kPkcs8) {
    if (root.children.size() < 3 || root.children[2].children.empty()) return nullptr;
    return inner_key(root.children[2].children[0]);
  }
  return encoding ? &root : nullptr;
}

bool rsa_numbers_fit(const EVP_PKEY* key) {
  const OwnedNumberContext context(BN_CTX_new());
  std::array<OwnedNumber, kRsaNumbers.size()> numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = number_of(key, kRsaNumbers[i]);
    if (!numbers[i]) return false;
  }
  const auto& [n, e, d, p, q, dp, dq, coefficient] = numbers;
  const OwnedNumber value(BN_new());
  BN_mul(value.get(), p.get(), q.get(), context.get());
  if (BN_cmp(value.get(), n.get()) != 0) return false;
  for (const auto& [prime, exponent] : {std::pair(p.get(), dp.get()), std::pair(q.get(), dq.get())}) {
    const OwnedNumber order(BN_dup(prime));
    BN_sub_word(order.get(), 1);
    const OwnedNumber inverse(BN_mod_inverse(nullptr, e.get(), order.get(), context.get()));
    ERR_clear_error();
    if (!inverse || BN_cmp(inverse.get(), exponent) != 0) return false;
    BN_mod(value.get(), d.get(), order.get(), context.get());
    if (BN_cmp(value.get(), inverse.get()) != 0) return false;
  }
  const OwnedNumber inverse(BN_mod_inverse(nullptr, q.get(), p.get(), context.get()));
  ERR_clear_error();
  return inverse && BN_cmp(inverse.get(), coefficient.get()) == 0;
}

KeyComparison::KeyComparison() : strictness_(kStrictness), leniency_(kLeniency) {}

bool KeyComparison::compare(const KeyBlock& block) {
  ++tried;
  const KeyReading reading = read_private_key(block.encoding, block.der);
  const auto* key = std::get_if<PrivateKey>(&reading);
  const OpensslKey theirs = read_with_openssl(block.encoding, block.der);
  const KeyInput input{block, theirs};
  if (key == nullptr) {
    const KeyFault& fault = std::get<KeyFault>(reading);
    if (theirs.get() != nullptr) {
      EXPECT_TRUE(strictness_.explains_difference(input)) << fault.id << ": " << fault.message;
    }
    return false;
  }
  if (theirs.get() == nullptr) {
    EXPECT_TRUE(leniency_.explains_difference(input)) << "OpenSSL refuses it";
    return true;
  }
  EXPECT_FALSE(strictness_.explains(input)) << "accepted though there is a reason to refuse it";
  EXPECT_EQ(key->bits(), EVP_PKEY_get_bits(theirs.get()));
  expect_same_numbers(to_signing_key(*key, base::SecretAccess()).get(), theirs.get());
  const auto pkcs8 = key->pkcs8(base::SecretAccess());
  const OpensslKey stored = read_with_openssl(KeyEncoding::kPkcs8, pkcs8.reveal(base::SecretAccess()));
  EXPECT_TRUE(stored.get() != nullptr);
  if (stored.get() != nullptr) expect_same_numbers(stored.get(), theirs.get());
  return true;
}

void KeyComparison::expect_all_needed() const {
  strictness_.expect_all_needed();
  leniency_.expect_all_needed();
}

}  // namespace livecert::x509

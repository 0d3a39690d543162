#include "x509/key_type.h"

#include <string>

#include <gtest/gtest.h>
#include <openssl/obj_mac.h>

#include "x509/ec_curve.h"

namespace livecert::x509 {
namespace {

constexpr KeyKind kWithCurve[] = {KeyKind::kEcP256, KeyKind::kEcP384, KeyKind::kEcP521};

TEST(KeyType, NamesAKindOnTheWireByItsAlgorithm) {
  ASSERT_NE(find_key_type(KeyKind::kRsa), nullptr);
  EXPECT_EQ(find_key_type(KeyKind::kRsa)->wire_name, "rsa");
  for (const KeyKind kind : kWithCurve) {
    ASSERT_NE(find_key_type(kind), nullptr);
    EXPECT_EQ(find_key_type(kind)->wire_name, "ecdsa");
  }
}

// Before there was a row for each kind, everything but RSA went on the wire as "ecdsa".
TEST(KeyType, HasNoNameForAKindThatIsNotSupported) {
  EXPECT_EQ(find_key_type(KeyKind::kUnsupported), nullptr);
  EXPECT_EQ(to_text(KeyKind::kUnsupported, 256), "unsupported");
  EXPECT_EQ(find_key_type_on(0), nullptr) << "RSA has no curve";
  EXPECT_EQ(find_key_type_on(NID_secp256k1), nullptr);
}

TEST(KeyType, AgreesWithOpenSslAboutItsCurve) {
  for (const KeyKind kind : kWithCurve) {
    const KeyType* type = find_key_type(kind);
    const EC_GROUP* group = group_of(*type);
    EXPECT_EQ(EC_GROUP_get_curve_name(group), type->curve);
    EXPECT_EQ(EC_GROUP_get_degree(group), type->min_bits);
    EXPECT_EQ(type->min_bits, type->max_bits);
    EXPECT_EQ(static_cast<std::size_t>(EC_GROUP_get_degree(group) + 7) / 8, type->field_size);
    EXPECT_EQ(find_key_type_on(type->curve), type);
    EXPECT_EQ(to_text(kind, type->max_bits), "ECDSA " + std::string(EC_curve_nid2nist(type->curve)));
  }
}

TEST(KeyType, TellsTheSizeWhereKeysOfAKindDifferInIt) {
  EXPECT_EQ(to_text(KeyKind::kRsa, 3072), "RSA 3072");
}

}  // namespace
}  // namespace livecert::x509

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/compare.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/legacy.h"
#include "crypto/random.h"
#include "crypto/secret_base64.h"

namespace livecert::crypto {
namespace {

using base::as_bytes;
using base::Bytes;
using base::to_hex;

Bytes hex(std::string_view text) {
  return base::parse_hex(text).value();
}

TEST(SecretBase64, IsReadWithPaddingAndNothingElse) {
  const auto read = [](std::string_view text) {
    const auto bytes = parse_secret_base64(text);
    return bytes ? std::string(base::as_text(*bytes)) : "refused";
  };
  // RFC 4648, section 10.
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("Zg=="), "f");
  EXPECT_EQ(read("Zm8="), "fo");
  EXPECT_EQ(read("Zm9v"), "foo");
  EXPECT_EQ(read("Zm9vYmE="), "fooba");
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9v\n", " Zm9", "Zm9v Zm9", "Zm-_", "Zm9vZg==Zm9v"}) {
    EXPECT_EQ(read(text), "refused") << text;
  }
}

// RFC 4231, long enough for both kinds of key: shorter and longer than the block.
TEST(Hmac, GivesTheAnswersOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0xaa), Bytes(50, 0xdd))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(
      to_hex(hmac_sha256(Bytes(131, 0xaa),
                         as_bytes("This is a test using a larger than block-size key and a larger than block-size "
                                  "data. The key needs to be hashed before being used by the HMAC algorithm."))),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Sha256, GivesTheAnswersOfFips180) {
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfPiecesIsThatOfTheWholeAndStartsAnewAfterwards) {
  Sha256 hash;
  EXPECT_EQ(hash.update(as_bytes("a")).update({}).update(as_bytes("bc")).finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(hash.finish(), sha256({}));
}

TEST(Hkdf, GivesTheAnswersOfRfc5869) {
  const Bytes salt = hex("000102030405060708090a0b0c");
  const Bytes info = hex("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), salt, info, 42).reveal(base::SecretAccess())),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42).reveal(base::SecretAccess())),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, YieldsUpToTheLimitOfItsCounter) {
  const base::SecretBytes longest = hkdf_sha256(Bytes(22, 0x0b), {}, {}, 255 * 32);
  EXPECT_EQ(longest.size(), 255U * 32);
  EXPECT_TRUE(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 0).empty());
}

// Test cases 13 to 16 of the GCM specification that NIST adopted.
struct GcmCase {
  const char* key;
  const char* nonce;
  const char* additional_data;
  const char* plaintext;
  const char* sealed;
};
constexpr GcmCase kGcmCases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(Aead, GivesTheAnswersOfTheGcmSpecification) {
  for (const GcmCase& c : kGcmCases) {
    const auto sealed = seal(hex(c.key), hex(c.nonce), hex(c.additional_data), hex(c.plaintext));
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(to_hex(*sealed), c.sealed);
    const auto opened = open(hex(c.key), hex(c.nonce), hex(c.additional_data), *sealed);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(to_hex(opened->reveal(base::SecretAccess())), c.plaintext);
  }
}

TEST(Aead, OpensNothingThatWasChanged) {
  const Bytes key(32, 1);
  const Bytes nonce(12, 2);
  const Bytes sealed = seal(key, nonce, as_bytes("for A"), as_bytes("a secret")).value();
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    Bytes damaged = sealed;
    damaged[i / 8] = static_cast<std::uint8_t>(damaged[i / 8] ^ (1U << (i % 8)));
    EXPECT_FALSE(open(key, nonce, as_bytes("for A"), damaged).has_value());
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(open(key, nonce, as_bytes("for A"), base::ByteView(sealed).first(size)).has_value());
  }
  EXPECT_FALSE(open(key, nonce, as_bytes("for B"), sealed).has_value());
  EXPECT_FALSE(open(Bytes(32, 9), nonce, as_bytes("for A"), sealed).has_value());
  EXPECT_FALSE(open(key, Bytes(12, 9), as_bytes("for A"), sealed).has_value());
}

TEST(Compare, SeesEveryDifference) {
  EXPECT_TRUE(constant_time_equal(as_bytes("same"), as_bytes("same")));
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_FALSE(constant_time_equal(as_bytes("same"), as_bytes("sama")));
  EXPECT_FALSE(constant_time_equal(as_bytes("same"), as_bytes("sam")));
}

TEST(SystemRandom, FillsEveryTimeDifferently) {
  SystemRandom random;
  Bytes first(32);
  Bytes second(32);
  random.fill(first);
  random.fill(second);
  random.fill({});
  EXPECT_NE(first, second);
  EXPECT_NE(first, Bytes(32));
}

TEST(Legacy, GivesTheAnswersOfRfc1321AndNist) {
  EXPECT_EQ(to_hex(legacy::insecure_md5(as_bytes("abc"))), "900150983cd24fb0d6963f7d28e17f72");
  // NIST SP 800-38A F.2.1, first block.
  const Bytes key = hex("2b7e151628aed2a6abf7158809cf4f3c");
  const Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  const Bytes plaintext = hex("6bc1bee22e409f96e93d7e117393172a");
  const auto ciphertext = legacy::insecure_aes_128_cbc_encrypt(key, iv, plaintext);
  ASSERT_TRUE(ciphertext.has_value());
  EXPECT_EQ(to_hex(*ciphertext), "7649abac8119b246cee98e9b12e9197d");
  const auto decrypted = legacy::insecure_aes_128_cbc_decrypt(key, iv, *ciphertext);
  ASSERT_TRUE(decrypted.has_value());
  EXPECT_EQ(to_hex(*decrypted), to_hex(plaintext));
  EXPECT_FALSE(legacy::insecure_aes_128_cbc_decrypt(key, iv, Bytes(15)).has_value());
}

}  // namespace
}  // namespace livecert::crypto

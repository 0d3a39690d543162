#include "edge/proof/check_bundle.h"

#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <sys/mman.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include "base/check.h"
#include "edge/proof/openssl_certificate.h"
#include "edge/tls_server.h"
#include "support/memory_search.h"
#include "x509/certificate_template.h"
#include "x509/key_generation.h"
#include "x509/key_reading.h"
#include "x509/key_templates.h"
#include "x509/pem_scanner.h"
#include "x509/public_key.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using x509::PrivateKey;

const std::string kName = "live.example.net";

Bundle to_bundle(Identity identity) {
  return {std::move(identity.chain), std::move(identity.key)};
}

void expect_invalid(const base::Result<void>& result, const std::string& part) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(result.error().message, HasSubstr(part));
}

TEST(CheckBundle, PassesWhatAServerCanUse) {
  for (const bool is_rsa : {false, true}) {
    Bundle bundle = to_bundle(is_rsa ? make_rsa_identity() : make_identity());
    auto result = check_bundle(bundle, kName);
    EXPECT_TRUE(result) << result.error().message;
    bundle.certificates.push_back(shared_pki().root());
    EXPECT_TRUE(check_bundle(bundle, kName));
    bundle.certificates.resize(1, bundle.certificates.front());
    EXPECT_TRUE(check_bundle(bundle, kName));
  }
}

TEST(CheckBundle, PassesAChainThatTakesManyRoundsToSend) {
  Bundle bundle = to_bundle(make_identity());
  while (bundle.certificates.size() < 120) bundle.certificates.push_back(shared_pki().intermediate());
  const auto result = check_bundle(bundle, kName);
  EXPECT_TRUE(result) << result.error().message;
}

TEST(CheckBundle, RefusesAChainThatNoClientTakes) {
  Bundle bundle = to_bundle(make_identity());
  while (bundle.certificates.size() < 400) bundle.certificates.push_back(shared_pki().intermediate());
  expect_invalid(check_bundle(bundle, kName), "a TLS handshake with this chain and key fails: ");
}

TEST(CheckBundle, PassesAWildcard) {
  PrivateKey key = *x509::generate_ec_p256_key();
  x509::Certificate leaf = shared_pki().issue({.common_name = "x", .dns_names = {"*.example.net"}}, key);
  const Bundle bundle{{std::move(leaf), shared_pki().intermediate()}, std::move(key)};
  EXPECT_TRUE(check_bundle(bundle, kName));
  expect_invalid(check_bundle(bundle, "a.b.example.net"), "the leaf (CN=x) is not for a.b.example.net");
}

TEST(CheckBundle, RefusesNoCertificate) {
  Bundle bundle = to_bundle(make_identity());
  bundle.certificates.clear();
  expect_invalid(check_bundle(bundle, kName), "there is no certificate");
}

TEST(CheckBundle, RefusesAnotherDomain) {
  const Bundle bundle = to_bundle(make_identity());
  expect_invalid(check_bundle(bundle, "other.example.net"), "is not for other.example.net");
}

TEST(CheckBundle, RefusesTheKeyOfAnotherCertificate) {
  for (const bool is_rsa : {false, true}) {
    Bundle bundle = to_bundle(make_identity());
    bundle.key = is_rsa ? make_rsa_identity().key : *x509::generate_ec_p256_key();
    expect_invalid(check_bundle(bundle, kName), "the private key is not the leaf's (CN=live.example.net)");
  }
}

x509::Certificate make_weak_root() {
  const x509::OwnedKey key(EVP_RSA_gen(1024));
  const x509::OwnedCertificate made(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  LIVECERT_CHECK(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return *x509::Certificate::parse(to_der(made.get()));
}

// At OpenSSL's level 2, which is Debian's, servers do not start with such a chain.
TEST(CheckBundle, RefusesAChainThatServersRefuse) {
  Bundle bundle = to_bundle(make_identity());
  bundle.certificates.push_back(make_weak_root());
  expect_invalid(check_bundle(bundle, kName), "a TLS server cannot use certificate 3 of the chain: ca key too small");
}

// ---- RSA keys whose numbers are wrong

using Numbers = x509::RsaPrivateKeyAsn1;

x509::OwnedNumber number(unsigned long value = 0) {
  x509::OwnedNumber made(BN_new());
  LIVECERT_CHECK(made != nullptr && BN_set_word(made.get(), value) == 1);
  return made;
}

// A key whose first prime is not a prime, although every relation between its numbers holds.
x509::OwnedKeyAsn1<Numbers> make_with_composite_prime() {
  auto key = x509::make_empty_rsa_key();
  const x509::OwnedNumberContext context(BN_CTX_new());
  const auto a = number();
  const auto b = number();
  const auto one = number(1);
  const auto order1 = number();
  const auto order2 = number();
  const auto orders = number();
  BN_set_word(key->public_exponent, 65537);
  const auto is_inverted = [&] {
    return BN_mod_inverse(key->private_exponent, key->public_exponent, orders.get(), context.get()) != nullptr;
  };
  do {
    BN_generate_prime_ex(a.get(), 512, 0, nullptr, nullptr, nullptr);
    BN_generate_prime_ex(b.get(), 512, 0, nullptr, nullptr, nullptr);
    BN_generate_prime_ex(key->prime2, 1024, 0, nullptr, nullptr, nullptr);
    BN_mul(key->prime1, a.get(), b.get(), context.get());
    BN_mul(key->modulus, key->prime1, key->prime2, context.get());
    BN_sub(order1.get(), key->prime1, one.get());
    BN_sub(order2.get(), key->prime2, one.get());
    BN_mul(orders.get(), order1.get(), order2.get(), context.get());
  } while (BN_num_bits(key->modulus) != 2048 || !is_inverted());
  BN_mod(key->exponent1, key->private_exponent, order1.get(), context.get());
  BN_mod(key->exponent2, key->private_exponent, order2.get(), context.get());
  LIVECERT_CHECK(BN_mod_inverse(key->coefficient, key->prime2, key->prime1, context.get()) != nullptr);
  return key;
}

TEST(CheckBundle, RefusesAnRsaKeyWithAPrimeThatIsNone) {
  const auto numbers = make_with_composite_prime();
  auto reading = x509::read_private_key(x509::KeyEncoding::kPkcs1, x509::encode_rsa_key(*numbers));
  ASSERT_TRUE(std::holds_alternative<PrivateKey>(reading)) << "nothing but use can tell";
  PrivateKey key = std::get<PrivateKey>(std::move(reading));
  x509::Certificate leaf = shared_pki().issue({}, key);
  const Bundle bundle{{std::move(leaf), shared_pki().intermediate()}, std::move(key)};
  expect_invalid(check_bundle(bundle, kName), "what the private key signs is not good for the leaf");
}

// Skips all proofs, as a fault in memory might.
PrivateKey make_unchecked(const Numbers& numbers) {
  return PrivateKey({x509::KeyKind::kRsa, BN_num_bits(numbers.modulus),
                     base::SecretBytes(x509::encode_pkcs8(0, x509::encode_rsa_key(numbers))),
                     x509::rsa_numbers(numbers.modulus, numbers.public_exponent)});
}

TEST(CheckBundle, RefusesAnRsaKeyWithAnyWrongNumber) {
  const Identity whole = make_rsa_identity();
  const base::SecretBytes pkcs8 = whole.key.pkcs8(base::SecretAccess());
  const auto outer = x509::decode_key<x509::Pkcs8Asn1>(pkcs8.reveal(base::SecretAccess()));
  for (BIGNUM* Numbers::*const member : {&Numbers::private_exponent, &Numbers::prime1, &Numbers::prime2,
                                         &Numbers::exponent1, &Numbers::exponent2, &Numbers::coefficient}) {
    const auto numbers = x509::decode_key<Numbers>(x509::as_bytes(outer->key));
    // The control: the unchanged key passes in this way too.
    EXPECT_TRUE(check_bundle({whole.chain, make_unchecked(*numbers)}, kName));
    BN_sub_word(numbers.get()->*member, 2);
    expect_invalid(check_bundle({whole.chain, make_unchecked(*numbers)}, kName), "do not fit each other");
  }
}

TEST(CheckBundle, RefusesAnEcKeyWithAnotherNumberThanItsPoint) {
  const Identity one = make_identity();
  const base::SecretBytes other = x509::generate_ec_p256_key()->pkcs8(base::SecretAccess());
  // The public numbers of the one, the key of the other.
  PrivateKey key({x509::KeyKind::kEcP256, 256, other.clone(base::SecretAccess()),
                  base::to_bytes(one.chain.front().public_key_bits())});
  ASSERT_TRUE(key.belongs_to(one.chain.front()));
  expect_invalid(check_bundle({one.chain, std::move(key)}, kName), "what the private key signs is not good");
}

// ---- Copies of keys in memory

// A file seen through its page-cache mapping, which the search leaves out.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path) : size_(std::filesystem::file_size(path)) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
    LIVECERT_CHECK(data_ != MAP_FAILED);
    ::close(file);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() { ::munmap(data_, size_); }
  [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(data_), size_}; }

 private:
  std::size_t size_;
  void* data_;
};

// Pieces of a number as DER writes it and as OpenSSL computes with it.
void add_number(test::MemorySearch& search, base::ByteView big_endian) {
  constexpr std::size_t kPiece = 16;
  const base::WipedBuffer little_endian(big_endian.rbegin(), big_endian.rend());
  for (const base::ByteView bytes : {big_endian, base::ByteView(little_endian)}) {
    for (std::size_t at = 0; at + kPiece <= bytes.size(); at += 8) search.add_pattern(bytes.subspan(at, kPiece));
  }
}

void add_key(test::MemorySearch& search, base::ByteView pkcs8) {
  const auto outer = x509::decode_key<x509::Pkcs8Asn1>(pkcs8);
  if (const auto ec = x509::decode_key<x509::EcPrivateKeyAsn1>(x509::as_bytes(outer->key))) {
    add_number(search, x509::as_bytes(ec->number));
  } else if (const auto rsa = x509::decode_key<Numbers>(x509::as_bytes(outer->key))) {
    for (const BIGNUM* each :
         {rsa->private_exponent, rsa->prime1, rsa->prime2, rsa->exponent1, rsa->exponent2, rsa->coefficient}) {
      base::WipedBuffer bytes(static_cast<std::size_t>(BN_num_bytes(each)));
      BN_bn2bin(each, bytes.data());
      add_number(search, bytes);
    }
  }
}

class CheckBundleWiping : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "AddressSanitizer's own memory cannot be searched";
#endif
  }
};

// Keys that no other test of this program reads.
TEST_P(CheckBundleWiping, LeavesNothingOfTheKeyInMemory) {
  const std::string prefix = std::string(LIVECERT_WIPING_KEYS) + "/" + GetParam();
  const MappedFile pem(prefix + "-pkcs8.pem");
  const MappedFile chain(prefix + "-certificates.pem");
  const std::vector<x509::Certificate> certificates{
      *x509::Certificate::parse(x509::scan_pem(chain.text(), 1).front().der)};
  const Identity other = make_identity("live.example.com");
  // The first call of a library's function saves all registers on the stack, and some still hold what was copied last:
  // the search makes its first calls before there is a key.
  test::MemorySearch first;
  first.add_pattern(base::as_bytes("any sixteen bytes"));
  static_cast<void>(first.count_occurrences());
  test::MemorySearch search;
  add_key(search, x509::scan_pem(pem.text(), 1).front().der);
  ASSERT_GE(search.pattern_count(), 6U);
  const auto read_key = [&] { return *PrivateKey::parse_pkcs8(x509::scan_pem(pem.text(), 1).front().der); };
  {
    const PrivateKey held = read_key();
    EXPECT_GT(search.count_occurrences(), 0U);  // the control
  }
  const auto count = [&] {
    base::wipe_dead_stack();
    return search.count_occurrences();
  };
  EXPECT_TRUE(check_bundle({certificates, read_key()}, "live.example.com"));
  EXPECT_EQ(count(), 0U);
  EXPECT_FALSE(check_bundle({certificates, read_key()}, "other.example.com"));
  EXPECT_EQ(count(), 0U);
  EXPECT_FALSE(check_bundle({other.chain, read_key()}, "live.example.com"));
  EXPECT_EQ(count(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Keys, CheckBundleWiping, testing::Values("rsa", "ec", "ec384"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace livecert::edge

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "x509/certificate_state.h"
#include "x509/corpus.h"
#include "x509/mutation.h"
#include "x509/openssl_reading.h"
#include "x509/pem_scanner.h"
#include "x509/signature_comparison.h"
#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

// Our verdict on a signature and OpenSSL's X509_verify: over the corpus, and over certificates signed here, so that the
// algorithm can be written in every way while the signature stays right.

using base::Bytes;

std::vector<Bytes> certificates_of(const std::string& name) {
  std::vector<Bytes> certificates;
  for (const PemBlock& block : scan_pem(load_case(name).certificates_pem, 20)) {
    if (block.label == "CERTIFICATE") certificates.emplace_back(block.der.begin(), block.der.end());
  }
  return certificates;
}

DerNode made_of(std::uint8_t tag, std::vector<DerNode> children) {
  DerNode node;
  node.tag = tag;
  node.children = std::move(children);
  return node;
}

DerNode number(std::uint8_t value) {
  DerNode node;
  node.tag = kDerInteger;
  node.content = {value};
  return node;
}

DerNode object(int nid) {
  const ASN1_OBJECT* value = OBJ_nid2obj(nid);
  DerNode node;
  node.tag = kDerObject;
  node.content.assign(OBJ_get0_data(value), OBJ_get0_data(value) + OBJ_length(value));
  return node;
}

DerNode null() {
  DerNode node;
  node.tag = kDerNull;
  return node;
}

DerNode algorithm(int nid) {
  return made_of(kDerSequence, {object(nid), null()});
}

// The way in which a signature is made; the padding is PSS when there is a salt.
struct Scheme {
  const EVP_MD* digest;
  std::optional<int> salt;
  const EVP_MD* mask = nullptr;
};

Bytes sign(const Bytes& message, EVP_PKEY* key, const Scheme& scheme) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  EVP_DigestSignInit(context.get(), &key_context, scheme.digest, nullptr, key);
  if (scheme.salt) {
    EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, *scheme.salt);
    EVP_PKEY_CTX_set_rsa_mgf1_md(key_context, scheme.mask);
  }
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size());
  Bytes signature(size);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()), 1);
  signature.resize(size);
  return signature;
}

// The certificate with that algorithm inside and outside, signed with the key.
Bytes signed_again(const Bytes& certificate, const DerNode& algorithm, EVP_PKEY* key, const Scheme& scheme) {
  DerNode root = *parse_der(certificate);
  root.children[0].children[2] = algorithm;
  root.children[1] = algorithm;
  DerNode& bits = root.children[2];
  bits.children.clear();
  bits.content = {0};
  const Bytes signature = sign(to_der(root.children[0]), key, scheme);
  bits.content.insert(bits.content.end(), signature.begin(), signature.end());
  return to_der(root);
}

// The certificate for another key.
Bytes for_key(const Bytes& certificate, EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  DerNode root = *parse_der(certificate);
  root.children[0].children[6] = *parse_der({encoded, static_cast<std::size_t>(size)});
  OPENSSL_free(encoded);
  return to_der(root);
}

// Signs a leaf of the corpus with a key made here.
class Signer {
 public:
  explicit Signer(OwnedKey key) : key_(std::move(key)) {
    const auto issuer = for_key(leaf_, key_.get());
    issuer_ = *Certificate::parse(issuer);
    their_issuer_ = read_with_openssl(issuer);
  }

  // Does nothing when one of the two does not accept it as a certificate: the certificates' own test covers that.
  void compare(const DerNode& algorithm, const Scheme& scheme, SignatureComparison& comparison) {
    const Bytes der = signed_again(leaf_, algorithm, key_.get(), scheme);
    const auto ours = Certificate::parse(der);
    const auto theirs = read_with_openssl(der);
    if (ours && theirs.get() != nullptr) comparison.compare(*ours, theirs.get(), *issuer_, their_issuer_.get());
  }

 private:
  Bytes leaf_ = certificates_of("good-rsa-2048").front();
  OwnedKey key_;
  std::optional<Certificate> issuer_;
  OpensslCertificate their_issuer_;
};

DerNode pss(int digest, std::optional<int> mask_digest, int salt, std::optional<std::uint8_t> trailer) {
  std::vector<DerNode> parameters{made_of(0xA0, {algorithm(digest)})};
  if (mask_digest) {
    parameters.push_back(made_of(0xA1, {made_of(kDerSequence, {object(NID_mgf1), algorithm(*mask_digest)})}));
  }
  parameters.push_back(made_of(0xA2, {number(static_cast<std::uint8_t>(salt))}));
  if (trailer) parameters.push_back(made_of(0xA3, {number(*trailer)}));
  return made_of(kDerSequence, {object(NID_rsassaPss), made_of(kDerSequence, std::move(parameters))});
}

TEST(DifferentialSignatures, AgreeWithOpensslOnTheCorpusAndOnEveryWayToWriteTheAlgorithm) {
  SignatureComparison comparison;
  std::vector<Bytes> all;
  for (const std::string& name : corpus_names()) {
    for (const Bytes& der : certificates_of(name)) all.push_back(der);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i; j < std::min(all.size(), i + 4); ++j) {  // neighbours are of one upload
      const auto child = Certificate::parse(all[i]);
      const auto issuer = Certificate::parse(all[j]);
      if (!child || !issuer) continue;
      comparison.compare(*child, read_with_openssl(all[i]).get(), *issuer, read_with_openssl(all[j]).get());
    }
  }
  Signer rsa(OwnedKey(EVP_RSA_gen(2048)));
  for (const int nid : {NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption, NID_sha512WithRSAEncryption,
                        NID_sha1WithRSAEncryption, NID_md5WithRSAEncryption, NID_sha224WithRSAEncryption}) {
    int digest = 0;
    OBJ_find_sigid_algs(nid, &digest, nullptr);
    rsa.compare(algorithm(nid), {EVP_get_digestbynid(digest), {}}, comparison);
    rsa.compare(made_of(kDerSequence, {object(nid)}), {EVP_get_digestbynid(digest), {}}, comparison);
    rsa.compare(made_of(kDerSequence, {object(nid), number(1)}), {EVP_get_digestbynid(digest), {}}, comparison);
  }
  Signer small(OwnedKey(EVP_RSA_gen(768)));
  small.compare(algorithm(NID_sha256WithRSAEncryption), {EVP_sha256(), {}}, comparison);
  for (const int digest : {NID_sha1, NID_sha224, NID_sha256, NID_sha384, NID_sha512}) {
    for (const int mask : {NID_sha1, NID_sha256, NID_sha512}) {
      for (const int salt : {0, 20, 32, 64, 65, 100}) {
        const Scheme scheme{EVP_get_digestbynid(digest), salt, EVP_get_digestbynid(mask)};
        rsa.compare(pss(digest, mask, salt, {}), scheme, comparison);
        rsa.compare(pss(digest, mask, salt, 1), scheme, comparison);
        rsa.compare(pss(digest, mask, salt, 2), scheme, comparison);
        if (mask == NID_sha1) rsa.compare(pss(digest, {}, salt, {}), scheme, comparison);
      }
    }
  }
  const Scheme scheme{EVP_sha256(), 32, EVP_sha256()};
  const Bytes written = to_der(pss(NID_sha256, NID_sha256, 32, 1));
  mutate_every_node(written, written, [&](const Bytes& mutated, const std::string& what) {
    const auto changed = parse_der(mutated);
    SCOPED_TRACE(what);
    if (changed) rsa.compare(*changed, scheme, comparison);
  });
  comparison.expect_all_needed();
  EXPECT_GE(comparison.valid, 300);
  EXPECT_GE(comparison.invalid, 200);
}

}  // namespace
}  // namespace livecert::x509

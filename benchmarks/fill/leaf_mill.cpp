#include "benchmarks/fill/leaf_mill.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/rand.h>

#include "base/check.h"
#include "x509/issue.h"
#include "x509/signing_key.h"

namespace livecert::benchmarks {
namespace {

constexpr std::size_t kSerialSize = 16;
constexpr std::size_t kNumberDigits = 7;
// What the pattern has where a leaf has something of its own. Found by looking for it, so nothing else may look like
// it.
const base::Time kPatternBegin = base::from_unix_seconds(2'006'144'551);  // 2033-07-28T05:02:31Z
const base::Time kPatternEnd = base::from_unix_seconds(2'037'680'551);
constexpr std::size_t kPatternNumber = 9'999'999;
// ecdsa-with-SHA256, as a certificate names it (RFC 5758 §3.2).
constexpr std::array<std::uint8_t, 12> kAlgorithm{0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                                  0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};

std::string digits_of(std::size_t number) {
  std::string digits = std::to_string(number);
  LIVECERT_CHECK(digits.size() <= kNumberDigits);
  return std::string(kNumberDigits - digits.size(), '0') + digits;
}

// RFC 5280 §4.1.2.5.1.
std::string to_utc_time(base::Time time) {
  const std::string basic = base::to_basic_time(time);  // 20330728T050231Z
  return basic.substr(2, 6) + basic.substr(9);
}

std::vector<std::size_t> find_all(const base::Bytes& bytes, std::string_view text) {
  std::vector<std::size_t> places;
  for (auto from = bytes.begin();;) {
    const auto found = std::search(from, bytes.end(), text.begin(), text.end());
    if (found == bytes.end()) return places;
    places.push_back(static_cast<std::size_t>(found - bytes.begin()));
    from = found + 1;
  }
}

std::size_t find_only(const base::Bytes& bytes, std::string_view text) {
  const auto places = find_all(bytes, text);
  LIVECERT_CHECK(places.size() == 1);
  return places.front();
}

void write_at(base::Bytes& bytes, std::size_t place, std::string_view text) {
  std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(place));
}

// The head of a DER value of that size (X.690 §8.1.3).
base::Bytes der_head(std::uint8_t tag, std::size_t size) {
  LIVECERT_CHECK(size < 0x10000);
  if (size < 0x80) return {tag, static_cast<std::uint8_t>(size)};
  if (size < 0x100) return {tag, 0x81, static_cast<std::uint8_t>(size)};
  return {tag, 0x82, static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size & 0xFFU)};
}

// The first part of a certificate with its head: the certificate's own is four bytes long, as is this one's.
base::Bytes signed_part_of(base::ByteView der) {
  constexpr std::size_t kHead = 4;
  LIVECERT_CHECK(der.size() > 2 * kHead && der[1] == 0x82 && der[kHead] == 0x30 && der[kHead + 1] == 0x82);
  const std::size_t size = kHead + (std::size_t{der[kHead + 2]} << 8U | der[kHead + 3]);
  return base::to_bytes(der.subspan(kHead, size));
}

}  // namespace

base::Result<LeafMill> LeafMill::make(const std::string& customer, const std::vector<base::ByteView>& keys,
                                      base::Time begin) {
  TRY_ASSIGN(const auto root_key, x509::generate_ec_p256_key());
  TRY_ASSIGN(const auto intermediate_key, x509::generate_ec_p256_key());
  const base::Time end = begin + std::chrono::days(3650);
  const base::Time before = begin - std::chrono::days(30);
  TRY_ASSIGN(const auto root,
             x509::issue_root(
                 {.common_name = customer + " Root", .organization = customer, .not_before = before, .not_after = end},
                 root_key));
  TRY_ASSIGN(
      const auto intermediate,
      x509::issue_intermediate(
          {.common_name = customer + " Intermediate", .organization = customer, .not_before = before, .not_after = end},
          intermediate_key, {root, root_key}));
  LeafMill mill;
  for (const base::ByteView pkcs8 : keys) {
    TRY_ASSIGN(auto key, x509::PrivateKey::parse_pkcs8(pkcs8));
    TRY_ASSIGN(Pattern pattern, make_pattern(std::move(key), intermediate, intermediate_key));
    mill.patterns_.push_back(std::move(pattern));
  }
  mill.intermediate_key_ = x509::to_signing_key(intermediate_key, base::SecretAccess());
  mill.digest_.reset(EVP_MD_CTX_new());
  LIVECERT_CHECK(mill.intermediate_key_ && mill.digest_ && !mill.patterns_.empty());
  return mill;
}

std::string LeafMill::name_of(std::size_t number) {
  return "live-" + digits_of(number) + ".example.net";
}

base::Result<LeafMill::Pattern> LeafMill::make_pattern(x509::PrivateKey key, const x509::Certificate& intermediate,
                                                       const x509::PrivateKey& intermediate_key) {
  const std::string name = name_of(kPatternNumber);
  TRY_ASSIGN(x509::Certificate leaf, x509::issue_leaf({.common_name = name,
                                                       .dns_names = {name, "www." + name},
                                                       .not_before = kPatternBegin,
                                                       .not_after = kPatternEnd},
                                                      key, {intermediate, intermediate_key}));
  Pattern pattern;
  pattern.signed_part = signed_part_of(leaf.der());
  constexpr std::size_t kSerialAt = 4 + 5 + 2;  // after two heads: of the whole, and of the number; and the version
  pattern.serial = kSerialAt;
  LIVECERT_CHECK(pattern.signed_part[kSerialAt - 2] == 0x02 && pattern.signed_part[kSerialAt - 1] == kSerialSize);
  pattern.not_before = find_only(pattern.signed_part, to_utc_time(kPatternBegin));
  pattern.not_after = find_only(pattern.signed_part, to_utc_time(kPatternEnd));
  pattern.numbers = find_all(pattern.signed_part, digits_of(kPatternNumber));
  LIVECERT_CHECK(pattern.numbers.size() == 3);  // the common name and two alternative ones
  std::vector<x509::Certificate> certificates{std::move(leaf), intermediate};
  pattern.chain = std::make_unique<x509::AcceptedChain>(
      x509::AcceptedChain{std::move(certificates), std::move(key), {}, kPatternEnd});
  return pattern;
}

base::Result<base::Bytes> LeafMill::sign(const base::Bytes& signed_part) {
  std::array<std::uint8_t, 80> signature{};
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(digest_.get(), nullptr, EVP_sha256(), nullptr, intermediate_key_.get()) != 1 ||
      EVP_DigestSign(digest_.get(), signature.data(), &size, signed_part.data(), signed_part.size()) != 1) {
    return base::Error{base::ErrorCode::kInternal, "signing a leaf failed"};
  }
  base::Bytes der = der_head(0x03, size + 1);
  der.push_back(0);  // no unused bits
  der.insert(der.end(), signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(size));
  return der;
}

base::Result<const x509::AcceptedChain*> LeafMill::make_leaf(std::size_t number, base::Time not_before,
                                                             base::Time not_after) {
  Pattern& pattern = patterns_[number % patterns_.size()];
  base::Bytes& signed_part = pattern.signed_part;
  std::uint8_t* serial = signed_part.data() + pattern.serial;
  LIVECERT_CHECK(RAND_bytes(serial, kSerialSize) == 1);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7FU) | 0x40U);  // positive and of full length
  write_at(signed_part, pattern.not_before, to_utc_time(not_before));
  write_at(signed_part, pattern.not_after, to_utc_time(not_after));
  for (const std::size_t place : pattern.numbers) write_at(signed_part, place, digits_of(number));
  TRY_ASSIGN(const base::Bytes signature, sign(signed_part));
  base::Bytes der = der_head(0x30, signed_part.size() + kAlgorithm.size() + signature.size());
  der.insert(der.end(), signed_part.begin(), signed_part.end());
  der.insert(der.end(), kAlgorithm.begin(), kAlgorithm.end());
  der.insert(der.end(), signature.begin(), signature.end());
  TRY_ASSIGN(x509::Certificate leaf, x509::Certificate::parse(der));
  pattern.chain->ends_at = leaf.not_after();
  pattern.chain->certificates.front() = std::move(leaf);
  return static_cast<const x509::AcceptedChain*>(pattern.chain.get());
}

}  // namespace livecert::benchmarks

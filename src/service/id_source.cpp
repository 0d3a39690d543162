#include "service/id_source.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/check.h"

namespace livecert::service {
namespace {

constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kAlphanumerics = kBase64Alphabet.substr(0, 62);
constexpr std::int64_t kEpochMillis = 1'577'836'800'000;  // 2020-01-01T00:00:00Z
constexpr int kNodeBits = 10;
constexpr int kSequenceBits = 12;
constexpr std::int64_t kLastTick = (1LL << (41 + kSequenceBits)) - 1;

}  // namespace

IdSource::IdSource(const base::Clock& clock, crypto::Random& random, std::uint32_t node)
    : clock_(clock), random_(random), node_(node) {
  LIVECERT_CHECK(node < (1U << kNodeBits));
}

base::ChainId IdSource::make_chain_id() {
  constexpr std::size_t kRandomBytes = 10;
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(std::span(bytes).first(kRandomBytes));
  auto millis = static_cast<std::uint64_t>(base::to_unix_micros(clock_.now()) / 1000);
  for (std::size_t i = bytes.size(); i > kRandomBytes; millis >>= 8) bytes[--i] = static_cast<std::uint8_t>(millis);
  return base::ChainId(bytes);
}

base::CertId IdSource::make_cert_id() {
  const std::int64_t now = (base::to_unix_micros(clock_.now()) / 1000 - kEpochMillis) << kSequenceBits;
  std::int64_t last = last_tick_.load();
  std::int64_t tick = 0;
  do {
    // After the last possible id, ids repeat, and a store refuses those that it has. So nothing is lost.
    tick = std::min(std::max(now, last + 1), kLastTick);
  } while (!last_tick_.compare_exchange_weak(last, tick));
  const std::int64_t millis = tick >> kSequenceBits;
  const std::int64_t sequence = tick & ((1LL << kSequenceBits) - 1);
  return base::CertId((millis << (kNodeBits + kSequenceBits)) | (node_ << kSequenceBits) | sequence);
}

std::unique_lock<std::mutex> IdSource::take_turn(const base::ChainId& chain) {
  return std::unique_lock(turns_.at(chain.bytes().front() % turns_.size()));
}

base::AccountId IdSource::make_account_id() {
  std::array<std::uint8_t, 8> bytes{};
  random_.fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return base::AccountId(2'100'000'000 + static_cast<std::int64_t>(number % 100'000'000));
}

std::string IdSource::make_access_key_id() {
  std::string id = "AKLT";
  while (id.size() < 44) {
    std::array<std::uint8_t, 64> bytes{};
    random_.fill(bytes);
    for (const std::uint8_t byte : bytes) {
      // Skips values that would favour the first letters.
      if (const std::size_t index = byte & 63U; index < kAlphanumerics.size() && id.size() < 44) {
        id += kAlphanumerics[index];
      }
    }
  }
  return id;
}

base::SecretBytes IdSource::make_access_secret() {
  base::WipedBuffer secret(60);
  random_.fill(secret);
  for (std::uint8_t& byte : secret) byte = static_cast<std::uint8_t>(kBase64Alphabet[byte & 63U]);
  return base::SecretBytes(std::move(secret));
}

}  // namespace livecert::service

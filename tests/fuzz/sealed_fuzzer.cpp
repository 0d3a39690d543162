#include <array>
#include <cstddef>
#include <cstdint>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>

#include "base/check.h"
#include "vault/envelope.h"

namespace {

using namespace livecert;

// The same salt for the same input, so that a finding can be repeated.
class GivenRandom final : public crypto::Random {
 public:
  explicit GivenRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = bytes_.empty() ? 0x11 : static_cast<std::uint8_t>(bytes_[i % bytes_.size()]);
    }
  }

 private:
  std::string bytes_;
};

bool opens(const base::SecretBytes& key, const vault::Place& place, base::ByteView sealed) {
  return vault::open_envelope(key, place, sealed).has_value();
}

struct OwnedPlace {
  vault::Purpose purpose;
  std::int64_t account;
  std::array<std::uint8_t, 16> chain;
  std::int64_t version;
  std::string digest;
  std::string name;

  [[nodiscard]] vault::Place place() const {
    return {purpose, base::AccountId(account), base::ChainId(chain), base::CertId(version), base::as_bytes(digest),
            name};
  }
};

// An item that is moved to another place does not open there.
void check_places(const base::SecretBytes& key, const OwnedPlace& own, base::ByteView sealed) {
  std::array<OwnedPlace, 7> others{own, own, own, own, own, own, own};
  others[0].purpose = own.purpose == vault::Purpose::kService ? vault::Purpose::kPrivateKey : vault::Purpose::kService;
  others[1].account ^= 1;
  others[2].chain.back() ^= 1U;
  others[3].version ^= 1;
  others[4].digest += 'x';
  others[5].name += 'x';
  // Moves a byte from one field to the next.
  if (own.name.empty()) {
    others[6].name = "x";
  } else {
    others[6].digest += own.name.front();
    others[6].name.erase(0, 1);
  }
  for (const OwnedPlace& other : others) LIVECERT_CHECK(!opens(key, other.place(), sealed));
}

}  // namespace

// A secret that is sealed and opened, and records with any byte changed, cut off or invented.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const base::SecretBytes key =
      base::SecretBytes(base::WipedBuffer(vault::kKeySize, input.ConsumeIntegral<std::uint8_t>()));
  OwnedPlace own{static_cast<vault::Purpose>(input.ConsumeIntegralInRange<int>(1, 4)),
                 input.ConsumeIntegral<std::int64_t>(),
                 {},
                 input.ConsumeIntegral<std::int64_t>(),
                 input.ConsumeRandomLengthString(40),
                 input.ConsumeRandomLengthString(40)};
  own.chain.fill(input.ConsumeIntegral<std::uint8_t>());
  GivenRandom random(input.ConsumeRandomLengthString(32));
  const std::uint32_t place_of_change = input.ConsumeIntegral<std::uint32_t>();
  const std::uint8_t change = input.ConsumeIntegralInRange<std::uint8_t>(1, 255);
  const std::string text = input.ConsumeRemainingBytesAsString();

  LIVECERT_CHECK(!opens(key, own.place(), base::as_bytes(text)));
  const base::SecretBytes secret = base::SecretBytes::copy_of(text);
  auto sealed = vault::seal_envelope(key, own.place(), secret, random);
  LIVECERT_CHECK(sealed.has_value());
  base::Bytes& bytes = sealed->bytes;
  const auto opened = vault::open_envelope(key, own.place(), bytes);
  LIVECERT_CHECK(opened.has_value() && base::as_text(opened->reveal(base::SecretAccess())) == text);

  check_places(key, own, bytes);
  bytes[place_of_change % bytes.size()] ^= change;
  LIVECERT_CHECK(!opens(key, own.place(), bytes));
  bytes[place_of_change % bytes.size()] ^= change;
  LIVECERT_CHECK(!opens(key, own.place(), base::ByteView(bytes).first(place_of_change % bytes.size())));
  bytes.push_back(change);
  LIVECERT_CHECK(!opens(key, own.place(), bytes));

  // The header of a store: only the master key that made it opens it.
  GivenRandom more("header");
  base::Bytes header = vault::LocalVault::make_header(key, more).value();
  LIVECERT_CHECK(vault::LocalVault::open(key.clone(base::SecretAccess()), header, more).has_value());
  header[place_of_change % header.size()] ^= change;
  LIVECERT_CHECK(!vault::LocalVault::open(key.clone(base::SecretAccess()), header, more).has_value());
  LIVECERT_CHECK(!vault::LocalVault::open(key.clone(base::SecretAccess()), base::as_bytes(text), more).has_value());
  return 0;
}

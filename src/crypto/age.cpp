#include "crypto/age.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"
#include "crypto/compare.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"

namespace livecert::crypto {
namespace {

using base::ByteView;
using base::SecretBytes;
using base::WipedBuffer;

constexpr std::size_t kFileKey = 16;
constexpr std::size_t kTag = 16;
constexpr std::size_t kNonce = 16;  // of the payload
constexpr std::size_t kSalt = 16;
constexpr int kLargestWorkFactor = 22;
constexpr std::size_t kLongestHeader = 64UL * 1024;
constexpr std::string_view kIntro = "age-encryption.org/v1\n";
constexpr std::string_view kX25519Label = "age-encryption.org/v1/X25519";
constexpr std::string_view kScryptLabel = "age-encryption.org/v1/scrypt";
constexpr std::array<std::uint8_t, 32> kNoSalt{};  // HKDF's salt if there is none (RFC 5869 §2.2)

base::Error failed(const char* what) {
  return {base::ErrorCode::kInternal, "the file cannot be sealed", what};
}

base::Error refused(const std::string& sentence) {
  return {base::ErrorCode::kInvalidInput, sentence};
}

base::Error damaged() {
  return refused("the sealed file was changed, or it is cut off");
}

// --- Text forms

// Base64 without padding (RFC 4648 §3.2).
std::string to_text(ByteView bytes) {
  std::string text = base::to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<base::Bytes> from_text(std::string_view text) {
  std::string padded(text);
  if (padded.ends_with('=')) return std::nullopt;
  while (padded.size() % 4 != 0) padded += '=';
  return base::parse_base64(padded);
}

// BIP 173, whose length limit age does not keep. The data's characters hold five bits each, the last six a checksum.
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksum = 6;

std::uint32_t polymod_step(std::uint32_t sum, std::uint8_t value) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = sum >> 25U;
  sum = ((sum & 0x1ffffffU) << 5U) ^ value;
  for (std::size_t i = 0; i < kGenerator.size(); ++i) {
    if (((top >> i) & 1U) != 0) sum ^= kGenerator[i];
  }
  return sum;
}

// Returns the 32 bytes after the prefix. `prefix` must be in lower case; the text may be in upper case.
std::optional<WipedBuffer> parse_bech32(std::string_view prefix, std::string_view text) {
  if (text.size() <= prefix.size() + kChecksum + 1 || text[prefix.size()] != '1') return std::nullopt;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::uint32_t sum = 1;
  for (const char c : prefix) sum = polymod_step(sum, static_cast<std::uint8_t>(c) >> 5U);
  sum = polymod_step(sum, 0);
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return std::nullopt;
    sum = polymod_step(sum, static_cast<std::uint8_t>(prefix[i]) & 31U);
  }
  WipedBuffer bytes;
  bytes.reserve(64);
  std::uint32_t bits = 0;
  unsigned count = 0;
  const std::string_view data = text.substr(prefix.size() + 1);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t value = kBech32.find(lower(data[i]));
    if (value == std::string_view::npos) return std::nullopt;
    sum = polymod_step(sum, static_cast<std::uint8_t>(value));
    if (i + kChecksum >= data.size()) continue;
    bits = (bits << 5U) | static_cast<std::uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    bits &= (1U << count) - 1;
  }
  if (sum != 1 || bits != 0 || bytes.size() != 32) return std::nullopt;
  return bytes;
}

// --- Primitives of OpenSSL

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

Key to_key(ByteView bytes) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.data(), bytes.size()));
}

std::array<std::uint8_t, 32> public_bytes(const Key& key) {
  std::array<std::uint8_t, 32> bytes{};
  std::size_t size = bytes.size();
  LIVECERT_CHECK(EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) == 1 && size == bytes.size());
  return bytes;
}

// nullopt: the public key is a point of low order, which OpenSSL refuses (RFC 7748 §6.1).
std::optional<SecretBytes> agree(const Key& own, ByteView their_public) {
  const Key theirs(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, their_public.data(), their_public.size()));
  const std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext> context(EVP_PKEY_CTX_new(own.get(), nullptr));
  WipedBuffer shared(32);
  std::size_t size = shared.size();
  if (theirs == nullptr || context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), theirs.get()) != 1 ||
      EVP_PKEY_derive(context.get(), shared.data(), &size) != 1 || size != shared.size()) {
    return std::nullopt;
  }
  return SecretBytes(std::move(shared));
}

SecretBytes x25519_wrap_key(const SecretBytes& shared, ByteView ephemeral, ByteView recipient) {
  base::Bytes salt = base::to_bytes(ephemeral);
  salt.insert(salt.end(), recipient.begin(), recipient.end());
  return hkdf_sha256(shared.reveal(base::SecretAccess()), salt, base::as_bytes(kX25519Label), 32);
}

std::optional<SecretBytes> scrypt_wrap_key(const SecretBytes& passphrase, ByteView salt, int work_factor) {
  base::Bytes labelled = base::to_bytes(base::as_bytes(kScryptLabel));
  labelled.insert(labelled.end(), salt.begin(), salt.end());
  const ByteView text = passphrase.reveal(base::SecretAccess());
  WipedBuffer key(32);
  const std::uint64_t n = 1ULL << static_cast<unsigned>(work_factor);
  const std::uint64_t memory = (n + 32) * 1024 + 1024UL * 1024;                // 128 * r * N, and its own blocks
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(text.data()), text.size(),  // NOLINT(*-reinterpret-cast)
                     labelled.data(), labelled.size(), n, 8, 1, memory, key.data(), key.size()) != 1) {
    return std::nullopt;
  }
  return SecretBytes(std::move(key));
}

// Encrypts the file key under a key that is used only once, so the nonce may be zero.
base::Bytes wrap(const SecretBytes& key, const SecretBytes& file_key) {
  AgeCipher cipher(true, key.clone(base::SecretAccess()));
  WipedBuffer wrapped;
  LIVECERT_CHECK(cipher.transform(file_key.reveal(base::SecretAccess()), false, wrapped));
  return {wrapped.begin(), wrapped.end()};
}

std::optional<SecretBytes> unwrap(const SecretBytes& key, ByteView wrapped) {
  if (wrapped.size() != kFileKey + kTag) return std::nullopt;
  AgeCipher cipher(false, key.clone(base::SecretAccess()));
  WipedBuffer file_key;
  if (!cipher.transform(wrapped, false, file_key)) return std::nullopt;
  return SecretBytes(std::move(file_key));
}

Sha256Digest header_mac(const SecretBytes& file_key, std::string_view header) {
  const SecretBytes key = hkdf_sha256(file_key.reveal(base::SecretAccess()), kNoSalt, base::as_bytes("header"), 32);
  return hmac_sha256(key.reveal(base::SecretAccess()), base::as_bytes(header));
}

SecretBytes payload_key(const SecretBytes& file_key, ByteView nonce) {
  return hkdf_sha256(file_key.reveal(base::SecretAccess()), nonce, base::as_bytes("payload"), 32);
}

// --- The header

std::string stanza(const std::string& arguments, ByteView body) {
  return "-> " + arguments + "\n" + to_text(body) + "\n";
}

std::optional<std::string> x25519_stanza(const AgeRecipient& recipient, const SecretBytes& file_key, Random& random) {
  const AgeIdentity ephemeral = AgeIdentity::make(random);
  const Key own = to_key(ephemeral.private_key.reveal(base::SecretAccess()));
  const auto share = public_bytes(own);
  const auto shared = agree(own, recipient.public_key);
  if (!shared) return std::nullopt;
  return stanza("X25519 " + to_text(share), wrap(x25519_wrap_key(*shared, share, recipient.public_key), file_key));
}

std::optional<std::string> scrypt_stanza(const AgePassphrase& passphrase, const SecretBytes& file_key, Random& random) {
  std::array<std::uint8_t, kSalt> salt{};
  random.fill(salt);
  const auto key = scrypt_wrap_key(passphrase.text, salt, passphrase.work_factor);
  if (!key) return std::nullopt;
  return stanza("scrypt " + to_text(salt) + " " + std::to_string(passphrase.work_factor), wrap(*key, file_key));
}

struct Stanza {
  std::vector<std::string> arguments;
  base::Bytes body;
};

struct Header {
  std::vector<Stanza> stanzas;
  std::string authenticated;  // up to the "---"
  base::Bytes mac;
};

// Reads the header byte by byte, since what follows is not text.
class HeaderReader {
 public:
  explicit HeaderReader(const AgeReader::Source& source) : source_(source) {}

  base::Result<Header> read() {
    TRY(take_line());
    if (line_ + "\n" != kIntro) return refused("this is no file of the format age-encryption.org/v1");
    Header header;
    for (;;) {
      const std::size_t before = all_.size();
      TRY(take_line());
      if (line_.starts_with("--- ")) {
        header.authenticated = all_.substr(0, before) + "---";
        auto mac = from_text(std::string_view(line_).substr(4));
        if (!mac) return damaged();
        header.mac = *std::move(mac);
        return header;
      }
      if (!line_.starts_with("-> ")) return damaged();
      TRY_ASSIGN(Stanza found, stanza_of(line_.substr(3)));
      header.stanzas.push_back(std::move(found));
    }
  }

 private:
  // Reads the next line into line_.
  base::Result<void> take_line() {
    const std::size_t begin = all_.size();
    std::uint8_t byte = 0;
    while (byte != '\n') {
      TRY_ASSIGN(const std::size_t size, source_(std::span(&byte, 1)));
      if (size == 0 || all_.size() >= kLongestHeader) return damaged();
      all_ += static_cast<char>(byte);
    }
    line_ = all_.substr(begin, all_.size() - begin - 1);
    return {};
  }

  // The body is wrapped at 64 characters and ends with a line that is shorter.
  base::Result<Stanza> stanza_of(const std::string& words) {
    Stanza found;
    std::size_t begin = 0;
    while (begin <= words.size()) {
      const std::size_t end = std::min(words.find(' ', begin), words.size());
      found.arguments.push_back(words.substr(begin, end - begin));
      begin = end + 1;
    }
    std::string body;
    for (;;) {
      TRY(take_line());
      body += line_;
      if (line_.size() > 64) return damaged();
      if (line_.size() < 64) break;
    }
    auto bytes = from_text(body);
    if (!bytes) return damaged();
    found.body = *std::move(bytes);
    return found;
  }

  const AgeReader::Source& source_;
  std::string all_;
  std::string line_;
};

base::Result<SecretBytes> open_with(const Header& header, const std::vector<AgeIdentity>& identities) {
  for (const Stanza& found : header.stanzas) {
    if (found.arguments.size() != 2 || found.arguments[0] != "X25519") continue;
    const auto share = from_text(found.arguments[1]);
    if (!share || share->size() != 32) return damaged();
    for (const AgeIdentity& identity : identities) {
      const Key own = to_key(identity.private_key.reveal(base::SecretAccess()));
      const auto shared = agree(own, *share);
      if (!shared) return damaged();
      if (auto key = unwrap(x25519_wrap_key(*shared, *share, public_bytes(own)), found.body)) return *std::move(key);
    }
  }
  return refused("the file is not sealed to any of these keys");
}

base::Result<SecretBytes> open_with(const Header& header, const AgePassphrase& passphrase) {
  if (header.stanzas.size() != 1 || header.stanzas[0].arguments[0] != "scrypt") {
    return refused("the file is not sealed to a pass phrase");
  }
  const Stanza& found = header.stanzas[0];
  if (found.arguments.size() != 3) return damaged();
  const auto salt = from_text(found.arguments[1]);
  const std::string& digits = found.arguments[2];
  int work_factor = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), work_factor);
  if (!salt || salt->size() != kSalt || failure != std::errc() || end != digits.data() + digits.size() ||
      digits.starts_with('0') || work_factor < 1) {
    return damaged();
  }
  if (work_factor > kLargestWorkFactor) return refused("the file's pass phrase would take too much memory to try");
  const auto key = scrypt_wrap_key(passphrase.text, *salt, work_factor);
  if (!key) return base::Error{base::ErrorCode::kInternal, "the pass phrase cannot be tried: not enough memory"};
  auto file_key = unwrap(*key, found.body);
  if (!file_key) return refused("the pass phrase is not the file's");
  return *std::move(file_key);
}

}  // namespace

// --- Keys

base::Result<AgeRecipient> AgeRecipient::parse(std::string_view text) {
  const auto bytes = parse_bech32("age", text);
  if (!bytes) return refused("a recipient is a public key such as age-keygen prints, age1 and 58 more characters");
  AgeRecipient recipient;
  std::ranges::copy(*bytes, recipient.public_key.begin());
  return recipient;
}

base::Result<std::vector<AgeIdentity>> AgeIdentity::parse_file(ByteView text) {
  std::vector<AgeIdentity> identities;
  std::string_view rest = base::as_text(text);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto bytes = parse_bech32("age-secret-key-", line);
    if (!bytes) return refused("a line that is no comment must be a key such as age-keygen writes, AGE-SECRET-KEY-1…");
    identities.push_back({SecretBytes(*std::move(bytes))});
  }
  if (identities.empty()) return refused("there is no key in it, which would begin with AGE-SECRET-KEY-1");
  return identities;
}

AgeIdentity AgeIdentity::make(Random& random) {
  WipedBuffer bytes(32);
  random.fill(bytes);
  return {SecretBytes(std::move(bytes))};
}

AgeRecipient AgeIdentity::recipient() const {
  return {public_bytes(to_key(private_key.reveal(base::SecretAccess())))};
}

// --- The payload

void AgeCipher::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

AgeCipher::AgeCipher(bool seals, SecretBytes key)
    : seals_(seals), key_(std::move(key)), context_(EVP_CIPHER_CTX_new()) {
  LIVECERT_CHECK(context_ != nullptr && key_.size() == 32);
}

bool AgeCipher::transform(ByteView input, bool is_last, WipedBuffer& output) {
  std::array<std::uint8_t, 12> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
  nonce[11] = is_last ? 1 : 0;
  ++counter_;
  if (!seals_ && input.size() < kTag) return false;
  const ByteView text = seals_ ? input : input.first(input.size() - kTag);
  EVP_CIPHER_CTX* const context = context_.get();
  LIVECERT_CHECK(EVP_CipherInit_ex(context, EVP_chacha20_poly1305(), nullptr, key_.reveal(base::SecretAccess()).data(),
                                   nonce.data(), seals_ ? 1 : 0) == 1);
  output.resize(text.size() + (seals_ ? kTag : 0));
  int length = 0;
  if (!text.empty() &&
      EVP_CipherUpdate(context, output.data(), &length, text.data(), static_cast<int>(text.size())) != 1) {
    return false;
  }
  std::uint8_t nothing = 0;
  if (seals_) {
    return EVP_CipherFinal_ex(context, &nothing, &length) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, output.data() + text.size()) == 1;
  }
  base::Bytes tag = base::to_bytes(input.last(kTag));
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) != 1 ||
      EVP_CipherFinal_ex(context, &nothing, &length) != 1) {
    base::wipe(output.data(), output.size());
    output.clear();
    return false;
  }
  return true;
}

AgeWriter::AgeWriter(Sink sink, SecretBytes key) : sink_(std::move(sink)), cipher_(true, std::move(key)) {
  pending_.reserve(kAgeChunk);
}

base::Result<std::unique_ptr<AgeWriter>> AgeWriter::begin(Sink sink, const Sealed& to, Random& random) {
  WipedBuffer key(kFileKey);
  random.fill(key);
  const SecretBytes file_key(std::move(key));
  std::string header(kIntro);
  if (const auto* const passphrase = std::get_if<AgePassphrase>(&to)) {
    const auto text = scrypt_stanza(*passphrase, file_key, random);
    if (!text) return failed("scrypt");
    header += *text;
  } else {
    for (const AgeRecipient& recipient : std::get<std::vector<AgeRecipient>>(to)) {
      const auto text = x25519_stanza(recipient, file_key, random);
      if (!text) return failed("X25519");
      header += *text;
    }
  }
  header += "---";
  header += " " + to_text(header_mac(file_key, header)) + "\n";
  std::array<std::uint8_t, kNonce> nonce{};
  random.fill(nonce);
  TRY(sink(base::as_bytes(header)));
  TRY(sink(nonce));
  return std::unique_ptr<AgeWriter>(new AgeWriter(std::move(sink), payload_key(file_key, nonce)));
}

base::Result<void> AgeWriter::write(ByteView bytes) {
  while (!bytes.empty()) {
    // A full chunk may be the last one, so it is written only when more bytes follow.
    if (pending_.size() == kAgeChunk) TRY(flush(false));
    const std::size_t size = std::min(bytes.size(), kAgeChunk - pending_.size());
    pending_.insert(pending_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    bytes = bytes.subspan(size);
  }
  return {};
}

base::Result<void> AgeWriter::finish() {
  return flush(true);
}

base::Result<void> AgeWriter::flush(bool is_last) {
  if (!cipher_.transform(pending_, is_last, sealed_)) return failed("ChaCha20-Poly1305");
  pending_.clear();
  return sink_(sealed_);
}

AgeReader::AgeReader(Source source, SecretBytes key)
    : source_(std::move(source)), cipher_(false, std::move(key)), sealed_(kAgeChunk + kTag + 1) {}

base::Result<std::unique_ptr<AgeReader>> AgeReader::open(Source source, const Opener& opener) {
  TRY_ASSIGN(const Header header, HeaderReader(source).read());
  if (header.stanzas.empty()) return damaged();
  auto file_key = std::visit([&](const auto& key) { return open_with(header, key); }, opener);
  if (!file_key) return std::move(file_key).error();
  if (!constant_time_equal(header_mac(*file_key, header.authenticated), header.mac)) return damaged();
  std::array<std::uint8_t, kNonce> nonce{};
  TRY_ASSIGN(const std::size_t size, source(nonce));
  if (size != nonce.size()) return damaged();
  std::unique_ptr<AgeReader> reader(new AgeReader(std::move(source), payload_key(*file_key, nonce)));
  TRY(reader->fill());
  return reader;
}

base::Result<void> AgeReader::fill() {
  TRY_ASSIGN(const std::size_t size, source_(std::span(sealed_).subspan(available_)));
  available_ += size;
  return {};
}

base::Result<ByteView> AgeReader::read() {
  if (is_over_) return ByteView();
  const bool is_last = available_ < sealed_.size();
  const std::size_t size = is_last ? available_ : kAgeChunk + kTag;
  const bool is_first = chunk_.empty();
  if (!cipher_.transform(ByteView(sealed_).first(size), is_last, chunk_)) return damaged();
  // Only a payload without any bytes has an empty chunk.
  if (chunk_.empty() && !is_first) return damaged();
  is_over_ = is_last;
  sealed_[0] = sealed_[size < sealed_.size() ? size : 0];
  available_ = is_last ? 0 : 1;
  if (!is_last) TRY(fill());
  return ByteView(chunk_);
}

}  // namespace livecert::crypto

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/evp.h>

#include "base/check.h"
#include "base/control_character.h"
#include "base/utf8.h"
#include "bundle/openssl_library.h"
#include "bundle/reader.h"

// Java's own keystore, as sun.security.provider.JavaKeyStore of OpenJDK writes it; nobody else documents it. All
// numbers are big-endian.
namespace livecert::bundle {
namespace {

constexpr std::uint32_t kKeyEntry = 1;
constexpr std::uint32_t kTrustedEntry = 2;
constexpr std::uint32_t kMaxEntries = 1000;
constexpr std::size_t kDigest = 20;  // SHA-1
constexpr const char* kKeyProtection = "1.3.6.1.4.1.42.2.17.1.1";

using OwnedObject = x509::Owned<ASN1_OBJECT, ASN1_OBJECT_free>;

// Reads forward; after a value that is not whole, every further one is empty and `is_whole` false.
class Cursor {
 public:
  explicit Cursor(base::ByteView bytes) : rest_(bytes) {}

  base::ByteView take(std::size_t count) {
    is_whole_ = is_whole_ && count <= rest_.size();
    if (!is_whole_) return {};
    const base::ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(bytes)) value = value << 8U | byte;
    return value;
  }
  // A string in Java's modified UTF-8, with its length in two bytes.
  base::ByteView text() { return take(number(2)); }
  base::ByteView blob() { return take(number(4)); }
  [[nodiscard]] bool is_whole() const { return is_whole_; }

 private:
  base::ByteView rest_;
  bool is_whole_ = true;
};

base::ByteView take_certificate(Cursor& cursor, std::uint32_t version) {
  if (version == 2) cursor.text();  // its type, "X.509"
  return cursor.blob();
}

// The key stays closed; its chain is in the clear.
void read_key_entry(Reader& reader, std::string_view origin, Cursor& cursor, std::uint32_t version) {
  const base::ByteView key = cursor.blob();
  const std::uint32_t count = cursor.number(4);
  if (cursor.is_whole()) {
    reader.add_locked({LockForm::kKeystoreKey, std::string(origin), {key.begin(), key.end()}});
  }
  for (std::uint32_t i = 0; i < std::min(count, kMaxEntries) && cursor.is_whole(); ++i) {
    const base::ByteView certificate = take_certificate(cursor, version);
    if (cursor.is_whole()) reader.add_certificate(origin, certificate);
  }
}

bool read_entries(Reader& reader, std::string_view origin, base::ByteView bytes) {
  Cursor cursor(bytes);
  cursor.take(4);  // the magic number
  const std::uint32_t version = cursor.number(4);
  const std::uint32_t count = cursor.number(4);
  if (version < 1 || version > 2 || count > kMaxEntries) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t kind = cursor.number(4);
    cursor.text();   // the alias
    cursor.take(8);  // when it was made
    if (kind == kKeyEntry) {
      read_key_entry(reader, origin, cursor, version);
    } else if (kind == kTrustedEntry) {
      const base::ByteView certificate = take_certificate(cursor, version);
      if (cursor.is_whole()) reader.add_certificate(origin, certificate, true);
    } else {
      return false;
    }
    if (!cursor.is_whole()) return false;
  }
  return cursor.take(kDigest).size() == kDigest;
}

using Digest = std::array<std::uint8_t, kDigest>;

// SHA-1 of both parts; the caller wipes the result.
Digest sha1(base::ByteView first, base::ByteView second) {
  const x509::OwnedDigestContext context(EVP_MD_CTX_new());
  Digest digest{};
  LIVECERT_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1 &&
                 EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                 EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                 EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

void append_unit(base::WipedBuffer& text, std::uint32_t unit) {
  text.push_back(static_cast<std::uint8_t>(unit >> 8U));
  text.push_back(static_cast<std::uint8_t>(unit));
}

// Java's characters of the password: UTF-16, two bytes each.
base::WipedBuffer to_java(base::ByteView password) {
  base::WipedBuffer text;
  if (!base::is_utf8(password)) return text;
  std::string_view rest = base::as_text(password);
  while (!rest.empty()) {
    const std::uint32_t character = base::take_character(rest);
    if (character >= 0x10000) append_unit(text, 0xD800U + ((character - 0x10000) >> 10U));
    append_unit(text, character >= 0x10000 ? 0xDC00U + (character & 0x3FFU) : character);
  }
  return text;
}

// The text is a salt, the key XORed with a stream of digests, and a digest that checks the password.
std::optional<base::WipedBuffer> unprotect(base::ByteView text, base::ByteView password) {
  if (text.size() < 2 * kDigest) return std::nullopt;
  const base::ByteView closed = text.subspan(kDigest, text.size() - 2 * kDigest);
  const base::WipedBuffer java = to_java(password);
  base::WipedBuffer plain(closed.begin(), closed.end());
  Digest stream{};
  std::ranges::copy(text.first(kDigest), stream.begin());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i % kDigest == 0) stream = sha1(java, stream);
    plain[i] ^= stream.at(i % kDigest);
  }
  const Digest check = sha1(java, plain);
  base::wipe(stream.data(), stream.size());
  if (!std::ranges::equal(check, text.last(kDigest))) return std::nullopt;
  return plain;
}

}  // namespace

void read_keystore(Reader& reader, std::string_view origin, base::ByteView bytes) {
  if (read_entries(reader, origin, bytes)) return;
  reader.add_fault(About::kCertificate, origin, {"is a Java keystore that is damaged", "是已损坏的 Java 密钥库"},
                   {"Convert it: keytool -importkeystore -srckeystore {} -destkeystore new.p12 -deststoretype PKCS12",
                    "请转换：keytool -importkeystore -srckeystore {} -destkeystore new.p12 -deststoretype PKCS12"});
}

Opening open_keystore_key(Reader& reader, const Locked& locked, Password password) {
  if (password == nullptr) return Opening::kWrongPassword;
  const auto signature = decode_whole<X509_SIG, d2i_X509_SIG, X509_SIG_free>(locked.content);
  if (!signature) return Opening::kUnsupported;
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* text = nullptr;
  X509_SIG_get0(signature.get(), &algorithm, &text);
  const ASN1_OBJECT* kind = nullptr;
  X509_ALGOR_get0(&kind, nullptr, nullptr, algorithm);
  const OwnedObject known(OBJ_txt2obj(kKeyProtection, 1));
  if (text == nullptr || OBJ_cmp(kind, known.get()) != 0) return Opening::kUnsupported;
  const base::ByteView closed{ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
  // A digest for every twenty bytes, each over the password, in blocks of 64 bytes.
  const base::ByteView secret = password->reveal(base::SecretAccess());
  const std::size_t rounds = (closed.size() / kDigest + 1) * (2 * secret.size() / 64 + 1);
  if (!reader.take_rounds(static_cast<std::int64_t>(rounds))) return Opening::kUnsupported;
  const auto plain = unprotect(closed, secret);
  if (!plain) return Opening::kWrongPassword;
  reader.add_key(locked.origin, x509::KeyEncoding::kPkcs8, *plain);
  return Opening::kOpened;
}

}  // namespace livecert::bundle

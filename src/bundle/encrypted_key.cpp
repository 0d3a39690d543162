#include <array>
#include <optional>

#include <openssl/evp.h>

#include "bundle/openssl_library.h"
#include "bundle/reader.h"
#include "x509/der_structure.h"

namespace livecert::bundle {
namespace {

using OwnedCipher = x509::Owned<EVP_CIPHER, EVP_CIPHER_free>;
using OwnedCipherContext = x509::Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t kSalt = 8;
constexpr std::uint8_t kSequence = 0x30;

// Wiped on destruction.
struct Derived {
  std::array<std::uint8_t, EVP_MAX_KEY_LENGTH> key{};
  ~Derived() { base::wipe(key.data(), key.size()); }
};

std::optional<base::WipedBuffer> decrypt(const EVP_CIPHER* cipher, base::ByteView key, base::ByteView iv,
                                         base::ByteView ciphertext) {
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  base::WipedBuffer plain(ciphertext.size() + EVP_MAX_BLOCK_LENGTH);
  int length = 0;
  int rest = 0;
  const bool works = context && EVP_DecryptInit_ex2(context.get(), cipher, key.data(), iv.data(), nullptr) == 1 &&
                     EVP_DecryptUpdate(context.get(), plain.data(), &length, ciphertext.data(),
                                       static_cast<int>(ciphertext.size())) == 1 &&
                     EVP_DecryptFinal_ex(context.get(), plain.data() + length, &rest) == 1;
  ERR_clear_error();
  if (!works) return std::nullopt;
  plain.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(rest));
  return plain;
}

}  // namespace

Opening open_pkcs8_key(Reader& reader, const Locked& locked, Password password) {
  if (password == nullptr) return Opening::kWrongPassword;
  const auto signature = decode_whole<X509_SIG, d2i_X509_SIG, X509_SIG_free>(locked.content);
  if (!signature) return Opening::kUnsupported;
  return open_signature(reader, locked.origin, signature.get(), PasswordText(password));
}

// OpenSSL's own protection (PEM_do_header): one round of MD5 over the password and the first eight bytes of the vector.
Opening open_pem_key(Reader& reader, const Locked& locked, Password password) {
  if (password == nullptr) return Opening::kWrongPassword;
  const std::size_t comma = locked.cipher.find(',');
  const OwnedCipher cipher(EVP_CIPHER_fetch(legacy_library(), locked.cipher.substr(0, comma).c_str(), nullptr));
  ERR_clear_error();
  const auto iv = comma == std::string::npos ? std::nullopt : base::parse_hex(locked.cipher.substr(comma + 1));
  const bool is_usable =
      cipher && iv && iv->size() >= kSalt && EVP_CIPHER_get_mode(cipher.get()) == EVP_CIPH_CBC_MODE &&
      iv->size() == static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher.get())) && !locked.content.empty();
  if (!is_usable) return Opening::kUnsupported;
  const PasswordText text(password);
  Derived derived;
  const int size = EVP_BytesToKey(cipher.get(), EVP_md5(), iv->data(),
                                  base::as_bytes({text.data, static_cast<std::size_t>(text.size)}).data(), text.size, 1,
                                  derived.key.data(), nullptr);
  if (size <= 0) return Opening::kUnsupported;
  const auto plain =
      decrypt(cipher.get(), base::ByteView(derived.key).first(static_cast<std::size_t>(size)), *iv, locked.content);
  // One wrong password in 256 leaves padding that looks right.
  if (!plain || plain->empty() || plain->front() != kSequence || x509::first_der_value_size(*plain) != plain->size())
    return Opening::kWrongPassword;
  reader.add_key(locked.origin, locked.encoding, *plain);
  return Opening::kOpened;
}

}  // namespace livecert::bundle

#pragma once

#include <cstdint>

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/secret.h"
#include "bundle/reader.h"
#include "x509/openssl_owner.h"

// What the forms share of OpenSSL.
namespace livecert::bundle {

using OwnedSignature = x509::Owned<X509_SIG, X509_SIG_free>;
using OwnedPlainKey = x509::Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

// A library of its own with the algorithms that old files need (RC2, DES) beside the default ones; nothing else of the
// process can use them. Made at the first call and never freed; callable from every thread.
[[nodiscard]] OSSL_LIB_CTX* legacy_library();

// Takes the rounds that this algorithm needs to make a key of a password. False when that is more than is affordable.
[[nodiscard]] bool take_rounds_of(Reader& reader, const X509_ALGOR* algorithm);

// The pointer and length that OpenSSL takes for a password, of which it knows none and an empty one.
struct PasswordText {
  explicit PasswordText(Password password);
  const char* data;
  int size;
};

// Adds the key of an encrypted PKCS#8.
[[nodiscard]] Opening open_signature(Reader& reader, std::string_view origin, const X509_SIG* signature,
                                     const PasswordText& password);
void add_plain_key(Reader& reader, std::string_view origin, const PKCS8_PRIV_KEY_INFO* key);

// Decodes one value of a type and nothing behind it; null otherwise. Leaves no error in OpenSSL's queue.
template <typename T, auto kDecode, auto kFree>
[[nodiscard]] x509::Owned<T, kFree> decode_whole(base::ByteView der) {
  const unsigned char* position = der.data();
  x509::Owned<T, kFree> value(kDecode(nullptr, &position, static_cast<long>(der.size())));
  ERR_clear_error();
  if (position != der.data() + der.size()) value.reset();
  return value;
}

// Adds the certificate as OpenSSL encodes it.
void add_openssl_certificate(Reader& reader, std::string_view origin, const X509* certificate, bool only_if_related);

}  // namespace livecert::bundle

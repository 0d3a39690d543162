#include "x509/pem.h"

#include <algorithm>
#include <string_view>

namespace livecert::x509 {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBytesPerLine = 48;

template <typename Output>
void append(Output& output, std::string_view text) {
  output.insert(output.end(), text.begin(), text.end());
}

template <typename Output>
void append_base64(Output& output, base::ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8U | (j < count ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      const char digit = j <= count ? kAlphabet[group >> (18U - 6U * j) & 0x3FU] : '=';
      output.push_back(static_cast<typename Output::value_type>(digit));
    }
  }
}

// One template for both: text of certificates and wiped memory of keys.
template <typename Output>
Output make_pem(std::string_view label, base::ByteView der) {
  Output output;
  output.reserve(der.size() * 3 / 2 + 2 * label.size() + 64);
  append(output, "-----BEGIN ");
  append(output, label);
  append(output, "-----\n");
  for (std::size_t i = 0; i < der.size(); i += kBytesPerLine) {
    append_base64(output, der.subspan(i, std::min(kBytesPerLine, der.size() - i)));
    append(output, "\n");
  }
  append(output, "-----END ");
  append(output, label);
  append(output, "-----\n");
  return output;
}

}  // namespace

std::string to_pem(const Certificate& certificate) {
  return certificate_to_pem(certificate.der());
}

std::string certificate_to_pem(base::ByteView der) {
  return make_pem<std::string>("CERTIFICATE", der);
}

base::WipedBuffer to_pem(const PrivateKey& key, base::SecretAccess access) {
  return to_pem(key.pkcs8(access), access);
}

base::WipedBuffer to_pem(const base::SecretBytes& pkcs8, base::SecretAccess access) {
  return make_pem<base::WipedBuffer>("PRIVATE KEY", pkcs8.reveal(access));
}

}  // namespace livecert::x509

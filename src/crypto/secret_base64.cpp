#include "crypto/secret_base64.h"

#include <climits>
#include <openssl/evp.h>

#include "base/bytes.h"

namespace livecert::crypto {

std::optional<base::WipedBuffer> parse_secret_base64(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  if (text.empty()) return base::WipedBuffer();
  // OpenSSL ignores blanks at both ends, and takes no text that is longer than an int.
  const bool has_blanks =
      kBlanks.find(text.front()) != std::string_view::npos || kBlanks.find(text.back()) != std::string_view::npos;
  if (text.size() % 4 != 0 || text.size() > INT_MAX || has_blanks) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  // OpenSSL takes padding anywhere for zeros.
  if (text.find('=') < text.size() - padding) return std::nullopt;
  base::WipedBuffer bytes(text.size() / 4 * 3);
  const int size = ::EVP_DecodeBlock(bytes.data(), base::as_bytes(text).data(), static_cast<int>(text.size()));
  if (size < 0 || static_cast<std::size_t>(size) != bytes.size()) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace livecert::crypto

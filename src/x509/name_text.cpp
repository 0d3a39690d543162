#include "x509/name_text.h"

#include <cstdint>

#include <openssl/err.h>

#include "base/bytes.h"
#include "base/control_character.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {

int last_attribute(const X509_NAME* name, int kind) {
  int last = -1;
  for (int next = -1; (next = X509_NAME_get_index_by_NID(name, kind, last)) >= 0;) last = next;
  return last;
}

std::string attribute_text(const X509_NAME* name, int position) {
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, position)));
  if (size < 0) {
    ERR_clear_error();
    return {};
  }
  const Owned<unsigned char, [](unsigned char* memory) { OPENSSL_free(memory); }> owner(text);
  return base::escape_controls(base::as_text({text, static_cast<std::size_t>(size)}));
}

std::string cut_utf8(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<std::uint8_t>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return std::string(text.substr(0, bytes));
}

}  // namespace livecert::x509

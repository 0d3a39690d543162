#pragma once

#include <string>
#include <string_view>

#include <openssl/x509.h>

// Parts of distinguished names as texts for people.
namespace livecert::x509 {

// The last attribute of this kind (OpenSSL's number); negative when the name has none.
[[nodiscard]] int last_attribute(const X509_NAME* name, int kind);
// Returns the value of that attribute: UTF-8, control characters escaped; empty when it is not text.
[[nodiscard]] std::string attribute_text(const X509_NAME* name, int position);
// Returns at most that many bytes, without cutting a character.
[[nodiscard]] std::string cut_utf8(std::string_view text, std::size_t bytes);

}  // namespace livecert::x509

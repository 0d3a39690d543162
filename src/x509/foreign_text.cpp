#include "x509/foreign_text.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

using namespace std::literals;

constexpr std::string_view kSignedData = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"sv;  // 1.2.840.113549.1.7.2

ForeignText pkcs7() {
  return {"a PKCS#7 bundle (.p7b)",
          "Take the certificates out, in the right order, for example: openssl pkcs7 -print_certs -in chain.p7b -out "
          "chain.pem (with -inform DER for a binary file)"};
}

// Binary text arrives unchanged, or with each byte as the character of that number.
std::string to_octets(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i < text.size() && octets.size() < 64; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const bool is_pair = (byte == 0xC2 || byte == 0xC3) && i + 1 < text.size();
    octets +=
        is_pair ? static_cast<char>((byte & 0x03U) << 6U | (static_cast<std::uint8_t>(text[++i]) & 0x3FU)) : text[i];
  }
  return octets;
}

// Recognises a DER value by its first bytes.
std::optional<ForeignText> recognise_der(std::string_view der, Part part) {
  if (der.size() < 8 || der[0] != 0x30 || (static_cast<std::uint8_t>(der[1]) & 0xFCU) != 0x80) return std::nullopt;
  const std::size_t header = 2 + (static_cast<std::uint8_t>(der[1]) & 0x03U);
  const std::string_view body = der.substr(header);
  if (body.starts_with(kSignedData)) return pkcs7();
  if (body.starts_with("\x02\x01\x03"sv)) {
    return ForeignText{"a PKCS#12 file (.pfx, .p12)",
                       "Take chain and key out, for example: openssl pkcs12 -in file.pfx -nodes -out all.pem"};
  }
  if (part == Part::kPrivateKey) {
    return ForeignText{"DER and not PEM",
                       "Convert the key, for example: openssl pkey -inform DER -in key.der -out key.pem"};
  }
  return ForeignText{"DER and not PEM",
                     "Convert each certificate, for example: openssl x509 -inform DER -in cert.cer -out cert.pem"};
}

bool is_utf16(std::string_view text) {
  const auto beginning = text.substr(0, 64);
  const auto zeros = static_cast<std::size_t>(std::ranges::count(beginning, '\0'));
  return beginning.size() >= 8 && zeros >= beginning.size() / 3;
}

// Decodes the beginning of the text if it is base64.
std::string decode_beginning(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, 200)) {
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') digits += c;
  }
  digits.resize(std::min<std::size_t>(digits.size() / 4 * 4, 64));
  const std::string block = "-----BEGIN X-----\n" + digits + "\n-----END X-----\n";
  const auto scanned = scan_pem(block, 1);
  if (digits.empty() || scanned.empty()) return {};
  return std::string(base::as_text(scanned.front().der));
}

}  // namespace

std::optional<ForeignText> recognise_text(std::string_view text, Part part) {
  const std::string octets = to_octets(text);
  if (is_utf16(octets)) {
    return ForeignText{"text in UTF-16, as PowerShell's > writes it",
                       "Save the file in UTF-8 or ASCII, for example: iconv -f UTF-16 -t UTF-8 file.pem"};
  }
  if (auto der = recognise_der(octets, part)) return der;
  const std::string decoded = decode_beginning(text);
  if (decoded.starts_with("-----BEGIN ")) {
    return ForeignText{"base64 of a PEM", "Decode it once, for example: base64 -d file.txt"};
  }
  auto der = recognise_der(decoded, part);
  if (der && der->what == "DER and not PEM") {
    der->what = "base64 without the BEGIN and END lines of PEM";
    der->remedy =
        "Add the lines that belong around it, such as -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----";
    if (part == Part::kPrivateKey) der->remedy = "Upload the key file as it was made, with its BEGIN and END lines";
  }
  return der;
}

std::optional<ForeignText> recognise_label(std::string_view label) {
  if (label.ends_with("CERTIFICATE REQUEST")) {
    return ForeignText{"a certificate request (CSR)",
                       "Upload the certificate that the authority issued for it; the request stays with you"};
  }
  if (label == "PKCS7" || label == "PKCS #7 SIGNED DATA" || label == "CMS") return pkcs7();
  return std::nullopt;
}

}  // namespace livecert::x509

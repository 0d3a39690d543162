#include "x509/issuer_answer.h"

#include <memory>
#include <utility>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxCertificates = 16;

void append_parsed(std::vector<Certificate>& certificates, base::ByteView der) {
  auto certificate = Certificate::parse(der, Certificate::kMaxParts);
  if (certificate && certificates.size() < kMaxCertificates) certificates.push_back(*std::move(certificate));
}

// RFC 5652 §5: SignedData without signers. PKCS7 is OpenSSL's older name for it.
std::vector<Certificate> parse_message(base::ByteView answer) {
  const unsigned char* data = answer.data();
  const std::unique_ptr<PKCS7, decltype(&PKCS7_free)> message(
      d2i_PKCS7(nullptr, &data, static_cast<long>(answer.size())), PKCS7_free);
  ERR_clear_error();
  std::vector<Certificate> certificates;
  if (!message || PKCS7_type_is_signed(message.get()) == 0 || message->d.sign == nullptr) return certificates;
  const STACK_OF(X509)* stack = message->d.sign->cert;
  for (int i = 0; i < sk_X509_num(stack); ++i) {
    unsigned char* der = nullptr;
    const int length = i2d_X509(sk_X509_value(stack, i), &der);
    if (length <= 0) continue;
    append_parsed(certificates, {der, static_cast<std::size_t>(length)});
    OPENSSL_free(der);
  }
  return certificates;
}

}  // namespace

std::vector<Certificate> parse_issuer_answer(base::ByteView answer) {
  std::vector<Certificate> certificates;
  append_parsed(certificates, answer);
  if (certificates.empty()) certificates = parse_message(answer);
  if (!certificates.empty()) return certificates;
  for (const PemBlock& block : scan_pem(base::as_text(answer), kMaxCertificates)) {
    if (block.label == "CERTIFICATE" && block.state == PemState::kDecoded) append_parsed(certificates, block.der);
  }
  return certificates;
}

}  // namespace livecert::x509

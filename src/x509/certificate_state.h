#pragma once

#include <array>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "x509/certificate.h"
#include "x509/certificate_template.h"
#include "x509/extensions.h"
#include "x509/openssl_owner.h"
#include "x509/public_key.h"
#include "x509/signature_algorithm.h"

namespace livecert::x509 {

// The facts of a Certificate. `asn1` and `tbs` own the bytes that the views refer to.
struct CertificateState {
  base::Bytes der;
  std::array<std::uint8_t, 32> sha256{};
  OwnedAsn1<CertificateAsn1> asn1;
  OwnedAsn1<TbsCertificateAsn1> tbs;

  std::size_t parts = 0;
  bool spells_out_not_critical = false;  // of an extension, which DER leaves out
  int version = 1;
  base::Time not_before;
  base::Time not_after;
  // Both names as OpenSSL compares them (RFC 5280 §7.1: without regard to string type, case and inner spaces).
  OwnedName subject_name;
  OwnedName issuer_name;
  std::string common_name;
  PublicKey key;
  SignatureAlgorithm signature;
  Extensions extensions;

  // OpenSSL's form of the key, made for the first signature that it verifies; null when OpenSSL refuses the key.
  [[nodiscard]] EVP_PKEY* verifying_key() const;
  // Both names for people, made at the first call: an upload below a private root needs them, and a search of paths
  // needs them for each path.
  [[nodiscard]] const std::string& subject_text() const;
  [[nodiscard]] const std::string& issuer_text() const;

 private:
  mutable std::once_flag verifying_key_made_;
  mutable OwnedKey verifying_key_;
  mutable std::once_flag subject_text_made_;
  mutable std::string subject_text_;
  mutable std::once_flag issuer_text_made_;
  mutable std::string issuer_text_;
};

}  // namespace livecert::x509

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "x509/certificate.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {

// Assembles one certificate with OpenSSL's own types. It remembers failures and returns them from sign(), so that the
// calls read as a list of the certificate's content.
class CertificateBuilder {
 public:
  CertificateBuilder();
  void set_subject(const std::string& organization, const std::string& common_name);
  void set_validity(base::Time not_before, base::Time not_after);
  void set_key(EVP_PKEY* key);
  void add_authority(std::optional<int> path_length);
  void add_server();
  void add_names(const std::vector<std::string>& dns_names, const std::vector<std::string>& ip_addresses);
  void add_permitted(const std::vector<std::string>& dns_names, const std::vector<std::string>& networks);
  void add_ca_issuers(const std::string& url);
  // The issuer is `issuer`, or the certificate itself when null.
  [[nodiscard]] base::Result<Certificate> sign(const Certificate* issuer, EVP_PKEY* issuer_key);

 private:
  void add_extension(int nid, void* value, bool critical);
  void require(bool condition, const char* what);

  OwnedCertificate certificate_;
  base::Bytes subject_key_id_;
  std::string failure_;
};

}  // namespace livecert::x509

#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "x509/issue.h"
#include "x509/judge.h"
#include "x509/pem.h"

namespace livecert::x509 {

// The day on which the tests judge; the committed certificates are made around it.
inline base::Time test_now() {
  return *base::parse_basic_time("20260601T000000Z");
}
inline base::Time before_now(int days) {
  return test_now() - std::chrono::days(days);
}
inline base::Time after_now(int days) {
  return test_now() + std::chrono::days(days);
}

// A certificate with its key.
struct Identity {
  Certificate certificate;
  PrivateKey key;
  [[nodiscard]] Issuer as_issuer() const { return {certificate, key}; }
};

inline AuthorityProfile authority(std::string name) {
  AuthorityProfile profile;
  profile.common_name = std::move(name);
  profile.not_before = before_now(1000);
  profile.not_after = after_now(1000);
  return profile;
}

inline LeafProfile server(std::vector<std::string> names) {
  LeafProfile profile;
  profile.common_name = names.front();
  profile.dns_names = std::move(names);
  profile.not_before = before_now(10);
  profile.not_after = after_now(80);
  return profile;
}

inline Identity make_root(const AuthorityProfile& profile) {
  PrivateKey key = *generate_ec_p256_key();
  Certificate certificate = *issue_root(profile, key);
  return {std::move(certificate), std::move(key)};
}
inline Identity make_intermediate(const AuthorityProfile& profile, const Identity& issuer) {
  PrivateKey key = *generate_ec_p256_key();
  Certificate certificate = *issue_intermediate(profile, key, issuer.as_issuer());
  return {std::move(certificate), std::move(key)};
}
inline Identity make_leaf(const LeafProfile& profile, const Identity& issuer) {
  PrivateKey key = *generate_ec_p256_key();
  Certificate certificate = *issue_leaf(profile, key, issuer.as_issuer());
  return {std::move(certificate), std::move(key)};
}

// A key of the tests as text. Only throwaway keys come here.
inline std::string key_text(const PrivateKey& key) {
  const auto pem = to_pem(key, base::SecretAccess());
  return {pem.begin(), pem.end()};
}

inline std::string chain_text(const std::vector<Certificate>& chain) {
  std::string text;
  for (const Certificate& each : chain) text += to_pem(each);
  return text;
}

// Offers the certificates that it was given, by name; counts how often it was asked.
class FixedSource final : public IssuerSource {
 public:
  explicit FixedSource(std::vector<Certificate> issuers = {}) : issuers_(std::move(issuers)) {}
  base::Result<std::vector<Certificate>> issuers_of(const Certificate& child) override {
    ++asked;
    std::vector<Certificate> found;
    for (const Certificate& each : issuers_) {
      if (std::ranges::equal(each.subject_der(), child.issuer_der())) found.push_back(each);
    }
    return found;
  }
  int asked = 0;

 private:
  std::vector<Certificate> issuers_;
};

class FailingSource final : public IssuerSource {
 public:
  base::Result<std::vector<Certificate>> issuers_of(const Certificate&) override {
    return base::Error{base::ErrorCode::kUpstreamFailure, "the issuer's server cannot be reached"};
  }
};

}  // namespace livecert::x509

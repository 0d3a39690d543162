#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "x509/certificate.h"
#include "x509/issue.h"
#include "x509/private_key.h"

namespace livecert::test {

// An upload as its two PEM texts. The key is a throwaway.
struct PemPair {
  std::string certificates;
  std::string key;
};

// A private hierarchy made for one test: root, intermediate, leaves on demand. ECDSA, for speed.
class Pki {
 public:
  struct Leaf {
    std::string common_name = "live.example.net";
    std::vector<std::string> dns_names = {"live.example.net"};
    base::Time not_before = {};  // default: a day before the hierarchy was made
    base::Time not_after = {};   // default: 90 days after
    std::string ca_issuers_url = {};
  };

  explicit Pki(base::Time now);

  [[nodiscard]] const x509::Certificate& root() const { return root_; }
  [[nodiscard]] const x509::Certificate& intermediate() const { return intermediate_; }
  [[nodiscard]] x509::Certificate issue(const Leaf& leaf, const x509::PrivateKey& key) const;

  // Leaf and intermediate, with a key of its own.
  [[nodiscard]] PemPair upload(Leaf leaf) const;
  [[nodiscard]] PemPair upload(const std::string& name = "live.example.net") const;
  // Leaf and an intermediate of the same root that ends at that time.
  [[nodiscard]] PemPair upload_ending(Leaf leaf, base::Time intermediate_ends) const;
  // The leaf alone.
  [[nodiscard]] PemPair upload_without_intermediate(Leaf leaf) const;

 private:
  [[nodiscard]] PemPair make(Leaf leaf, bool with_intermediate) const;
  [[nodiscard]] x509::LeafProfile profile_of(const Leaf& leaf) const;

  base::Time now_;
  x509::PrivateKey root_key_;
  x509::PrivateKey intermediate_key_;
  x509::Certificate root_;
  x509::Certificate intermediate_;
};

[[nodiscard]] std::string pem_of(const x509::PrivateKey& key);

}  // namespace livecert::test

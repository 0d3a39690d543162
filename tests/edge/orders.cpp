#include "edge/orders.h"

#include "base/check.h"
#include "x509/key_generation.h"

namespace livecert::edge {
namespace {

const test::Pki& shared_pki() {
  static const test::Pki pki(base::SystemClock().now());
  return pki;
}

x509::PrivateKey clone(const x509::PrivateKey& key) {
  const base::SecretBytes pkcs8 = key.pkcs8(base::SecretAccess());
  return x509::PrivateKey::parse_pkcs8(pkcs8.reveal(base::SecretAccess())).value();
}

Ordered make(const std::string& domain, x509::PrivateKey key) {
  static std::int64_t last_version = 1000;
  const x509::Certificate leaf = shared_pki().issue({.common_name = domain, .dns_names = {domain}}, key);
  Order order{.domain = domain::DomainName::parse(domain).value(),
              .account = base::AccountId(2100000001),
              .project = "default",
              .chain = base::ChainId(),
              .version = base::CertId(++last_version),
              .tls = {.https = true},
              .ends_at = leaf.not_after()};
  return {std::move(order), {{leaf, shared_pki().intermediate()}, std::move(key)}};
}

}  // namespace

Ordered make_ordered(const std::string& domain) {
  return make(domain, x509::generate_ec_p256_key().value());
}

Ordered make_rsa_ordered(const std::string& domain) {
  static const x509::PrivateKey key = x509::generate_rsa_key(2048).value();
  return make(domain, clone(key));
}

Bundle copy_of(const Bundle& bundle) {
  return {bundle.certificates, clone(bundle.key)};
}

LoadBundle loader_of(const Ordered& ordered, int& count) {
  return [&](const Order&) -> base::Result<Bundle> {
    ++count;
    return copy_of(ordered.bundle);
  };
}

}  // namespace livecert::edge

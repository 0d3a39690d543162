#include "support/pki.h"

#include "base/check.h"
#include "x509/key_generation.h"
#include "x509/pem.h"

namespace livecert::test {
namespace {

template <typename T>
T must(base::Result<T> result) {
  LIVECERT_CHECK(result.has_value());
  return std::move(result).value();
}

x509::PrivateKey new_key() {
  return must(x509::generate_ec_p256_key());
}

x509::AuthorityProfile authority(const std::string& name, base::Time now) {
  x509::AuthorityProfile profile;
  profile.common_name = name;
  profile.not_before = now - std::chrono::days(100);
  profile.not_after = now + std::chrono::days(3000);
  return profile;
}

}  // namespace

Pki::Pki(base::Time now)
    : now_(now),
      root_key_(new_key()),
      intermediate_key_(new_key()),
      root_(must(x509::issue_root(authority("Test Root", now), root_key_))),
      intermediate_(
          must(x509::issue_intermediate(authority("Test Intermediate", now), intermediate_key_, {root_, root_key_}))) {}

x509::LeafProfile Pki::profile_of(const Leaf& leaf) const {
  x509::LeafProfile profile;
  profile.common_name = leaf.common_name;
  profile.dns_names = leaf.dns_names;
  profile.not_before = leaf.not_before == base::Time() ? now_ - std::chrono::days(1) : leaf.not_before;
  profile.not_after = leaf.not_after == base::Time() ? now_ + std::chrono::days(90) : leaf.not_after;
  profile.ca_issuers_url = leaf.ca_issuers_url;
  return profile;
}

x509::Certificate Pki::issue(const Leaf& leaf, const x509::PrivateKey& key) const {
  return must(x509::issue_leaf(profile_of(leaf), key, {intermediate_, intermediate_key_}));
}

PemPair Pki::upload_ending(Leaf leaf, base::Time intermediate_ends) const {
  x509::AuthorityProfile above = authority("Early Intermediate", now_);
  above.not_after = intermediate_ends;
  const x509::PrivateKey above_key = new_key();
  const x509::Certificate early = must(x509::issue_intermediate(above, above_key, {root_, root_key_}));
  const x509::PrivateKey key = new_key();
  PemPair pair;
  pair.certificates = x509::to_pem(must(x509::issue_leaf(profile_of(leaf), key, {early, above_key})));
  pair.certificates += x509::to_pem(early);
  pair.key = pem_of(key);
  return pair;
}

PemPair Pki::make(Leaf leaf, bool with_intermediate) const {
  const x509::PrivateKey key = new_key();
  PemPair pair;
  pair.certificates = x509::to_pem(issue(leaf, key)) + (with_intermediate ? x509::to_pem(intermediate_) : "");
  pair.key = pem_of(key);
  return pair;
}

PemPair Pki::upload(Leaf leaf) const {
  return make(std::move(leaf), true);
}

PemPair Pki::upload(const std::string& name) const {
  return make({.common_name = name, .dns_names = {name}}, true);
}

PemPair Pki::upload_without_intermediate(Leaf leaf) const {
  return make(std::move(leaf), false);
}

std::string pem_of(const x509::PrivateKey& key) {
  return std::string(base::as_text(x509::to_pem(key, base::SecretAccess())));
}

}  // namespace livecert::test

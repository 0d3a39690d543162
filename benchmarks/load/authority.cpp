#include "benchmarks/load/authority.h"

#include <chrono>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "x509/issue.h"
#include "x509/pem.h"

namespace livecert::bench {
namespace {

namespace json = boost::json;

// Making an RSA key takes a tenth of a second, so leaves share some. The server must not profit from it.
constexpr std::size_t kKeys = 16;
// By how much sealing makes a key longer: format, salt, tag (docs/formats/sealed.md).
constexpr std::size_t kSealing = 1 + 32 + 16;

base::Result<x509::PrivateKey> make_key(KeyType type) {
  return type == KeyType::kRsa2048 ? x509::generate_rsa_key(2048) : x509::generate_ec_p256_key();
}

}  // namespace

Authority::Authority(x509::Certificate intermediate, x509::PrivateKey intermediate_key, base::Time now)
    : intermediate_(std::move(intermediate)), intermediate_key_(std::move(intermediate_key)), now_(now) {}

base::Result<Authority> Authority::make(KeyType type, base::Time now) {
  TRY_ASSIGN(auto root_key, make_key(type));
  TRY_ASSIGN(auto intermediate_key, make_key(type));
  const base::Time end = now + std::chrono::days(365);
  TRY_ASSIGN(auto root, x509::issue_root({.common_name = "Bench Root", .not_before = now, .not_after = end}, root_key));
  TRY_ASSIGN(auto intermediate,
             x509::issue_intermediate({.common_name = "Bench Intermediate", .not_before = now, .not_after = end},
                                      intermediate_key, {root, root_key}));
  Authority authority(std::move(intermediate), std::move(intermediate_key), now);
  for (std::size_t i = 0; i < kKeys; ++i) {
    TRY_ASSIGN(auto key, make_key(type));
    authority.keys_.push_back(std::move(key));
  }
  return authority;
}

base::Result<Authority::Issued> Authority::issue(std::size_t n) const {
  const x509::PrivateKey& key = keys_[n % keys_.size()];
  const std::string name = "bench-" + std::to_string(n) + ".example.net";
  TRY_ASSIGN(
      x509::Certificate leaf,
      x509::issue_leaf(
          {.common_name = name, .dns_names = {name}, .not_before = now_, .not_after = now_ + std::chrono::days(90)},
          key, {intermediate_, intermediate_key_}));
  return Issued{name, std::move(leaf), key};
}

base::Result<std::size_t> Authority::record_size() const {
  TRY_ASSIGN(const Issued issued, issue(0));
  return issued.leaf.der().size() + issued.key.pkcs8(base::SecretAccess()).size() + kSealing;
}

base::Result<std::string> Authority::body(std::size_t n) const {
  TRY_ASSIGN(const Issued issued, issue(n));
  const base::WipedBuffer key_pem = x509::to_pem(issued.key, base::SecretAccess());
  json::object pair;
  pair["Pubkey"] = x509::to_pem(issued.leaf) + x509::to_pem(intermediate_);
  pair["Prikey"] = base::as_text(key_pem);
  json::object object;
  object["CertName"] = issued.name;
  object["UseWay"] = "https";
  object["Rsa"] = std::move(pair);
  return json::serialize(object);
}

}  // namespace livecert::bench

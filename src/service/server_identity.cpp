#include "service/server_identity.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/address_block.h"
#include "service/follow_master_key.h"
#include "service/outcome_error.h"
#include "service/stored_key.h"
#include "service/submit.h"
#include "x509/issue.h"
#include "x509/name_constraints.h"
#include "x509/signature_check.h"

namespace livecert::service {
namespace {

// Settings of the store: certificates as DER one after the other, keys sealed.
constexpr const char* kCaCertificate = kIdentityCertificates[0];
constexpr const char* kCaKey = kIdentityKeys[0];
constexpr const char* kLeafCertificate = kIdentityCertificates[1];
constexpr const char* kLeafKey = kIdentityKeys[1];

// The audit's word for the reason of an opening.
constexpr std::string_view kOwnCertificate = "OwnCertificate";

constexpr auto kCaLifetime = std::chrono::days(20 * 365);
constexpr auto kLeafLifetime = std::chrono::days(2 * 365);
constexpr auto kBackdate = std::chrono::hours(1);  // for clients whose clock is a little slow
// A clock that shows less is wrong: this program did not exist then. Machines without a battery begin in 1970.
constexpr base::Time kProgramMade = std::chrono::sys_days(std::chrono::year(2023) / 1 / 1);
// From when a bootstrap CA is valid: a clock that was ahead at the first start must not make one that nobody can use.
constexpr base::Time kCaBegins = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);

// Tools that cannot use another endpoint need the vendor's hosts among the names.
constexpr std::array<std::string_view, 3> kDnsNames{"localhost", "live.volcengineapi.com", "open.volcengineapi.com"};
// The hosts of the vendor's product abroad. A CA of an earlier release may not issue for them, and a CA that clients
// trust is not replaced because of them.
constexpr std::array<std::string_view, 2> kLaterDnsNames{"open.byteplusapi.com", "live.byteplusapi.com"};
constexpr std::array<std::string_view, 2> kAddresses{"127.0.0.1", "::1"};

struct Pair {
  x509::Certificate certificate;
  x509::PrivateKey key;
};

base::Error damaged(const char* setting, const base::Error& why) {
  return {base::ErrorCode::kConfiguration,
          std::string("the certificate of the HTTPS listener cannot be used, because the setting '") + setting +
              "' of the store is damaged: restore the store from a backup, or start without https",
          why.message + why.detail};
}

base::Result<x509::PrivateKey> open_identity_key(Services& services, const char* name, base::Bytes sealed) {
  TRY_ASSIGN(const base::SecretBytes pkcs8, services.vault.open_own(name, {std::move(sealed)}));
  if (services.audit != nullptr) {
    services.audit->note_opening({.action = std::string(kOwnCertificate), .item = std::string(name)});
  }
  return x509::PrivateKey::parse_pkcs8(pkcs8.reveal(base::SecretAccess()));
}

base::Result<std::optional<Pair>> find_pair(Services& services, const char* certificate_name, const char* key_name) {
  TRY_ASSIGN(const auto der, services.store.ask(&store::Snapshot::find_setting, certificate_name));
  TRY_ASSIGN(auto sealed, services.store.ask(&store::Snapshot::find_setting, key_name));
  if (!der || !sealed) return std::optional<Pair>();
  auto certificate = x509::Certificate::parse(*der);
  if (!certificate) return damaged(certificate_name, certificate.error());
  auto key = open_identity_key(services, key_name, *std::move(sealed));
  if (!key) return damaged(key_name, key.error());
  if (!key->belongs_to(*certificate)) return std::optional<Pair>();  // a crash fell between the two writes
  return std::optional<Pair>(Pair{*std::move(certificate), *std::move(key)});
}

// Of several processes that make a pair at once, one keeps it; kConflict for the others, which then read that one.
base::Result<void> keep_pair(Services& services, const char* certificate_name, const char* key_name, const Pair& pair,
                             std::optional<base::Bytes> former) {
  TRY(follow_master_key(services));
  TRY_ASSIGN(base::SealedBytes sealed, services.vault.seal_own(key_name, pair.key.pkcs8(base::SecretAccess())));
  const store::ReplaceSettings command{
      std::move(former),
      {{certificate_name, base::to_bytes(pair.certificate.der())}, {key_name, std::move(sealed.bytes)}}};
  const store::Outcome outcome = services.store.submit(own_context(services, "MakeServerIdentity"), command).wait();
  if (outcome.kind == store::OutcomeKind::kDone) return {};
  if (outcome.kind != store::OutcomeKind::kConverged) return to_error(outcome);
  return base::Error{base::ErrorCode::kConflict, "another process made the certificate of the HTTPS listener"};
}

void add_names(std::vector<std::string>& names, const auto& more) {
  for (const auto& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }
}

struct Names {
  std::vector<std::string> dns;
  std::vector<std::string> addresses;
};

Names names_of(const std::vector<std::string>& host_names) {
  Names names{{kDnsNames.begin(), kDnsNames.end()}, {kAddresses.begin(), kAddresses.end()}};
  for (const std::string& name : host_names) {
    add_names(base::parse_address(name) ? names.addresses : names.dns, std::array<std::string, 1>{name});
  }
  return names;
}

// "192.0.2.1/32", as name constraints have it.
std::string network_of(const std::string& address) {
  return address + (address.find(':') == std::string::npos ? "/32" : "/128");
}

base::Result<Pair> make_ca(Services& services, const Names& names, std::optional<base::Bytes> former) {
  x509::AuthorityProfile profile;
  profile.common_name = "livecert bootstrap CA";
  profile.organization = "livecert";
  profile.not_before = kCaBegins;
  profile.not_after = std::max<base::Time>(services.clock.now(), kProgramMade) + kCaLifetime;
  profile.path_length = 0;
  profile.permitted_dns = names.dns;
  for (const std::string& address : names.addresses) profile.permitted_ip.push_back(network_of(address));
  TRY_ASSIGN(x509::PrivateKey key, x509::generate_ec_p256_key());
  TRY_ASSIGN(x509::Certificate certificate, x509::issue_root(profile, key));
  Pair pair{std::move(certificate), std::move(key)};
  TRY(keep_pair(services, kCaCertificate, kCaKey, pair, std::move(former)));
  return pair;
}

base::Result<Pair> issue_leaf(Services& services, const Pair& ca, const Names& names) {
  x509::LeafProfile profile;
  profile.common_name = "livecert";
  profile.dns_names = names.dns;
  profile.ip_addresses = names.addresses;
  const base::Time now = std::max<base::Time>(services.clock.now(), kProgramMade);
  profile.not_before = std::max(now - kBackdate, ca.certificate.not_before());
  profile.not_after = std::min<base::Time>(now + kLeafLifetime, ca.certificate.not_after());
  TRY_ASSIGN(x509::PrivateKey key, x509::generate_ec_p256_key());
  TRY_ASSIGN(x509::Certificate certificate, x509::issue_leaf(profile, key, {ca.certificate, ca.key}));
  return Pair{std::move(certificate), std::move(key)};
}

// A leaf that was made while the clock was ahead is made again, because no client accepts it. A clock that is known to
// be behind is no reason to make anything.
bool is_timely(const x509::Certificate& leaf, const x509::Certificate& ca, base::Time now) {
  if (now < kProgramMade) return true;
  const bool lasts = leaf.not_after() - now > kLeafLifetime / 2 || leaf.not_after() == ca.not_after();
  return lasts && leaf.not_before() <= now && leaf.not_after() > now && leaf.not_after() - now <= kLeafLifetime;
}

// Clients refuse everything below a CA that has ended, or that is not valid yet, so that replacing it takes nothing
// from them.
bool is_valid_ca(const x509::Certificate& ca, base::Time now) {
  return now < kProgramMade || (ca.not_before() <= now && now < ca.not_after());
}

bool is_usable(const Pair& leaf, const Pair& ca, const Names& names, base::Time now) {
  return leaf.certificate.dns_names() == names.dns && leaf.certificate.ip_addresses() == names.addresses &&
         is_timely(leaf.certificate, ca.certificate, now) &&
         x509::check_signature(leaf.certificate, ca.certificate) == x509::SignatureState::kValid &&
         x509::obeys_name_constraints(leaf.certificate, ca.certificate);
}

// Returns the certificate with these names under the CA: the kept one if it is still good, otherwise a new one. nullopt
// when the CA may not issue it.
base::Result<std::optional<Pair>> leaf_under(Services& services, const Pair& ca, std::optional<Pair>& kept,
                                             const Names& names) {
  if (kept && is_usable(*kept, ca, names, services.clock.now())) return std::exchange(kept, std::nullopt);
  TRY_ASSIGN(Pair made, issue_leaf(services, ca, names));
  if (!x509::obeys_name_constraints(made.certificate, ca.certificate)) return std::optional<Pair>();
  TRY_ASSIGN(auto former, services.store.ask(&store::Snapshot::find_setting, kLeafCertificate));
  TRY(keep_pair(services, kLeafCertificate, kLeafKey, made, std::move(former)));
  return std::optional<Pair>(std::move(made));
}

base::Result<ServerIdentity> find_or_make_identity(Services& services, const std::vector<std::string>& host_names) {
  const Names needed = names_of(host_names);
  Names wanted = needed;
  add_names(wanted.dns, kLaterDnsNames);

  TRY_ASSIGN(auto former_ca, services.store.ask(&store::Snapshot::find_setting, kCaCertificate));
  TRY_ASSIGN(std::optional<Pair> kept, find_pair(services, kLeafCertificate, kLeafKey));
  TRY_ASSIGN(std::optional<Pair> ca, find_pair(services, kCaCertificate, kCaKey));
  std::optional<Pair> leaf;
  const bool ca_is_over = ca && !is_valid_ca(ca->certificate, services.clock.now());
  const bool had_ca = ca.has_value();
  if (ca_is_over) ca.reset();
  // Clients trust the CA, so it stays as long as it may issue for the names that are needed.
  if (ca) {
    TRY_ASSIGN(leaf, leaf_under(services, *ca, kept, wanted));
  }
  if (ca && !leaf) {
    TRY_ASSIGN(leaf, leaf_under(services, *ca, kept, needed));
  }
  const bool replaces_ca = had_ca && !leaf;
  if (!leaf) {
    TRY_ASSIGN(ca, make_ca(services, wanted, std::move(former_ca)));
    TRY_ASSIGN(leaf, leaf_under(services, *ca, kept, wanted));
  }
  if (!leaf) return base::Error{base::ErrorCode::kInternal, "", "the bootstrap CA does not admit its own names"};

  ServerIdentity identity;
  identity.chain_der = {base::to_bytes(leaf->certificate.der()), base::to_bytes(ca->certificate.der())};
  identity.private_key_pkcs8 = leaf->key.pkcs8(base::SecretAccess());
  identity.ca_der = base::to_bytes(ca->certificate.der());
  identity.replaced_ca = replaces_ca;
  identity.ca_was_over = ca_is_over;
  if (leaf->certificate.dns_names() != wanted.dns) {
    identity.left_out.assign(wanted.dns.begin() + static_cast<std::ptrdiff_t>(needed.dns.size()), wanted.dns.end());
  }
  return identity;
}

}  // namespace

base::Result<ServerIdentity> server_identity(Services& services, const std::vector<std::string>& host_names) {
  constexpr int kMostTries = 5;  // each is lost only to another process that made one
  for (int attempt = 1;; ++attempt) {
    auto identity = find_or_make_identity(services, host_names);
    if (identity || identity.error().code != base::ErrorCode::kConflict || attempt == kMostTries) return identity;
  }
}

base::Result<std::optional<store::BoundDomain>> own_binding(store::Snapshot& snapshot, const std::string& domain,
                                                            base::Time now) {
  const auto name = domain::DomainName::parse(domain);
  if (!name) return std::optional<store::BoundDomain>();
  TRY_ASSIGN(auto bound, snapshot.find_bound(*name));
  if (!bound || bound->ends_at <= now) return std::optional<store::BoundDomain>();
  // As edges do: what is switched off is not shown.
  if (!bound->binding.tls.https || bound->status != domain::DomainStatus::kNormal) {
    return std::optional<store::BoundDomain>();
  }
  TRY_ASSIGN(const auto account, snapshot.find_account(bound->account));
  return account && account->is_root ? bound : std::optional<store::BoundDomain>();
}

base::Result<std::optional<store::BoundDomain>> own_binding(Services& services, const std::string& domain) {
  TRY_ASSIGN(const auto snapshot, services.store.read());
  return own_binding(*snapshot, domain, services.clock.now());
}

base::Result<ServerIdentity> own_identity(Services& services, const std::string& domain) {
  TRY_ASSIGN(const auto bound, own_binding(services, domain));
  if (!bound) {
    return base::Error{base::ErrorCode::kNotFound,
                       "the root account has bound no certificate that is valid now to " + domain};
  }
  TRY_ASSIGN(const auto content, services.store.ask(&store::Snapshot::find_content, bound->version));
  if (!content)
    return base::Error{base::ErrorCode::kNotFound, "the certificate of " + domain + " was replaced just now"};
  TRY_ASSIGN(const x509::PrivateKey key, open_key(services, {bound->account, bound->binding.chain, bound->version},
                                                  *content, {.action = std::string(kOwnCertificate)}));
  ServerIdentity identity;
  identity.chain_der.push_back(content->leaf_der);
  for (const domain::IssuerCertificate& issuer : content->issuers) identity.chain_der.push_back(issuer.der);
  identity.private_key_pkcs8 = key.pkcs8(base::SecretAccess());
  return identity;
}

}  // namespace livecert::service

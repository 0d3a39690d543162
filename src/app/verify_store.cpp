#include "app/verify_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "app/master_key_source.h"
#include "base/time.h"
#include "cli/language.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "domain/live_domain.h"
#include "domain/name_index.h"
#include "service/administer_edges.h"
#include "service/audit_checkpoints.h"
#include "service/edge_token.h"
#include "service/notify_channels.h"
#include "service/server_identity.h"
#include "vault/vault.h"
#include "x509/certificate.h"
#include "x509/path_end.h"
#include "x509/private_key.h"

namespace livecert::app {
namespace {

using store::sqlite::Inventory;
using store::sqlite::StoredAccessKey;
using store::sqlite::StoredAccount;
using store::sqlite::StoredEdgeText;
using store::sqlite::StoredSetting;
using store::sqlite::StoredVersion;

constexpr std::size_t kMostFindings = 100;
constexpr const char* kNoHttps = ": no service with https starts on it. Restore the store from a backup";

class Verification {
 public:
  Verification(Inventory& inventory, vault::Vault& vault, Progress progress)
      : inventory_(inventory), vault_(vault), progress_(std::move(progress)) {}

  [[nodiscard]] base::Result<StoreReport> run() {
    TRY_ASSIGN(report_.counts, inventory_.counts());
    TRY_ASSIGN(const auto structure, inventory_.check_structure());
    for (const std::string& sentence : structure) {
      add(sentence + ". Restore the store from a backup, and upload again what was uploaded since");
    }
    TRY(inventory_.each_account([this](const StoredAccount& account) { return check(account); }));
    TRY(inventory_.each_access_key([this](const StoredAccessKey& key) { return check(key); }));
    TRY(inventory_.each_version([this](const StoredVersion& version) { return check(version); }));
    TRY(inventory_.each_setting([this](const StoredSetting& setting) { return check(setting); }));
    TRY(inventory_.each_edge([this](const StoredEdgeText& edge) { return check(edge); }));
    TRY(inventory_.each_notify_channel([this](const store::StoredNotifyChannel& channel) { return check(channel); }));
    return std::move(report_);
  }

 private:
  void add(std::string sentence) {
    ++report_.all_findings;
    if (report_.findings.size() < kMostFindings) report_.findings.push_back(std::move(sentence));
  }

  base::Result<void> check(const StoredAccount& account) {
    account_keys_[account.id.number()] = account.wrapped_key;
    // Sealing works only if the account's key opens.
    const vault::Place place{.purpose = vault::Purpose::kAccessSecret, .account = account.id, .name = "verify"};
    if (!vault_.seal(account.wrapped_key, place, base::SecretBytes::copy_of(std::string_view("x")))) {
      add("the key of account " + account.id.to_string() +
          " does not open: its certificates cannot be served. Restore the store from a backup");
    }
    return {};
  }

  [[nodiscard]] base::Result<base::SecretBytes> open(const vault::Place& place, const base::SealedBytes& sealed) {
    const auto key = account_keys_.find(place.account.number());
    if (key == account_keys_.end()) return base::Error{base::ErrorCode::kInternal, "", "the account is missing"};
    return vault_.open(key->second, place, sealed);
  }

  base::Result<void> check(const StoredAccessKey& key) {
    const vault::Place place{.purpose = vault::Purpose::kAccessSecret, .account = key.account, .name = key.id};
    if (!open(place, key.sealed_secret)) {
      add("the secret of access key " + key.id +
          " does not open: nobody can sign with it. Make another one: livecert key add " + key.account.to_string());
    }
    return {};
  }

  base::Result<void> check(const StoredVersion& version) {
    if (progress_) progress_(++versions_read_, report_.counts.versions);
    if (!version.chain) {
      add("version " + version.id.to_string() + " belongs to no chain");
      return {};
    }
    const std::string name = "version " + version.id.to_string() + " of chain " + version.chain->to_string() + ": ";
    const std::string remedy =
        ". Upload the certificate again: livecert cert create --chain-id " + version.chain->to_string();
    for (std::string& fault : faults_of(version)) add(fault.insert(0, name).append(remedy));
    check_bindings(version);
    return {};
  }

  base::Result<void> check(const StoredSetting& setting) {
    const auto is_in = [&](const auto& names) { return std::ranges::find(names, setting.name) != names.end(); };
    if (is_in(service::kIdentityCertificates) && !x509::Certificate::parse(setting.value)) {
      add("the setting '" + setting.name + "' holds no certificate" + kNoHttps);
    }
    if (is_in(service::kIdentityKeys)) {
      const auto pkcs8 = vault_.open_own(setting.name, {setting.value});
      if (!pkcs8 || !x509::PrivateKey::parse_pkcs8(pkcs8->reveal(base::SecretAccess()))) {
        add("the key in the setting '" + setting.name + "' does not open" + kNoHttps);
      }
    }
    if (setting.name == service::kAuditKey) {
      const auto key = vault_.open_own(setting.name, {setting.value});
      if (!key || key->reveal(base::SecretAccess()).size() != crypto::kEd25519KeySize) {
        add("the setting '" + setting.name +
            "' does not open: the service signs no checkpoint of the audit any more. Restore the store from a backup");
      }
    }
    if (setting.name.starts_with(service::kEdgeTokenSetting) && !vault_.open_own(setting.name, {setting.value})) {
      add("the setting '" + setting.name +
          "' does not open: this edge cannot ask for its certificates. Restore the store from a backup");
    }
    return {};
  }

  base::Result<void> check(const StoredEdgeText& edge) {
    if (const auto read = service::check_stored_edge(edge.definition); !read) {
      add("the edge " + edge.name + " cannot be read: " + read.error().message +
          ". Delete it and add it again: livecert edge delete " + edge.name);
    }
    return {};
  }

  base::Result<void> check(const store::StoredNotifyChannel& channel) {
    if (const auto read = service::check_stored_channel(vault_, channel); !read) {
      add(read.error().message + ": livecert notify add " + channel.name);
    }
    return {};
  }

  // Law 9: no domain uses a certificate that does not cover it.
  void check_bindings(const StoredVersion& version) {
    if (version.bindings.empty()) return;
    const auto leaf = x509::Certificate::parse(version.content.leaf_der);
    if (!leaf) return;  // said already
    const std::vector<std::string> names = leaf->dns_names();
    const domain::NameIndex index(names);
    for (const store::sqlite::StoredBinding& binding : version.bindings) {
      if (!index.covers(binding.domain)) {
        add("the domain " + binding.domain + " uses chain " + version.chain->to_string() +
            ", whose certificate does not cover it: clients refuse it. Bind another certificate: livecert cert bind");
      } else if (!binding.cert_domain.empty() && !domain::covers({binding.cert_domain}, binding.domain)) {
        add("the domain " + binding.domain + " is bound by the name " + binding.cert_domain +
            ", which does not cover it. Bind it again: livecert cert bind");
      }
    }
  }

  // Which roots may take an issuer's place is known only to the service that took the upload: what can be said without
  // them is that the end is one of an issuer, and not before the chain ends without any root.
  [[nodiscard]] static bool is_possible_end(const std::vector<x509::Certificate>& chain, base::Time end) {
    const auto is_it = [&](const x509::Certificate& issuer) { return issuer.not_after() == end; };
    return end < chain.front().not_after() && std::any_of(chain.begin() + 1, chain.end(), is_it) &&
           end >= x509::path_end(chain, nullptr);
  }

  [[nodiscard]] std::vector<std::string> faults_of(const StoredVersion& version) {
    std::vector<std::string> faults;
    const domain::VersionContent& content = version.content;
    if (content.issuers.size() != version.issuers_named) faults.emplace_back("an issuer's certificate is missing");
    std::vector<x509::Certificate> chain;
    auto leaf = x509::Certificate::parse(content.leaf_der);
    if (!leaf) return {"the leaf cannot be read"};
    chain.push_back(*std::move(leaf));
    for (const domain::IssuerCertificate& issuer : content.issuers) {
      auto certificate = x509::Certificate::parse(issuer.der);
      if (!certificate || crypto::sha256(issuer.der) != issuer.sha256) {
        faults.emplace_back("an issuer's certificate was changed");
        continue;
      }
      chain.push_back(*std::move(certificate));
    }
    const x509::Certificate& parsed = chain.front();
    const bool is_whole = faults.empty();
    if (is_whole && x509::content_digest(chain) != content.content_digest) {
      faults.emplace_back("the certificates are not those of its digest");
    }
    if (is_whole && content.ends_early && !is_possible_end(chain, *content.ends_early)) {
      faults.emplace_back("its early end is not the end of an issuer that it needs");
    }
    if (parsed.not_before() != content.not_before || parsed.not_after() != content.not_after) {
      faults.emplace_back("the validity in its row is not the leaf's");
    }
    if (version.is_current && (base::to_unix_micros(content.not_before) != version.chain_not_before ||
                               base::to_unix_micros(content.not_after) != version.chain_not_after)) {
      faults.emplace_back("its chain repeats another validity");
    }
    if (version.is_current &&
        version.representative != domain::representative_domain(parsed.common_name(), parsed.dns_names())) {
      faults.emplace_back("lists show another name than its leaf's");
    }
    if (crypto::sha256(parsed.public_key_bits()) != content.leaf_key_digest) {
      faults.emplace_back("the public key is not the one of its digest");
    }
    if (auto fault = fault_of_key(version, parsed)) faults.push_back(*std::move(fault));
    return faults;
  }

  [[nodiscard]] std::optional<std::string> fault_of_key(const StoredVersion& version, const x509::Certificate& leaf) {
    const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                             .account = version.account,
                             .chain = *version.chain,
                             .version = version.id,
                             .digest = version.content.leaf_key_digest};
    const auto pkcs8 = open(place, version.content.sealed_key);
    if (!pkcs8) return "the private key does not open";
    const auto key = x509::PrivateKey::parse_pkcs8(pkcs8->reveal(base::SecretAccess()));
    if (!key) return "the private key cannot be read";
    if (!key->belongs_to(leaf)) return "the private key does not fit the leaf";
    return std::nullopt;
  }

  Inventory& inventory_;
  vault::Vault& vault_;
  const Progress progress_;
  std::int64_t versions_read_ = 0;
  std::map<std::int64_t, base::SealedBytes> account_keys_;
  StoreReport report_;
};

}  // namespace

base::Result<StoreReport> verify_store(const std::filesystem::path& database, vault::MasterKeys master_keys,
                                       Progress progress) {
  TRY_ASSIGN(const auto inventory, Inventory::open(database));
  TRY_ASSIGN(const auto header, inventory->vault_header());
  if (!header) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "The store " + database.string() + " was never used: it is empty."};
  }
  TRY_ASSIGN(const auto known, inventory->master_keys());
  crypto::SystemRandom random;
  TRY_ASSIGN(const auto vault, vault::LocalVault::open(to_ring(std::move(master_keys), *header, known), random));
  TRY_ASSIGN(StoreReport report, Verification(*inventory, *vault, std::move(progress)).run());
  TRY(inventory->confirm());
  report.lacked_log = inventory->lacked_log();
  return report;
}

std::string missing_log_text(const std::filesystem::path& data_dir) {
  return cli::tr("the store in ", "存储 ") + data_dir.string() +
         cli::tr(
             " came without its log livecert.db-wal: if livecert.db was copied alone while a service used it, what "
             "was in the log is missing",
             " 旁没有日志 livecert.db-wal：若 livecert.db 是在服务使用期间单独复制的，日志中的内容已缺失");
}

}  // namespace livecert::app

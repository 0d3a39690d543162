#include "benchmarks/fill/fill.h"

#include <map>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "app/first_start.h"
#include "benchmarks/fill/old_format.h"
#include "client/credentials.h"
#include "service/administer_accounts.h"
#include "service/administer_projects.h"
#include "service/create_domains.h"
#include "service/list_certs.h"
#include "store/sqlite/inspection.h"
#include "support/create_cert.h"
#include "support/temporary_directory.h"
#include "x509/pem.h"

namespace livecert::benchmarks {
namespace {

constexpr std::size_t kChains = 300;
constexpr std::size_t kAccounts = 3;

template <typename T>
T must(base::Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message + " " + result.error().detail);
  return std::move(result).value();
}

// A service on a store of its own.
class Place {
 public:
  Place() {
    config_.data_dir = directory_.path() / "data";
    config_.fetch_issuers = false;
    instance_ = must(app::Instance::open(config_, app::Instance::IfEmpty::kInitialise));
  }

  [[nodiscard]] app::Instance& instance() { return *instance_; }
  [[nodiscard]] service::Services& services() { return instance_->services(); }
  [[nodiscard]] const std::filesystem::path& data_dir() const { return config_.data_dir; }
  [[nodiscard]] service::Context root() { return context_of(app::credentials_file(data_dir())); }
  [[nodiscard]] service::Context context_of(const std::filesystem::path& credentials) {
    const auto loaded = must(client::load_credentials_file(credentials.string()));
    service::Context context;
    context.caller = must(services().callers.find_caller(loaded.credentials.access_key_id))->caller;
    context.action = "CreateCert";
    context.request_id = std::string(34, '0');
    context.peer_address = "192.0.2.17";
    context.at = services().clock.now();
    context.deadline = base::SteadyTime::max();
    return context;
  }
  // The first column of the rows, after the store was closed.
  std::string rows(const std::string& select) {
    instance_.reset();
    return store::testing::run_sql(data_dir() / "livecert.db",
                                   "SELECT group_concat(line, char(10)) FROM (" + select + ")");
  }
  void make_old_format(int format) {
    instance_.reset();
    const auto made = benchmarks::make_old_format(data_dir(), format);
    EXPECT_TRUE(made) << made.error().message << " " << made.error().detail;
  }
  void open_again() { instance_ = must(app::Instance::open(config_, app::Instance::IfEmpty::kRefuse)); }
  std::string inspect() {
    instance_.reset();
    return store::testing::inspect(data_dir());
  }

 private:
  test::TemporaryDirectory directory_;
  app::Config config_;
  std::unique_ptr<app::Instance> instance_;
};

class Fill : public ::testing::Test {
 protected:
  void SetUp() override {
    accounts = must(fill(filled.instance(), filled.data_dir(), {kChains, kAccounts}, [](std::size_t) {}));
    ASSERT_EQ(accounts.size(), kAccounts);
  }

  // All of an account, the oldest first.
  std::vector<domain::ChainSummary> chains_of(base::AccountId account) {
    store::ChainFilter filter;
    filter.account = account;
    auto page = must(filled.services().store.ask(&store::Snapshot::list_chains, filter, {}, 0, kChains));
    return {page.chains.rbegin(), page.chains.rend()};
  }
  // A chain as somebody would upload it.
  std::pair<std::string, std::string> upload_of(const domain::ChainSummary& chain) {
    const auto detail = must(filled.services().store.ask(&store::Snapshot::find_chain, chain.id));
    std::string certificates;
    for (const base::Bytes& der : detail->certificates) certificates += x509::certificate_to_pem(der);
    const auto content = must(filled.services().store.ask(&store::Snapshot::find_content, chain.current));
    const auto account_key = must(filled.services().store.ask(&store::Snapshot::find_account_key, chain.account));
    const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                             .account = chain.account,
                             .chain = chain.id,
                             .version = chain.current,
                             .digest = content->leaf_key_digest};
    const base::SecretBytes opened = must(filled.services().vault.open(*account_key, place, content->sealed_key));
    const auto key = must(x509::PrivateKey::parse_pkcs8(opened.reveal(base::SecretAccess())));
    return {certificates, std::string(base::as_text(x509::to_pem(key, base::SecretAccess())))};
  }

  Place filled;
  std::vector<FilledAccount> accounts;
};

TEST_F(Fill, IsAcceptedAndConvergesWhenUploadedAgain) {
  const service::Context context = filled.context_of(accounts[1].credentials);
  std::size_t accepted = 0;
  for (const domain::ChainSummary& chain : chains_of(accounts[1].account)) {
    const auto [certificates, key] = upload_of(chain);
    service::CreateCertInput input;
    input.project = chain.project;
    input.certificates_pem = certificates;
    input.private_key_pem = key;
    const auto output = test::create_cert(filled.services(), context, input);
    if (chain.not_after < context.at) {
      EXPECT_FALSE(output) << "it has expired since";
      continue;
    }
    ++accepted;
    ASSERT_TRUE(output) << output.error().message << " " << output.error().detail;
    EXPECT_EQ(output->chain, chain.id);
    EXPECT_EQ(output->version, chain.current);
  }
  EXPECT_GT(accepted, kChains / kAccounts / 2);
}

TEST_F(Fill, IsRowForRowWhatUploadsWouldHaveWritten) {
  Place uploaded;
  std::map<base::AccountId, service::Context> callers;
  for (std::size_t i = 0; i < kAccounts; ++i) {
    const service::Context root = uploaded.root();
    const auto account = must(service::create_account(uploaded.services(), root, "customer-" + std::to_string(i + 1)));
    for (const auto& project :
         must(filled.services().store.ask(&store::Snapshot::list_projects, accounts[i].account))) {
      if (project.name == domain::kDefaultProject) continue;
      must(service::create_project(uploaded.services(), root, account.id.to_string(), project.name));
    }
    callers[accounts[i].account] = filled.context_of(accounts[i].credentials);
    callers[accounts[i].account].caller.account = account.id;
  }
  std::vector<std::vector<domain::ChainSummary>> chains;
  for (const FilledAccount& account : accounts) chains.push_back(chains_of(account.account));
  std::size_t bound = 0;
  for (std::size_t n = 0; n < kChains; ++n) {
    const domain::ChainSummary& chain = chains[n % kAccounts].at(n / kAccounts);
    service::Context context = callers[chain.account];
    context.at = chain.created_at;
    const auto [certificates, key] = upload_of(chain);
    service::CreateCertInput input;
    input.name = chain.name;
    input.project = chain.project;
    input.certificates_pem = certificates;
    input.private_key_pem = key;
    const auto output = test::create_cert(uploaded.services(), context, input);
    ASSERT_TRUE(output) << output.error().message << " " << output.error().detail;
    EXPECT_EQ(chain.domains.empty(), !domain_of(n).has_value());
    for (const domain::DomainName& domain : chain.domains) {
      service::CreateDomainsInput domains;
      domains.project = chain.project;
      domains.domains.push_back({.name = std::string(domain.view()), .chain_id = output->chain.to_string()});
      context.action = "CreateDomain";
      ASSERT_TRUE(service::create_domains(uploaded.services(), context, domains).has_value());
      ++bound;
    }
  }
  EXPECT_EQ(bound, kChains / 50);
  const char* const tables[] = {
      "SELECT quote(id) || quote(leaf_der) || quote(issuers) || quote(content_digest) || quote(leaf_key_digest) ||"
      " key_kind || not_before || quote(not_after) || created_at || created_by || created_from || length(sealed_key)"
      " AS line FROM (SELECT row_number() OVER (ORDER BY chain) AS id, leaf_der, content_digest, leaf_key_digest,"
      " key_kind, not_before, not_after, created_at, created_by, created_from, sealed_key,"
      " (SELECT group_concat(hex(der)) FROM json_each(issuers) AS i JOIN issuer_certificates AS c ON c.id = i.value)"
      " AS issuers FROM versions) ORDER BY id",
      "SELECT (SELECT count(*) FROM chains AS former WHERE former.id < chains.id) || quote(chains.name) || "
      "accounts.name || projects.name || chains.created_at ||"
      " (versions.chain = chains.id) || content_key || chains.not_before || chains.not_after ||"
      " length(chain_id) || quote(superseded_at) || representative AS line FROM chains JOIN accounts ON accounts.id = "
      "chains.account"
      " JOIN projects ON projects.id = chains.project JOIN versions ON versions.id = current_version"
      " ORDER BY chains.id",
      "SELECT accounts.name || projects.name || day || '=' || chains AS line FROM expiry_days"
      " JOIN projects ON projects.id = project JOIN accounts ON accounts.id = projects.account ORDER BY 1",
      "SELECT name || block || '=' || chains AS line FROM chain_blocks JOIN accounts ON accounts.id = account"
      " ORDER BY 1",
      "SELECT domains.name || accounts.name || projects.name || vhost || type || region || domains.status ||"
      " domains.created_at || (SELECT count(*) FROM chains AS former WHERE former.id < domains.chain) || https || "
      "http2 || min_version || max_version || bound_at || bound_by ||"
      " bound_from || cert_domain AS line FROM domains JOIN accounts ON accounts.id = domains.account"
      " JOIN projects ON projects.id = domains.project ORDER BY 1",
      "SELECT audit.at || accounts.name || access_key_id || action || length(request_id) || peer_address ||"
      " length(subject) AS line FROM audit JOIN accounts ON accounts.id = account"
      " WHERE action IN ('CreateCert', 'CreateDomain') AND NOT is_root ORDER BY audit.id",
      "SELECT kind || accounts.name || length(subject) AS line FROM changes JOIN accounts ON accounts.id = account"
      " WHERE kind IN ('chain', 'domain') ORDER BY changes.id",
  };
  for (const char* const table : tables) {
    const std::string rows = filled.rows(table);
    EXPECT_GT(rows.size(), 20U) << table;
    EXPECT_EQ(rows, uploaded.rows(table));
  }
  EXPECT_EQ(filled.inspect(), "");
}

TEST_F(Fill, MadeOldAndUpgradedIsTheSameStore) {
  const std::vector<std::string> tables{
      "SELECT hex(chain_id) || current_version || content_key || chain_key || representative AS line FROM chains",
      "SELECT id || hex(leaf_der) || issuers || hex(sealed_key) AS line FROM versions",
      "SELECT name || chain || cert_domain || bound_at AS line FROM domains",
      "SELECT at || action || subject AS line FROM audit WHERE action = 'CreateCert'"};
  std::vector<std::string> before;
  for (const std::string& table : tables) before.push_back(filled.rows(table));
  filled.make_old_format(5);
  EXPECT_EQ(store::testing::run_sql(filled.data_dir() / "livecert.db", "PRAGMA user_version"), "5");
  filled.open_again();
  EXPECT_EQ(chains_of(accounts[1].account).size(), kChains / kAccounts);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    EXPECT_GT(before[i].size(), 100U) << tables[i];
    EXPECT_EQ(filled.rows(tables[i]), before[i]) << tables[i];
  }
  EXPECT_EQ(filled.inspect(), "");
}

TEST_F(Fill, WritesCredentialsForTheirOwnerOnly) {
  for (const FilledAccount& account : accounts) {
    struct stat status {};
    ASSERT_EQ(::stat(account.credentials.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(filled.context_of(account.credentials).caller.account, account.account);
  }
}

TEST_F(Fill, HasProjectsNamesAndExpiriesOfAllKinds) {
  const service::Context context = filled.context_of(accounts[0].credentials);
  const auto counts = must(service::list_certs(filled.services(), context, {})).counts();
  EXPECT_EQ(counts.total, static_cast<std::int64_t>(kChains / kAccounts));
  EXPECT_GT(counts.expired, 5);
  EXPECT_GT(counts.closing, 5);
  EXPECT_GT(counts.active, counts.total / 2);
  EXPECT_NE(project_of(0), project_of(1));
}

}  // namespace
}  // namespace livecert::benchmarks

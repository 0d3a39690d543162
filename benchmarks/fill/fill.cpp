#include "benchmarks/fill/fill.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <future>
#include <thread>
#include <utility>

#include "app/data_files.h"
#include "app/first_start.h"
#include "base/check.h"
#include "benchmarks/fill/leaf_mill.h"
#include "client/credentials.h"
#include "service/administer_accounts.h"
#include "service/administer_keys.h"
#include "service/administer_projects.h"
#include "service/upload.h"
#include "store/commands/commands.h"
#include "store/sql/sql_rows.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/database.h"
#include "x509/key_generation.h"

namespace livecert::benchmarks {
namespace {

constexpr std::size_t kBatch = 1000;  // chains in one transaction
constexpr std::size_t kKeys = 8;
constexpr std::size_t kBoundOneIn = 50;
constexpr auto kPast = std::chrono::days(120);
// Two of five are in the project that every account has.
constexpr std::array kProjects{"default", "live", "default", "vod", "edge"};
constexpr std::array kKinds{"live", "vod", "edge", "api", "static", "portal", "media"};
// Most live for 90 days, the rest as short or long as authorities allow.
constexpr std::array<int, 10> kLifetimes{90, 90, 90, 90, 90, 90, 90, 47, 200, 398};

// The checkpoints come with the commits and are synced; a commit alone is not, since nobody is answered.
constexpr const char* kSettings =
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA cache_size = -262144;"
    "PRAGMA wal_autocheckpoint = 20000;";

struct Customer {
  domain::Caller caller;
  std::filesystem::path credentials;
};

struct Item {
  service::Context context;
  store::PutVersion put;
  std::optional<store::CreateDomains> domains;
};
using Batch = std::vector<Item>;

base::Error refused(const std::string& what, const store::Outcome& outcome) {
  return {base::ErrorCode::kInternal,
          what + " was not stored: " + std::to_string(static_cast<int>(outcome.kind)) + " " + outcome.why};
}

class Filling {
 public:
  Filling(service::Services& services, std::filesystem::path data_dir, const FillOptions& options)
      : services_(services), data_dir_(std::move(data_dir)), options_(options), end_(services.clock.now()) {}

  base::Result<void> prepare() {
    TRY_ASSIGN(const auto root, client::load_credentials_file(app::credentials_file(data_dir_)));
    TRY_ASSIGN(const auto found, services_.callers.find_caller(root.credentials.access_key_id));
    const service::Context context = make_context(found->caller, end_, "CreateAccount");
    for (std::size_t i = 0; i < options_.accounts; ++i) {
      TRY_ASSIGN(Customer customer, make_customer(context, i));
      customers_.push_back(std::move(customer));
    }
    for (std::size_t i = 0; i < kKeys; ++i) {
      TRY_ASSIGN(const auto key, x509::generate_rsa_key(2048));
      keys_.push_back(key.pkcs8(base::SecretAccess()));
    }
    return make_mills();
  }

  base::Result<void> run(store::sqlite::Connection& database, const FillProgress& progress) {
    std::deque<std::future<base::Result<Batch>>> ready;
    std::size_t asked = 0;
    const auto ask = [&] {
      if (asked >= options_.chains) return;
      const std::size_t count = std::min(kBatch, options_.chains - asked);
      LeafMills& mills = mills_[asked / kBatch % mills_.size()];
      ready.push_back(
          std::async(std::launch::async, [this, &mills, first = asked, count] { return make(mills, first, count); }));
      asked += count;
    };
    // Each batch has mills to itself: the next one with the same mills is asked for once this one is there.
    for (std::size_t i = 0; i < mills_.size(); ++i) ask();
    for (std::size_t written = 0; !ready.empty();) {
      TRY_ASSIGN(const Batch batch, ready.front().get());
      ready.pop_front();
      ask();
      TRY(write(database, batch));
      written += batch.size();
      progress(written);
    }
    return {};
  }

  [[nodiscard]] std::vector<FilledAccount> accounts() const {
    std::vector<FilledAccount> accounts;
    for (const Customer& customer : customers_) accounts.push_back({customer.caller.account, customer.credentials});
    return accounts;
  }

 private:
  using LeafMills = std::vector<LeafMill>;  // one for each customer

  [[nodiscard]] service::Context make_context(const domain::Caller& caller, base::Time at, std::string action) const {
    service::Context context;
    context.caller = caller;
    context.action = std::move(action);
    context.request_id = base::to_basic_time(at).substr(0, 8) + std::string(26, '0');  // as long as a real one
    context.peer_address = "192.0.2.17";
    context.at = at;
    context.deadline = base::SteadyTime::max();
    return context;
  }

  base::Result<Customer> make_customer(const service::Context& root, std::size_t number) {
    const std::string name = "customer-" + std::to_string(number + 1);
    TRY_ASSIGN(const domain::Account account, service::create_account(services_, root, name));
    for (const std::string project : kProjects) {
      if (project == domain::kDefaultProject) continue;
      TRY(service::create_project(services_, root, account.id.to_string(), project));
    }
    TRY_ASSIGN(const auto made, service::create_access_key(services_, root, account.id.to_string(), {}));
    Customer customer;
    customer.caller = {account.id, false, made.access_key.id, {}};
    customer.credentials = data_dir_ / (name + ".json");
    base::WipedBuffer json;
    const auto append = [&](base::ByteView bytes) { json.insert(json.end(), bytes.begin(), bytes.end()); };
    append(base::as_bytes(R"({"AccessKeyId": ")" + made.access_key.id + R"(", "SecretAccessKey": ")"));
    append(made.secret.reveal(base::SecretAccess()));
    append(base::as_bytes("\"}\n"));
    TRY(app::write_private_file(customer.credentials, json));
    return customer;
  }

  // As many sets as there may be batches in the making, since a mill serves one thread: to its customers it looks as if
  // each had several authorities.
  base::Result<void> make_mills() {
    std::vector<base::ByteView> keys;
    for (const base::SecretBytes& key : keys_) keys.push_back(key.reveal(base::SecretAccess()));
    const std::size_t sets = std::min<std::size_t>(std::max(2U, std::thread::hardware_concurrency()), 8);
    for (std::size_t i = 0; i < sets; ++i) {
      LeafMills& mills = mills_.emplace_back();
      for (std::size_t j = 0; j < options_.accounts; ++j) {
        const std::string name = "Customer " + std::to_string(j + 1) + " CA " + std::to_string(i + 1);
        TRY_ASSIGN(LeafMill mill, LeafMill::make(name, keys, end_ - kPast));
        mills.push_back(std::move(mill));
      }
    }
    return {};
  }

  base::Result<Batch> make(LeafMills& mills, std::size_t first, std::size_t count) {
    Batch batch;
    batch.reserve(count);
    for (std::size_t number = first; number < first + count; ++number) {
      const std::size_t customer = number % customers_.size();
      TRY_ASSIGN(Item item, make_item(mills[customer], customers_[customer], number));
      batch.push_back(std::move(item));
    }
    return batch;
  }

  base::Result<Item> make_item(LeafMill& mill, const Customer& customer, std::size_t number) {
    const base::Time at =
        end_ - kPast + kPast * static_cast<std::int64_t>(number) / static_cast<std::int64_t>(options_.chains);
    const int days = kLifetimes[number / customers_.size() % kLifetimes.size()];
    const auto not_before = std::chrono::floor<std::chrono::seconds>(at - std::chrono::hours(1));
    TRY_ASSIGN(const x509::AcceptedChain* accepted,
               mill.make_leaf(number, not_before, not_before + std::chrono::days(days) - std::chrono::seconds(1)));
    Item item;
    item.context = make_context(customer.caller, at, "CreateCert");
    service::CreateCertInput input;
    input.name = name_of(number);
    const std::string project = project_of(number / customers_.size());
    if (project != domain::kDefaultProject) input.project = project;
    TRY_ASSIGN(const auto target, service::choose_target(services_, item.context, input));
    item.put = service::make_put_version(services_, input, target, *accepted);
    TRY(service::seal_version(services_, item.context, item.put, accepted->key));
    if (const auto domain = domain_of(number)) {
      TRY_ASSIGN(const domain::DomainName name, domain::DomainName::parse(*domain));
      item.domains = make_domain(item, name, project);
    }
    return item;
  }

  static store::CreateDomains make_domain(const Item& item, const domain::DomainName& name,
                                          const std::string& project) {
    store::CreateDomains::New made;
    made.domain.name = name;
    made.domain.account = item.context.caller.account;
    made.domain.project = project;
    made.domain.vhost = domain::default_vhost(name);
    made.domain.type = domain::kDefaultDomainType;
    made.domain.region = domain::kDefaultRegion;
    made.domain.created_at = item.context.at;
    made.bind = store::Bind{.domain = name,
                            .chain = item.put.chain,
                            .judged = item.put.version,
                            .dns_names = item.put.dns_names,
                            .tls = {}};
    return {{std::move(made)}};
  }

  static base::Result<void> write(store::sqlite::Connection& database, const Batch& batch) {
    TRY(database.execute("BEGIN IMMEDIATE"));
    store::sql::SqlRows rows(database);
    TRY_ASSIGN(const domain::Position last, rows.read_last_position());
    rows.begin_after(last);
    for (const Item& item : batch) {
      TRY_ASSIGN(const store::Outcome put, store::commands::apply(rows, item.context, item.put));
      if (put.kind != store::OutcomeKind::kDone) return refused("a chain", put);
      if (!item.domains) continue;
      service::Context context = item.context;
      context.action = "CreateDomain";
      TRY_ASSIGN(const store::Outcome made, store::commands::apply(rows, context, *item.domains));
      if (made.kind != store::OutcomeKind::kDone) return refused("a domain", made);
    }
    return database.execute("COMMIT");
  }

  service::Services& services_;
  std::filesystem::path data_dir_;
  FillOptions options_;
  base::Time end_;  // when the last chain was made
  std::vector<Customer> customers_;
  std::vector<base::SecretBytes> keys_;
  std::vector<LeafMills> mills_;
};

}  // namespace

std::string project_of(std::size_t number) {
  return kProjects[number % kProjects.size()];
}

std::string name_of(std::size_t number) {
  return std::string(kKinds[number % kKinds.size()]) + " " + LeafMill::name_of(number);
}

std::optional<std::string> domain_of(std::size_t number) {
  if (number % kBoundOneIn != 0) return std::nullopt;
  return "www." + LeafMill::name_of(number);
}

base::Result<std::vector<FilledAccount>> fill(app::Instance& instance, const std::filesystem::path& data_dir,
                                              const FillOptions& options, const FillProgress& progress) {
  LIVECERT_CHECK(options.chains > 0 && options.accounts > 0);
  Filling filling(instance.services(), data_dir, options);
  TRY(filling.prepare());
  TRY_ASSIGN(auto database, store::sqlite::Connection::open(store::sqlite::DataDirectory::database_file(data_dir),
                                                            store::sqlite::Connection::Mode::kReadWrite, ""));
  TRY(database->execute(kSettings));
  TRY(filling.run(*database, progress));
  TRY(database->execute("PRAGMA wal_checkpoint(RESTART)"));
  return filling.accounts();
}

}  // namespace livecert::benchmarks

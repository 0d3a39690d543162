#include "app/instance.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>
#include <utility>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/first_start.h"
#include "app/former_stores.h"
#include "app/log.h"
#include "app/master_key_source.h"
#include "app/store_address.h"
#include "app/upgrade_report.h"
#include "service/clock_watch.h"
#include "service/leaf.h"
#include "service/master_keys.h"
#include "service/submit.h"
#include "store/moving/sqlite_end.h"
#include "store/postgres/schema.h"
#include "store/postgres/server_checks.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "x509/path_end.h"

namespace livecert::app {
namespace {

// Whether no store was ever written there, or it is gone.
bool has_no_store(const std::filesystem::path& data_dir) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(store::sqlite::DataDirectory::database_file(data_dir), failure);
  return failure || size == 0;
}

base::Error no_store(const Config& config) {
  return configuration_error("there is no store in " + config.data_dir.string());
}

// A database whose rows come later, as while it is restored, must not get another root account.
base::Result<void> refuse_if_emptied(const Config& config) {
  const std::string noted = noted_store(config.data_dir);
  std::error_code ignored;
  if (noted.empty() && std::filesystem::exists(credentials_file(config.data_dir), ignored)) {
    return configuration_error(credentials_file(config.data_dir).string() +
                               " is the access key of the root account of another store, and this start would make "
                               "another one: move it away, or name another data_dir");
  }
  if (noted.empty()) return {};
  return configuration_error(
      store::postgres::describe(config.store) +
      " has livecert's tables and nothing in them, and this data directory was used with the store " + noted +
      ": if the database is being restored, start again afterwards; to begin an empty store, remove " +
      store_note_file(config.data_dir).string());
}

}  // namespace

base::Result<std::unique_ptr<Instance>> Instance::open(const Config& config, IfEmpty if_empty, Given given) {
  std::unique_ptr<Instance> instance(new Instance());
  TRY(instance->load_roots(config));  // a store of an older format needs them
  TRY(instance->open_store(config, if_empty, given));
  TRY(instance->open_vault(config, if_empty, given.master_keys));
  TRY(instance->connect(config, std::move(given.fetch)));
  if (instance->new_vault_header_) {
    TRY(instance->make_first_account(config));
  }
  for (const FormerStore& former : find_former_stores(config.data_dir)) {
    log_info(former.path.string() +
             " is a former store with its private keys; when you do not need it any more, run: " + former.command);
  }
  // A store that takes no writes now serves what it has, and writes its keys down at a later start.
  const auto registered =
      service::register_master_keys(*instance->services_, service::own_context(*instance->services_, "AddMasterKeys"));
  if (!registered) log_warning("the store did not write its master keys down: " + registered.error().message);
  // If the note cannot be written, for example on a full disk, the service still serves what is stored.
  if (if_empty == IfEmpty::kInitialise) {
    if (const auto noted = is_in_postgres(config) ? note_store(config) : mark_initialised(config); !noted)
      log_warning(noted.error().message);
  }
  return instance;
}

// Over a database, another process may make the first account at the same time. One of them makes it, and the others go
// on with what it made.
base::Result<void> Instance::make_first_account(const Config& config) {
  auto made = make_root_account(*services_, *new_vault_header_, config.data_dir);
  if (made) {
    log_warning("a root account was made; its access key is in " + credentials_file(config.data_dir).string() +
                ": move it to where you keep secrets");
    return {};
  }
  if (!is_in_postgres(config) || made.error().code != base::ErrorCode::kInvalidInput) return made;
  TRY(recover_credentials(*store_, config.data_dir));
  TRY_ASSIGN(const auto header, store_->ask(&store::Snapshot::find_vault_header));
  if (!header) return made;
  TRY_ASSIGN(vault::MasterKeys master_keys, find_master_keys(config));
  TRY_ASSIGN(const auto snapshot, store_->read());
  TRY_ASSIGN(const auto known, store::read_master_keys(*snapshot));
  if (vault::LocalVault::open(to_ring(std::move(master_keys), *header, known), random_)) {
    log_info("another node made the root account; its access key is on that node's machine");
    return {};
  }
  // It protects nothing: what was sealed under it was refused.
  std::error_code ignored;
  if (made_master_key_) std::filesystem::remove(master_key_file(config), ignored);
  return configuration_error(
      "another node made this store meanwhile, under another master key: copy its master key to " +
      master_key_file(config).string() + " and start again");
}

base::Result<void> Instance::open_store(const Config& config, IfEmpty if_empty, Given& given) {
  if (is_in_postgres(config)) return open_postgres(config, given);
  return open_embedded(config, if_empty, std::move(given.watch));
}

base::Result<void> Instance::open_postgres(const Config& config, Given& given) {
  if (!has_no_store(config.data_dir) &&
      store::moving::moved_to(config.data_dir) != store::postgres::describe(config.store)) {
    return configuration_error("there is an embedded store in " + config.data_dir.string() +
                               ", which would not be served: name another data_dir, or leave out store");
  }
  TRY(make_private_directory(config.data_dir));
  TRY(check_credentials_file(config.data_dir));
  TRY_ASSIGN(auto directory, store::sqlite::DataDirectory::lock(config.data_dir));
  directory_.emplace(std::move(directory));
  TRY_ASSIGN(store::postgres::Options options, postgres_options(config));
  options.watch = std::move(given.watch);
  options.identity.holder = std::filesystem::absolute(config.data_dir).lexically_normal().string();
  options.on_outdated = std::move(given.on_outdated);
  options.report = [](const std::string& line) { log_warning("store: " + line); };
  options.may_make_tables = noted_store(config.data_dir).empty();
  auto store = store::postgres::PostgresStore::open(options, clock_);
  if (!store) {
    base::Error error = std::move(store).error();
    if (!options.may_make_tables) {
      error.message += " This data directory was used with a store in " + noted_store(config.data_dir) +
                       "; to begin an empty store, remove " + store_note_file(config.data_dir).string();
    }
    return error;
  }
  node_ = (*store)->node();
  store_name_ = store::postgres::describe(config.store) + " (format " +
                std::to_string(store::postgres::newest_format()) + ", node " + std::to_string(node_) + ")";
  store_ = *std::move(store);
  return {};
}

base::Result<void> Instance::open_embedded(const Config& config, IfEmpty if_empty, store::GroupWriter::Watch watch) {
  const std::filesystem::path file = store::sqlite::DataDirectory::database_file(config.data_dir);
  if (if_empty == IfEmpty::kRefuse && !std::filesystem::exists(file)) return no_store(config);
  if (has_no_store(config.data_dir)) {
    if (const std::string noted = noted_store(config.data_dir); !noted.empty()) {
      return configuration_error("this data directory was used with the store " + noted +
                                 ": name it in store; or remove " + store_note_file(config.data_dir).string() +
                                 " to begin an empty embedded store");
    }
    TRY(refuse_if_lost(config));
  }
  TRY(check_credentials_file(config.data_dir));
  const bool is_alone = store::sqlite::lacks_log(file);
  TRY(make_private_directory(config.data_dir));
  store::sqlite::Options options;
  options.directory = config.data_dir;
  options.watch = std::move(watch);
  options.report = [](const std::string& why) {
    log_error(why + "; no data is lost, and the log grows until a checkpoint succeeds. Check the disk");
  };
  // Only a new start helps; clients that wait for an answer cannot know the outcome of their requests.
  options.on_failed_sync = [](const std::string& why) {
    log_error("the disk did not take what was copied into livecert.db: " + why +
              ". Nothing is lost: the log beside it holds everything. livecert ends, and reads that log when it is "
              "started again. Look after the disk");
    flush_log(std::chrono::seconds(1));
    ::_exit(EXIT_FAILURE);
  };
  options.upgrade = report_upgrade();
  options.read_leaf_names = leaf_names_reader();
  const auto& roots = required_roots_ ? required_roots_ : known_roots_;
  options.read_chain_end = chain_end_reader(roots ? &*roots : nullptr);
  TRY_ASSIGN(store_, store::sqlite::SqliteStore::open(options, clock_));
  node_ = config.node_id;
  store_name_ =
      config.data_dir.string() + " (format " + std::to_string(store::sqlite::released_migrations().size()) + ")";
  if (is_alone) {
    log_warning("the store in " + config.data_dir.string() +
                " came without its log livecert.db-wal. If livecert.db was copied alone while a service used it, what "
                "was in the log is missing: stop, and restore a backup of livecert's, or both files. A copy that "
                "SQLite's .backup made is whole");
  }
  return {};
}

base::Result<void> Instance::open_vault(const Config& config, IfEmpty if_empty, const vault::MasterKeys* given_keys) {
  TRY_ASSIGN(auto header, store_->ask(&store::Snapshot::find_vault_header));
  TRY_ASSIGN(const bool recovered, recover_credentials(*store_, config.data_dir));
  if (recovered)
    log_warning("the root account's access key was recovered: " + credentials_file(config.data_dir).string());
  vault::MasterKeys master_keys;
  if (header && given_keys != nullptr) {
    master_keys = vault::copy_of(*given_keys, base::SecretAccess());
  } else if (header) {
    TRY_ASSIGN(master_keys, find_master_keys(config));
  } else {
    if (if_empty == IfEmpty::kRefuse) return no_store(config);
    TRY(is_in_postgres(config) ? refuse_if_emptied(config) : refuse_if_lost(config));
    TRY_ASSIGN(FirstMasterKey first, find_or_make_master_key(config, random_));
    if (first.made) {
      log_warning(
          "a master key was made: " + master_key_file(config).string() +
          ". Back it up APART from the data directory: without it every stored private key is lost, and with it "
          "and the data directory together every one can be read");
    }
    made_master_key_ = first.made;
    master_keys = std::move(first.keys);
    TRY_ASSIGN(header, vault::LocalVault::make_header(master_keys.front(), random_));
    new_vault_header_ = header;
  }
  TRY_ASSIGN(const auto snapshot, store_->read());
  TRY_ASSIGN(const auto known, store::read_master_keys(*snapshot));
  auto vault = vault::LocalVault::open(to_ring(std::move(master_keys), *header, known), random_);
  if (!vault) {
    base::Error error = std::move(vault).error();
    error.message = "master key file " + master_key_file(config).string() + ": " + error.message;
    return error;
  }
  vault_ = *std::move(vault);
  return {};
}

base::Result<void> Instance::load_roots(const Config& config) {
  // Without the distribution's bundle, chains only look less complete than they are.
  if (auto system = x509::RootSet::load_system()) known_roots_ = *std::move(system);
  if (config.trust == "none") return {};
  auto roots = config.trust == "system" ? x509::RootSet::load_system() : x509::RootSet::load_file(config.trust);
  if (!roots) return configuration_error("trust: " + roots.error().message);
  required_roots_ = *std::move(roots);
  return {};
}

base::Result<void> Instance::connect(const Config& config, outgoing::FetchOnce fetch) {
  service::IssuerDirectory::Options issuers;
  issuers.folder = config.issuers_dir;
  if (config.fetch_issuers && fetch) {
    fetcher_ = std::make_unique<outgoing::Fetcher>(config.fetch, std::move(fetch));
    issuers.fetch = [fetcher = fetcher_.get()](const std::string& url, service::FetchAllowance& allowance) {
      return fetcher->get(url, allowance.time_left, allowance.requests_left);
    };
    // The other half of the workers never waits for issuers' servers.
    issuers.fetches_at_once = std::max(1U, config.limits.worker_threads / 2);
  }
  issuers_ = std::make_unique<service::IssuerDirectory>(*store_, clock_, std::move(issuers));
  callers_ = std::make_unique<service::CallerDirectory>(*store_, *vault_, clock_);
  TRY_ASSIGN(const base::CertId largest, store_->ask(&store::Snapshot::largest_version));
  id_clock_ = std::make_unique<service::IdClock>(clock_, largest);
  if (id_clock_->floor() > clock_.now() + service::ClockWatch::kTolerance) {
    log_warning("the newest certificate of the store was made when the clock said " +
                base::to_rfc3339(id_clock_->floor()) + ", and now it says " + base::to_rfc3339(clock_.now()) +
                ": check the machine's time. CertIDs continue from the largest in any case");
  }
  ids_ = std::make_unique<service::IdSource>(*id_clock_, random_, node_);
  service::Settings settings = config.service;
  settings.required_roots = required_roots_ ? &*required_roots_ : nullptr;
  settings.known_roots = known_roots_ ? &*known_roots_ : nullptr;
  services_ = std::make_unique<service::Services>(
      service::Services{*store_, *vault_, clock_, random_, *ids_, *callers_, *issuers_, settings});
  services_->read_master_keys = [config] { return vault::read_master_keys(master_key_file(config)); };
  return {};
}

store::sqlite::ReadLeafNames leaf_names_reader() {
  return [](base::ByteView der) {
    const auto leaf = service::read_leaf(der);
    return leaf ? std::optional(service::names_of(*leaf)) : std::nullopt;
  };
}

store::sqlite::ReadChainEnd chain_end_reader(const x509::RootSet* roots) {
  return [roots](const std::vector<base::Bytes>& ders) {
    const auto chain = service::read_chain(ders);
    return chain ? std::optional(x509::path_end(*chain, roots)) : std::nullopt;
  };
}

}  // namespace livecert::app

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/random.h"
#include "outgoing/fetcher.h"
#include "service/context.h"
#include "service/id_clock.h"
#include "store/group_writer.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/read_leaf_names.h"
#include "store/store.h"
#include "vault/vault.h"
#include "x509/judge.h"

namespace livecert::app {

// An open store, in the data directory or in a database, with keys and everything that the use cases need. It exists
// only with the right master key and with a root account.
class Instance {
 public:
  enum class IfEmpty { kInitialise, kRefuse };

  // Options of the opener.
  struct Given {
    store::GroupWriter::Watch watch = {};            // called after each group of the store's writer
    const vault::MasterKeys* master_keys = nullptr;  // instead of the configured ones
    outgoing::FetchOnce fetch = {};                  // of issuers' certificates; empty: none is fetched
    // Called once, on a thread of the store, when this release must not use the store any more; with the reason.
    std::function<void(const std::string&)> on_outdated = {};
  };

  // kConfiguration with one sentence: a directory in use or unusable, a missing or wrong master key, a store of a newer
  // release, roots that cannot be read. Nothing of an existing store is changed then.
  [[nodiscard]] static base::Result<std::unique_ptr<Instance>> open(const Config& config, IfEmpty if_empty,
                                                                    Given given);
  [[nodiscard]] static base::Result<std::unique_ptr<Instance>> open(const Config& config, IfEmpty if_empty) {
    return open(config, if_empty, Given());
  }

  [[nodiscard]] service::Services& services() { return *services_; }
  [[nodiscard]] const base::Clock& clock() const { return clock_; }
  // The store for the log, such as "/var/lib/livecert (format 10)".
  [[nodiscard]] const std::string& store_name() const { return store_name_; }

 private:
  Instance() = default;
  [[nodiscard]] base::Result<void> open_store(const Config& config, IfEmpty if_empty, Given& given);
  [[nodiscard]] base::Result<void> open_embedded(const Config& config, IfEmpty if_empty,
                                                 store::GroupWriter::Watch watch);
  [[nodiscard]] base::Result<void> open_postgres(const Config& config, Given& given);
  [[nodiscard]] base::Result<void> make_first_account(const Config& config);
  [[nodiscard]] base::Result<void> open_vault(const Config& config, IfEmpty if_empty,
                                              const vault::MasterKeys* master_keys);
  [[nodiscard]] base::Result<void> load_roots(const Config& config);
  [[nodiscard]] base::Result<void> connect(const Config& config, outgoing::FetchOnce fetch);

  base::SystemClock clock_;
  crypto::SystemRandom random_;
  std::optional<store::sqlite::DataDirectory> directory_;  // locked here when the store is elsewhere
  std::unique_ptr<store::Store> store_;
  std::string store_name_;
  std::uint32_t node_ = 0;                       // the part of each CertID
  std::optional<base::Bytes> new_vault_header_;  // of an empty store
  bool made_master_key_ = false;
  std::unique_ptr<vault::Vault> vault_;
  std::optional<x509::RootSet> required_roots_;
  std::optional<x509::RootSet> known_roots_;
  std::unique_ptr<outgoing::Fetcher> fetcher_;
  std::unique_ptr<service::CallerDirectory> callers_;
  std::unique_ptr<service::IssuerDirectory> issuers_;
  std::unique_ptr<service::IdClock> id_clock_;
  std::unique_ptr<service::IdSource> ids_;
  std::unique_ptr<service::Services> services_;
};

// What an upgrade of a store of an older format reads from certificates. The roots may be null, and otherwise must
// outlive the answer.
[[nodiscard]] store::sqlite::ReadLeafNames leaf_names_reader();
[[nodiscard]] store::sqlite::ReadChainEnd chain_end_reader(const x509::RootSet* roots);

}  // namespace livecert::app

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "domain/chain.h"
#include "store/snapshot.h"
#include "store/sqlite/database.h"

// All content of a store's file, row by row, for checks. Except in snapshot(), it does not use the queries of the
// service, which read only what they need. Newest format only. It makes no file and changes none.
namespace livecert::store::sqlite {

struct StoredAccount {
  base::AccountId id;
  base::SealedBytes wrapped_key;
};

struct StoredAccessKey {
  std::string id;
  base::AccountId account;
  base::SealedBytes sealed_secret;
};

struct StoredBinding {
  std::string domain;
  std::string cert_domain;  // the name of the certificate that covers it
};

struct StoredSetting {
  std::string name;
  base::Bytes value;
};

struct StoredEdgeText {
  std::string name;
  std::string definition;
};

struct StoredVersion {
  base::CertId id;
  std::optional<base::ChainId> chain;  // nullopt: its chain is missing
  base::AccountId account;
  domain::VersionContent content;  // with ends_early
  std::size_t issuers_named = 0;   // content.issuers has those that exist
  bool is_current = false;
  std::string representative = {};  // for the current version: the name that lists show
  // For the current version: as its chain repeats them.
  std::int64_t chain_not_before = 0;
  std::int64_t chain_not_after = 0;
  std::vector<StoredBinding> bindings = {};  // the domains that use the chain
};

struct StoreCounts {
  std::int64_t format = 0;
  std::int64_t accounts = 0;
  std::int64_t chains = 0;
  std::int64_t versions = 0;
  std::int64_t domains = 0;

  bool operator==(const StoreCounts&) const = default;
};

// Used by one thread. All answers are of one moment. Errors: kStoreFailure; kConfiguration for a file that is not a
// store of this format.
class Inventory {
 public:
  // Only counts(), vault_header() and master_keys() can be asked of a store of an older format.
  enum class Formats : std::uint8_t { kNewest, kOlderToo };
  [[nodiscard]] static base::Result<std::unique_ptr<Inventory>> open(const std::filesystem::path& file,
                                                                     Formats formats = Formats::kNewest);

  // Whether the store was there without its log (lacks_log()) when it was opened.
  [[nodiscard]] bool lacked_log() const { return lacked_log_; }
  // Call it at the end of the reading. kConfiguration: a service began to use a store that was read without its log.
  [[nodiscard]] base::Result<void> confirm() const;

  // The service's own reads, of the same moment. This must outlive it.
  [[nodiscard]] std::unique_ptr<store::Snapshot> snapshot();

  [[nodiscard]] base::Result<StoreCounts> counts();
  [[nodiscard]] base::Result<std::optional<base::Bytes>> vault_header();
  // Empty for a format without them.
  [[nodiscard]] base::Result<StoredMasterKeys> master_keys();
  template <typename Row>
  using Visit = std::function<base::Result<void>(const Row&)>;
  [[nodiscard]] base::Result<void> each_account(const Visit<StoredAccount>& visit);
  [[nodiscard]] base::Result<void> each_access_key(const Visit<StoredAccessKey>& visit);
  [[nodiscard]] base::Result<void> each_version(const Visit<StoredVersion>& visit);

  [[nodiscard]] base::Result<void> each_setting(const Visit<StoredSetting>& visit);
  [[nodiscard]] base::Result<void> each_edge(const Visit<StoredEdgeText>& visit);
  [[nodiscard]] base::Result<void> each_notify_channel(const Visit<StoredNotifyChannel>& visit);

  // Sentences about faults that SQLite itself finds (pages, indexes, references), tables, indexes and triggers that are
  // not those of the format, contradictions between rows, wrong counts, and numbers by which nothing would be found.
  [[nodiscard]] base::Result<std::vector<std::string>> check_structure();

 private:
  Inventory(std::filesystem::path file, bool lacked_log, std::unique_ptr<Connection> database)
      : file_(std::move(file)), lacked_log_(lacked_log), database_(std::move(database)) {}
  [[nodiscard]] base::Result<std::vector<domain::IssuerCertificate>> issuers(const std::string& rows);
  [[nodiscard]] base::Result<std::vector<StoredBinding>> bindings(std::int64_t chain_row);
  [[nodiscard]] base::Result<void> check_schema(std::vector<std::string>& sentences);
  [[nodiscard]] base::Result<void> check_keys_of_chains(std::vector<std::string>& sentences);

  const std::filesystem::path file_;
  const bool lacked_log_;
  std::unique_ptr<Connection> database_;
};

}  // namespace livecert::store::sqlite

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/log_limits.h"
#include "store/sqlite/read_leaf_names.h"
#include "store/standing.h"
#include "store/store.h"

namespace livecert::store::sqlite {

struct Options {
  std::filesystem::path directory;  // the data directory; must exist
  int max_group = 256;              // commands in one transaction
  int readers = 8;                  // reads that can run at once
  LogLimits log = {};               // when the write-ahead log is copied into the file
  // Told, on a thread of the store, why a checkpoint failed, once until one is done: the log keeps what it holds, and
  // other attempts follow.
  std::function<void(const std::string& why)> report = {};
  // For taking a store of format 5 or older forward, which kept no names of leaves.
  ReadLeafNames read_leaf_names = {};
  std::string vfs = {};  // a registered SQLite VFS; empty: the default. Tests pass one that fails.
};

// The store in one SQLite file of the data directory (docs/formats/store.md), which it holds locked while it lives.
// Destroy it after the last call has returned: it carries out what was submitted, moves the log into the file and
// closes.
class SqliteStore final : public Store, public Standing {
 public:
  // Creates the file if there is none and migrates it if it is of an older release. kConfiguration, with nothing
  // touched, for a directory in use or open to others, and a file that is damaged, foreign or of a newer release.
  [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(const Options& options,
                                                                       const base::Clock& clock);
  ~SqliteStore() override;

  void submit_async(Context context, Command command, Done done) override;
  [[nodiscard]] std::uint64_t generation(Topic topic) override;
  [[nodiscard]] Health health() override;

  [[nodiscard]] base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> find_vault_header() override;
  [[nodiscard]] base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) override;
  [[nodiscard]] base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) override;
  [[nodiscard]] base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) override;
  [[nodiscard]] base::Result<base::CertId> largest_version() override;
  [[nodiscard]] base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                                    std::int64_t limit) override;
  [[nodiscard]] base::Result<ChainCounts> count_chains(const ChainFilter& filter) override;
  [[nodiscard]] base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip,
                                                    std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account,
                                                                    base::ByteView subject_der) override;
  [[nodiscard]] base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<Outcome> preview(const Context& context, const PutVersion& command) override;
  [[nodiscard]] base::Result<std::optional<DomainDetail>> find_domain(const std::string& name) override;
  [[nodiscard]] base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip,
                                                      std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<domain::Tag>> find_tags(const std::string& domain) override;
  [[nodiscard]] base::Result<std::optional<domain::Account>> find_account(base::AccountId account) override;
  [[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts() override;
  [[nodiscard]] base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) override;
  [[nodiscard]] base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) override;
  [[nodiscard]] base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::optional<BoundDomain>> find_bound(const std::string& domain) override;
  [[nodiscard]] base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) override;
  [[nodiscard]] base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) override;
  [[nodiscard]] base::Result<std::vector<StoredEdge>> list_edges() override;
  [[nodiscard]] base::Result<std::int64_t> last_change() override;
  [[nodiscard]] base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) override;
  [[nodiscard]] base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) override;
  [[nodiscard]] base::Result<std::vector<AuditRecord>> audit(std::int64_t after, std::int64_t limit) override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace livecert::store::sqlite

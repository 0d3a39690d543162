#include "store/sqlite/inventory.h"

#include <array>
#include <map>
#include <utility>

#include "store/sql/chain_rows.h"
#include "store/sql/sql_snapshot.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/schema.h"

namespace livecert::store::sqlite {
namespace {

// Rules between rows: each query gives a text for every row that breaks one.
struct Rule {
  const char* sentence;
  const char* query;
};
constexpr std::array kRules{
    Rule{"nobody can administer the service, because no root account is active with an enabled key: ",
         "SELECT 'make one with livecert key add --offline' WHERE NOT EXISTS (SELECT 1 FROM accounts a"
         " JOIN access_keys k ON k.account = a.id WHERE a.is_root = 1 AND a.status = 'active' AND k.enabled = 1)"},
    Rule{"a chain has no current version: ",
         "SELECT hex(chain_id) FROM chains WHERE current_version NOT IN (SELECT id FROM versions)"},
    Rule{"the current version of a chain belongs to another chain: ",
         "SELECT hex(c.chain_id) FROM chains c JOIN versions v ON v.id = c.current_version WHERE v.chain <> c.id"},
    Rule{"a domain uses a chain that is missing: ",
         "SELECT name FROM domains WHERE chain IS NOT NULL AND chain NOT IN (SELECT id FROM chains)"},
    Rule{"a domain uses a chain of another account: ",
         "SELECT d.name FROM domains d JOIN chains c ON c.id = d.chain WHERE d.account <> c.account"},
    Rule{"a domain is bound by no name of its certificate: ",
         "SELECT name FROM domains WHERE chain IS NOT NULL AND (cert_domain IS NULL OR cert_domain = '')"},
    Rule{"chains are not counted under the day that they end on: project and day ",
         "SELECT project || ' ' || day FROM (SELECT project, not_after / 86400000000 AS day, count(*) AS n FROM chains"
         " GROUP BY 1, 2) LEFT JOIN expiry_days e USING (project, day) WHERE e.chains IS NOT n"},
    Rule{"chains are counted under a day on which none ends: project and day ",
         "SELECT project || ' ' || day FROM expiry_days e WHERE chains <> 0 AND NOT EXISTS (SELECT 1 FROM chains c"
         " WHERE c.project = e.project AND c.not_after / 86400000000 = e.day)"},
    Rule{"an early end belongs to a version that is missing: ",
         "SELECT version FROM early_ends WHERE version NOT IN (SELECT id FROM versions)"},
    Rule{"an early end is kept for another chain or account: version ",
         "SELECT e.version FROM early_ends e JOIN versions v ON v.id = e.version JOIN chains c ON c.id = v.chain"
         " WHERE e.chain <> v.chain OR e.account <> c.account"},
    Rule{"an account's chains are not counted by their blocks: account and block ",
         "SELECT account || ' ' || block FROM (SELECT account, id / 2048 AS block, count(*) AS n FROM chains GROUP BY "
         "1, 2)"
         " LEFT JOIN chain_blocks b USING (account, block) WHERE b.chains IS NOT n"},
};

// "index chains_by_expiry" and the statement that made it.
using Schema = std::map<std::string, std::string>;

base::Result<Schema> read_schema(Connection& database) {
  TRY_ASSIGN(Query query, database.query("SELECT type || ' ' || name, sql FROM sqlite_schema"
                                         " WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"));
  Schema schema;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return schema;
    schema.emplace(query.text(0), query.text(1));
  }
}

base::Time time_of(std::int64_t micros) {
  return base::Time(std::chrono::microseconds(micros));
}

}  // namespace

base::Result<std::unique_ptr<Inventory>> Inventory::open(const std::filesystem::path& file, Formats formats) {
  const auto newest = static_cast<std::int64_t>(released_migrations().size());
  // First: without the log, the file may look damaged.
  TRY(DataDirectory::check_log_after_failed_sync(file.parent_path()));
  TRY(inspect_file(file, newest));
  const bool lacked_log = lacks_log(file);
  TRY_ASSIGN(auto database, Connection::open(file, Connection::Mode::kInspect, {}));
  TRY(database->execute("BEGIN"));
  TRY_ASSIGN(const std::int64_t format, database->read_integer("PRAGMA user_version"));
  if (format != newest && formats == Formats::kNewest) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "The store " + file.string() + " has format " + std::to_string(format) +
                           ", and this release checks format " + std::to_string(newest) +
                           ": start the service on it once, which takes it forward."};
  }
  return std::unique_ptr<Inventory>(new Inventory(file, lacked_log, std::move(database)));
}

base::Result<void> Inventory::confirm() const {
  if (!lacked_log_ || lacks_log(file_)) return {};
  return base::Error{base::ErrorCode::kConfiguration,
                     "A service began to use the store " + file_.string() + " meanwhile: run the command again."};
}

std::unique_ptr<store::Snapshot> Inventory::snapshot() {
  class Inspected final : public sql::SqlSnapshot {
   public:
    explicit Inspected(sql::Session& session) : SqlSnapshot(session) {}
  };
  return std::make_unique<Inspected>(*database_);
}

base::Result<StoreCounts> Inventory::counts() {
  StoreCounts counts;
  TRY_ASSIGN(counts.format, database_->read_integer("PRAGMA user_version"));
  TRY_ASSIGN(counts.accounts, database_->read_integer("SELECT count(*) FROM accounts"));
  TRY_ASSIGN(counts.chains, database_->read_integer("SELECT count(*) FROM chains"));
  TRY_ASSIGN(counts.versions, database_->read_integer("SELECT count(*) FROM versions"));
  constexpr std::int64_t kFirstWithDomains = 2;
  if (counts.format >= kFirstWithDomains) {
    TRY_ASSIGN(counts.domains, database_->read_integer("SELECT count(*) FROM domains"));
  }
  return counts;
}

base::Result<std::optional<base::Bytes>> Inventory::vault_header() {
  TRY_ASSIGN(Query query, database_->query("SELECT header FROM vault"));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<base::Bytes>();
  return std::optional(query.blob(0));
}

base::Result<StoredMasterKeys> Inventory::master_keys() {
  constexpr std::int64_t kFirstWithMasterKeys = 11;
  TRY_ASSIGN(const std::int64_t format, database_->read_integer("PRAGMA user_version"));
  if (format < kFirstWithMasterKeys) return StoredMasterKeys();
  return read_master_keys(*snapshot());
}

base::Result<void> Inventory::each_account(const Visit<StoredAccount>& visit) {
  TRY_ASSIGN(Query query, database_->query("SELECT id, wrapped_key FROM accounts ORDER BY id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY(visit({base::AccountId(query.integer(0)), {query.blob(1)}}));
  }
}

base::Result<void> Inventory::each_access_key(const Visit<StoredAccessKey>& visit) {
  TRY_ASSIGN(Query query,
             database_->query("SELECT access_key_id, account, sealed_secret FROM access_keys ORDER BY id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY(visit({query.text(0), base::AccountId(query.integer(1)), {query.blob(2)}}));
  }
}

base::Result<std::vector<domain::IssuerCertificate>> Inventory::issuers(const std::string& rows) {
  TRY_ASSIGN(Query query, database_->query("SELECT i.sha256, i.subject_der, i.der FROM json_each(?) j"
                                           " JOIN issuer_certificates i ON i.id = j.value ORDER BY j.key",
                                           std::string_view(rows)));
  std::vector<domain::IssuerCertificate> found;
  for (;;) {
    TRY_ASSIGN(const bool more, query.next());
    if (!more) return found;
    domain::IssuerCertificate issuer;
    TRY_ASSIGN(issuer.sha256, query.fixed<32>(0));
    issuer.subject_der = query.blob(1);
    issuer.der = query.blob(2);
    found.push_back(std::move(issuer));
  }
}

base::Result<std::vector<StoredBinding>> Inventory::bindings(std::int64_t chain_row) {
  TRY_ASSIGN(Query query, database_->query("SELECT name, cert_domain FROM domains WHERE chain = ?", chain_row));
  std::vector<StoredBinding> found;
  for (;;) {
    TRY_ASSIGN(const bool more, query.next());
    if (!more) return found;
    found.push_back({query.text(0), query.text(1)});
  }
}

base::Result<void> Inventory::each_setting(const Visit<StoredSetting>& visit) {
  TRY_ASSIGN(Query query, database_->query("SELECT name, value FROM settings ORDER BY id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY(visit({query.text(0), query.blob(1)}));
  }
}

base::Result<void> Inventory::each_edge(const Visit<StoredEdgeText>& visit) {
  TRY_ASSIGN(Query query, database_->query("SELECT name, definition FROM edges ORDER BY id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY(visit({query.text(0), query.text(1)}));
  }
}

base::Result<void> Inventory::each_notify_channel(const Visit<StoredNotifyChannel>& visit) {
  TRY_ASSIGN(Query query,
             database_->query("SELECT name, definition, sealed_secret FROM notify_channels ORDER BY name"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY(visit({query.text(0), query.text(1), {query.blob(2)}, {}}));
  }
}

base::Result<void> Inventory::each_version(const Visit<StoredVersion>& visit) {
  TRY_ASSIGN(Query query,
             database_->query("SELECT v.id, c.chain_id, c.account, v.leaf_der, v.issuers, v.content_digest,"
                              " v.leaf_key_digest, v.key_kind, v.not_before, v.not_after, v.sealed_key,"
                              " c.current_version IS v.id, c.not_before, c.not_after, json_array_length(v.issuers),"
                              " c.id, e.ends_at, c.representative FROM versions v LEFT JOIN chains c ON c.id = v.chain"
                              " LEFT JOIN early_ends e ON e.version = v.id ORDER BY v.id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    StoredVersion version;
    version.id = base::CertId(query.integer(0));
    if (!query.is_null(1)) {
      TRY_ASSIGN(const auto chain, query.fixed<16>(1));
      version.chain = base::ChainId(chain);
    }
    version.account = base::AccountId(query.integer(2));
    version.content.leaf_der = query.blob(3);
    TRY_ASSIGN(version.content.issuers, issuers(query.text(4)));
    TRY_ASSIGN(version.content.content_digest, query.fixed<32>(5));
    TRY_ASSIGN(version.content.leaf_key_digest, query.fixed<32>(6));
    version.content.key_kind = query.text(7);
    version.content.not_before = time_of(query.integer(8));
    version.content.not_after = time_of(query.integer(9));
    version.content.sealed_key = {query.blob(10)};
    version.is_current = query.flag(11);
    version.chain_not_before = query.integer(12);
    version.chain_not_after = query.integer(13);
    version.issuers_named = static_cast<std::size_t>(query.integer(14));
    if (version.is_current) {
      TRY_ASSIGN(version.bindings, bindings(query.integer(15)));
      version.representative = query.text(17);
    }
    if (!query.is_null(16)) version.content.ends_early = time_of(query.integer(16));
    TRY(visit(version));
  }
}

base::Result<std::vector<std::string>> Inventory::check_structure() {
  std::vector<std::string> sentences;
  const auto collect = [&](const char* sentence, const char* sql) -> base::Result<void> {
    TRY_ASSIGN(Query query, database_->query(sql));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) return {};
      if (query.text(0) != "ok") sentences.push_back(sentence + query.text(0));
    }
  };
  TRY(collect("SQLite: ", "PRAGMA integrity_check(20)"));
  TRY(collect("a row refers to one that is missing, in the table ", "PRAGMA foreign_key_check"));
  // A store with other tables may not even have the columns that the rules name.
  TRY(check_schema(sentences));
  if (!sentences.empty()) return sentences;
  for (const Rule& rule : kRules) TRY(collect(rule.sentence, rule.query));
  TRY(check_keys_of_chains(sentences));
  return sentences;
}

// Compares with a store that was just made: a table that lacks a column stops the service, a lost index makes it slow
// or lets what must be unique be there twice, and a trigger changes what it writes.
base::Result<void> Inventory::check_schema(std::vector<std::string>& sentences) {
  TRY_ASSIGN(const auto empty, Connection::open(":memory:", Connection::Mode::kReadWrite, {}));
  TRY(migrate(*empty, released_migrations(), {}, {}));
  TRY_ASSIGN(const Schema right, read_schema(*empty));
  TRY_ASSIGN(const Schema found, read_schema(*database_));
  for (const auto& [name, text] : right) {
    const auto here = found.find(name);
    if (here == found.end()) {
      sentences.push_back("the " + name + " is missing");
    } else if (here->second != text) {
      sentences.push_back("the " + name + " is not that of the format");
    }
  }
  for (const auto& [name, text] : found) {
    if (!right.contains(name)) sentences.push_back("the " + name + " does not belong to a store");
  }
  return {};
}

base::Result<void> Inventory::check_keys_of_chains(std::vector<std::string>& sentences) {
  TRY_ASSIGN(Query query, database_->query("SELECT c.chain_id, c.chain_key, c.chain_id_prefix, c.content_key,"
                                           " c.not_before, v.content_digest FROM chains c"
                                           " JOIN versions v ON v.id = c.current_version ORDER BY c.id"));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY_ASSIGN(const auto bytes, query.fixed<16>(0));
    TRY_ASSIGN(const auto digest, query.fixed<32>(5));
    const base::ChainId chain(bytes);
    const bool is_found = sql::chain_key(chain) == query.integer(1);
    const bool is_listed = sql::index_prefix(chain.bytes()) == query.integer(2);
    if (!is_found || !is_listed) {
      sentences.push_back("a chain is not found by its ChainID: " + chain.to_string());
    } else if (sql::content_key(time_of(query.integer(4)), digest) != query.integer(3)) {
      sentences.push_back("a chain is not found by its content: " + chain.to_string());
    }
  }
}

}  // namespace livecert::store::sqlite

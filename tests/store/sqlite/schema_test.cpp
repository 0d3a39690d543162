#include "store/sqlite/schema.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sql/chain_rows.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::sqlite {
namespace {

using testing::TemporaryDirectory;

class Migration : public ::testing::Test {
 protected:
  Migration() : file(directory.path() / "livecert.db") { std::ofstream(file).flush(); }

  base::Result<void> migrate_to(const std::vector<const char*>& scripts) {
    auto connection = Connection::open(file, Connection::Mode::kReadWrite, "");
    if (!connection) return connection.error();
    return migrate(**connection, Migrations(scripts.begin(), scripts.size()), testing::read_leaf_names,
                   testing::read_chain_end);
  }
  // Makes a store as the release with that format wrote it.
  void put_version(int version) {
    std::ifstream stream(LIVECERT_TEST_DATA "/version_" + std::to_string(version) + ".sql");
    const std::string script{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_FALSE(script.empty());
    std::filesystem::remove(file);
    EXPECT_EQ(query(script), "");
  }
  std::unique_ptr<Store> open_version(int version) {
    put_version(version);
    return open_store(testing::read_leaf_names);
  }
  std::unique_ptr<Store> open_store(ReadLeafNames read_leaf_names) {
    auto opened = SqliteStore::open({.directory = directory.path(),
                                     .read_leaf_names = std::move(read_leaf_names),
                                     .read_chain_end = testing::read_chain_end},
                                    clock);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  std::string query(const std::string& sql) const { return testing::run_sql(file, sql); }

  testing::ManualClock clock;
  TemporaryDirectory directory;
  std::filesystem::path file;
};

constexpr const char* kFirst = "CREATE TABLE one (id INTEGER PRIMARY KEY); PRAGMA application_id = 0x4C435254;";
constexpr const char* kSecond = "ALTER TABLE one ADD COLUMN name TEXT NOT NULL DEFAULT 'old';";
constexpr const char* kBroken = "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO missing VALUES (1);";

TEST_F(Migration, TakesEachStepOnce) {
  ASSERT_TRUE(migrate_to({kFirst}));
  EXPECT_EQ(query("PRAGMA user_version"), "1");
  query("INSERT INTO one (id) VALUES (7)");
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  EXPECT_EQ(query("PRAGMA user_version"), "2");
  EXPECT_EQ(query("SELECT name FROM one WHERE id = 7"), "old");
}

TEST_F(Migration, AStepThatFailsLeavesNothingBehind) {
  const auto migrated = migrate_to({kFirst, kBroken, kSecond});
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().detail, ::testing::HasSubstr("missing"));
  EXPECT_EQ(query("PRAGMA user_version"), "1");
  EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), "0");
}

TEST_F(Migration, RefusesANewerVersion) {
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  const auto migrated = migrate_to({kFirst});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, base::ErrorCode::kConfiguration);
  EXPECT_EQ(query("PRAGMA user_version"), "2");
}

// data/version_1.sql is what the first release wrote; a change to a released script shows here.
TEST_F(Migration, AStoreOfVersion1StillOpens) {
  auto store = open_version(1);
  ASSERT_TRUE(store);
  const auto credential = store->ask(&Snapshot::find_credential, "root-key");
  ASSERT_TRUE(credential && *credential);
  EXPECT_EQ((*credential)->account.name, "root");
  const auto chain = store->ask(&Snapshot::find_chain, testing::chain_id(1));
  ASSERT_TRUE(chain && *chain);
  EXPECT_EQ((*chain)->summary.name, "name-1");
  EXPECT_EQ((*chain)->summary.current, base::CertId(2));
  EXPECT_EQ((*chain)->certificates.at(0), testing::content(2).leaf_der);
  EXPECT_EQ((*chain)->certificates.at(2), testing::issuer(2).der);
  const auto old = store->ask(&Snapshot::find_content, base::CertId(1));
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->sealed_key.bytes, testing::content(1).sealed_key.bytes);
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(3)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion2StillOpensWithItsDomains) {
  auto store = open_version(2);
  ASSERT_TRUE(store);
  const auto found = store->ask(&Snapshot::find_domain, "live.example.net");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->domain.status, domain::DomainStatus::kDisabled);
  EXPECT_EQ(*store->ask(&Snapshot::find_tags, "live.example.net"), (std::vector<domain::Tag>{{"stage", "test"}}));
  EXPECT_EQ((*found)->binding->chain, testing::chain_id(1));
  EXPECT_EQ((*found)->binding->bound_by, "root-key");
  EXPECT_EQ((*found)->cert_domain, "*.example.net") << "the leaf was read for it";
  EXPECT_EQ((*store->ask(&Snapshot::find_chain, testing::chain_id(1)))->summary.representative,
            testing::representative(2));
  const auto bound = store->ask(&Snapshot::list_bound, {}, 10);
  ASSERT_TRUE(bound);
  ASSERT_EQ(bound->domains.size(), 1U) << "what was bound before is found by the new index";
  EXPECT_EQ(bound->domains[0].binding, (*found)->binding);
  EXPECT_EQ(bound->domains[0].version, base::CertId(2));
  const auto position = store->ask(&Snapshot::last_change);
  ASSERT_TRUE(position);
  EXPECT_EQ(*position, 6);
  EXPECT_TRUE(store->ask(&Snapshot::list_edges)->empty());
  EXPECT_TRUE(store->ask(&Snapshot::list_receipts, {})->empty());
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), PutEdge{"nginx", "{}"}).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion3StillOpensWithItsEdgesAndReceipts) {
  auto store = open_version(3);
  ASSERT_TRUE(store);
  const auto edges = store->ask(&Snapshot::list_edges);
  ASSERT_TRUE(edges);
  ASSERT_EQ(edges->size(), 1U);
  EXPECT_EQ(edges->front().name, "nginx");
  EXPECT_EQ(edges->front().definition, R"({"kind":"files"})");
  const auto receipts = store->ask(&Snapshot::list_receipts, {.edge = "nginx", .domain = "live.example.net"});
  ASSERT_TRUE(receipts);
  ASSERT_EQ(receipts->size(), 2U);
  EXPECT_EQ(receipts->at(0).version, base::CertId(2));
  EXPECT_EQ(receipts->at(0).chain, testing::chain_id(1));
  EXPECT_EQ(receipts->at(0).written_at, std::nullopt);
  EXPECT_EQ(receipts->at(0).attempts, 3);
  EXPECT_EQ(receipts->at(0).failure, "connection refused");
  EXPECT_EQ(receipts->at(1).proved_at, testing::kNow + std::chrono::microseconds(3));
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion3StillOpensWithItsChainsCountedByBlock) {
  // More than one block of chains, and another account's.
  put_version(3);
  query(
      "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 5000)"
      " INSERT INTO chains SELECT n, n, randomblob(16), accounts.id, projects.id, '', 0, 2, n, 0, 0, NULL, NULL"
      " FROM number JOIN accounts ON accounts.is_root = (n % 4 <> 0) JOIN projects ON projects.account = accounts.id");
  auto store = open_store(testing::read_leaf_names);
  ASSERT_TRUE(store);
  ChainFilter filter;
  filter.account = testing::kRoot;
  const auto last = store->ask(&Snapshot::list_chains, filter, {}, 3749, 10);
  ASSERT_TRUE(last);
  ASSERT_EQ(last->chains.size(), 1U);
  EXPECT_EQ(last->chains[0].id, testing::chain_id(1));
  store.reset();
  EXPECT_EQ(query("SELECT group_concat(block || ':' || chains) FROM chain_blocks WHERE account = 2100000001"),
            "0:1536,1:1536,2:678");
}

TEST_F(Migration, AStoreOfVersion4StillOpens) {
  auto store = open_version(4);
  ASSERT_TRUE(store);
  ChainFilter filter;
  filter.account = testing::kRoot;
  const auto page = store->ask(&Snapshot::open_list, filter, 0, 10);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->counts.total, 1);
  EXPECT_EQ(page->page.chains.at(0).id, testing::chain_id(1));
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(3)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

// Since then their ids and their content have other keys.
TEST_F(Migration, AStoreOfVersion4StillFindsItsChainsAndWhatTheyHold) {
  auto store = open_version(4);
  ASSERT_TRUE(store);
  const auto chain = store->ask(&Snapshot::find_chain, testing::chain_id(1));
  ASSERT_TRUE(chain && *chain);
  EXPECT_EQ((*chain)->summary.current, base::CertId(2));
  const Outcome again = store->submit(testing::context_of(testing::kRoot), testing::creation(2)).wait();
  EXPECT_EQ(again.kind, OutcomeKind::kConverged);
  EXPECT_EQ(again.chain, testing::chain_id(1));
  ChainFilter filter;
  filter.account = testing::kRoot;
  filter.id_prefix = testing::chain_id(1).to_string().substr(0, 6);
  const auto found = store->ask(&Snapshot::list_chains, filter, {}, 0, 10);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->chains.size(), 1U);
  EXPECT_EQ(found->chains[0].id, testing::chain_id(1));
}

TEST_F(Migration, AStoreOfVersion5StillOpens) {
  auto store = open_version(5);
  ASSERT_TRUE(store);
  const auto chain = store->ask(&Snapshot::find_chain, testing::chain_id(1));
  ASSERT_TRUE(chain && *chain);
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(2)).wait().kind,
            OutcomeKind::kConverged);
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(3)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion6StillOpens) {
  put_version(6);
  const auto store = open_store({});
  ASSERT_TRUE(store);
  EXPECT_EQ((*store->ask(&Snapshot::find_domain, "live.example.net"))->cert_domain, "live.example.net");
  EXPECT_EQ((*store->ask(&Snapshot::find_chain, testing::chain_id(1)))->summary.representative,
            testing::representative(2));
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

// A later release may write kinds that this one does not know.
TEST_F(Migration, ChangesOfAnUnknownKindAreReadWithoutIt) {
  put_version(8);
  ASSERT_EQ(query("UPDATE changes SET kind = 'planet' WHERE id = 2"), "");
  const auto store = open_store({});
  ASSERT_TRUE(store);
  const auto changes = store->ask(&Snapshot::changes, 0, 2);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_TRUE(changes->at(0).kind);
  EXPECT_EQ(changes->at(1).kind, std::nullopt);
  EXPECT_EQ(changes->at(1).position, 2);
}

// A later release may know later versions of TLS. To this one they are the newest that it knows, never an older one.
TEST_F(Migration, BoundTlsVersionsThatAreUnknownAreReadAsTheNewest) {
  put_version(8);
  ASSERT_EQ(query("UPDATE domains SET min_version = 'TLSv1.4', max_version = 'TLSv1.5'"), "");
  const auto store = open_store({});
  ASSERT_TRUE(store);
  const auto found = store->ask(&Snapshot::find_domain, "live.example.net");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->binding->tls.min_version, domain::TlsVersion::k13);
  EXPECT_EQ((*found)->binding->tls.max_version, std::nullopt);
}

// A leaf may be large and many domains may use it, which need not have been bound one after the other.
TEST_F(Migration, ToVersion6ReadsALeafOnceForTheChainAndOnceForAllItsDomains) {
  put_version(5);
  constexpr const char* kNewest =
      "INSERT INTO versions SELECT 3, 2, x'010203', issuers, content_digest, leaf_key_digest, key_kind, not_before,"
      " not_after, created_at, created_by, sealed_key, created_from FROM versions WHERE id = 2;"
      "INSERT INTO chains SELECT 2, chain_id_prefix, randomblob(16), account, project, name, created_at, 3,"
      " content_key, not_before, not_after, NULL, NULL, chain_key FROM chains WHERE id = 1;"
      "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 500)"
      " INSERT INTO domains SELECT n, 'd' || n || '.example.net', account, project, vhost, type, region, status,"
      " created_at, n % 2 + 1, https, http2, min_version, max_version, n, bound_by, bound_from"
      " FROM number, domains WHERE id = 1;"
      "UPDATE domains SET chain = NULL WHERE id > 490";
  ASSERT_EQ(query(kNewest), "");
  int reads = 0;
  auto store = open_store([&](base::ByteView leaf_der) {
    ++reads;
    return leaf_der.size() == 3 ? std::nullopt : testing::read_leaf_names(leaf_der);
  });
  ASSERT_TRUE(store);
  EXPECT_LE(reads, 4);
  store.reset();
  EXPECT_EQ(query("SELECT group_concat(count, ' ') FROM (SELECT cert_domain || ':' || count(*) AS count FROM domains"
                  " WHERE chain IS NOT NULL GROUP BY chain, cert_domain ORDER BY chain)"),
            "*.example.net:246 :244")
      << "one whose leaf cannot be read shows no name";
  EXPECT_EQ(query("SELECT count(*) FROM domains WHERE chain IS NULL AND cert_domain = ''"), "10");
  EXPECT_EQ(query("SELECT group_concat(representative, ' ') FROM chains"), testing::representative(2) + " ");
}

TEST_F(Migration, ToVersion6SaysThatLeavesMustBeRead) {
  put_version(5);
  const auto opened = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, ::testing::HasSubstr("how the names of a leaf are read"));
  EXPECT_EQ(query("PRAGMA user_version"), "5");
  EXPECT_TRUE(open_store(testing::read_leaf_names));
}

// An earlier release knew only that an edge was proved once.
TEST_F(Migration, ToVersion7ClaimsNothingThatWasNotKept) {
  auto store = open_version(6);
  ASSERT_TRUE(store);
  store.reset();
  EXPECT_EQ(
      query("SELECT group_concat(phase || ':' || seen_by || ':' || is_final || ':' || coalesce(shown_since, 'none')"
            " || ':' || coalesce(proved_at, 'none'), ' ') FROM (SELECT * FROM receipts ORDER BY version)"),
      "waiting::0:none:1800000000000003 waiting::0:none:none");
  store = open_version(7);
  ASSERT_TRUE(store);
  store.reset();
  EXPECT_EQ(query("SELECT phase || ':' || seen_by || ':' || shown_since FROM receipts WHERE version = 1"),
            "good:handshake:1800000000000003");
}

// Earlier, only the leaf decided when a chain ends, and not an issuer that ends first.
TEST_F(Migration, ToVersion8FindsTheChainsThatEndBeforeTheirLeaf) {
  put_version(7);
  ASSERT_EQ(query("UPDATE versions SET not_after = not_before WHERE id = 1"), "");
  auto store = open_store(testing::read_leaf_names);
  ASSERT_TRUE(store);
  const base::Time end = testing::kNow + std::chrono::days(30);
  EXPECT_EQ((*store->ask(&Snapshot::find_version, base::CertId(2)))->summary.ends_at, end);
  store.reset();
  EXPECT_EQ(query("SELECT group_concat(version || ':' || account || ':' || ends_at, ' ') FROM early_ends"),
            "2:2100000001:" + std::to_string(base::to_unix_micros(end)))
      << "a leaf that ends first ends its chain itself";
  EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name = 'issuer_ends'"), "0");
}

TEST_F(Migration, ToVersion8ReadsNoChainWhoseIssuersLast) {
  put_version(7);
  int reads = 0;
  auto store = SqliteStore::open({.directory = directory.path(),
                                  .read_leaf_names = testing::read_leaf_names,
                                  .read_chain_end =
                                      [&](const std::vector<base::Bytes>& chain) {
                                        ++reads;
                                        EXPECT_EQ(chain.size(), 1U);
                                        return std::optional(testing::kNow + std::chrono::days(3650));
                                      }},
                                 clock);
  ASSERT_TRUE(store);
  EXPECT_EQ(reads, 2) << "each issuer once";
}

TEST_F(Migration, AStoreOfVersion9OpensWithoutChannelsForNotices) {
  auto store = open_version(9);
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->ask(&Snapshot::list_notify_channels)->empty());
  EXPECT_EQ(store->ask(&Snapshot::list_receipts, {})->size(), 2U);
  const Context context = testing::context_of(testing::kRoot);
  ASSERT_EQ(store->submit(context, PutNotifyChannel{"duty", "kind=wecom\n", {{1, 2}}}).wait().kind, OutcomeKind::kDone);
  EXPECT_EQ(store->ask(&Snapshot::list_notify_channels)->size(), 1U);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion10StillOpensWithItsChannelsAndWhatTheyWereTold) {
  auto store = open_version(10);
  ASSERT_TRUE(store);
  const auto channels = store->ask(&Snapshot::list_notify_channels);
  ASSERT_TRUE(channels);
  ASSERT_EQ(channels->size(), 1U);
  EXPECT_EQ(channels->front().name, "duty");
  EXPECT_EQ(channels->front().definition, "kind=feishu\nlanguage=zh\nhost=open.feishu.cn\n");
  EXPECT_EQ(channels->front().secret.bytes, (base::Bytes{1, 2, 3, 4}));
  EXPECT_EQ(channels->front().state.failure, "it answers 19021");
  const auto told = store->ask(&Snapshot::list_told, "duty");
  ASSERT_TRUE(told);
  ASSERT_EQ(told->size(), 1U);
  EXPECT_EQ(told->front().fact, (domain::FactName{domain::FactKind::kEnding, "live.example.net", ""}));
  EXPECT_EQ(told->front().level, 2);
}

TEST_F(Migration, AStoreOfVersion10OpensAndKnowsNoMasterKeyYet) {
  auto store = open_version(10);
  ASSERT_TRUE(store);
  EXPECT_TRUE(store->ask(&Snapshot::list_master_keys)->empty());
  const Context context = testing::context_of(testing::kRoot);
  const domain::MasterKey key{"0123456789abcdef", {7}, domain::MasterKeyState::kAdded, testing::kNow};
  ASSERT_EQ(store->submit(context, AddMasterKeys{{key}}).wait().kind, OutcomeKind::kDone);
  const auto known = store->ask(&Snapshot::list_master_keys);
  ASSERT_EQ(known->size(), 1U);
  EXPECT_EQ(known->front().state, domain::MasterKeyState::kCurrent);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion11StillOpensWithItsRing) {
  auto store = open_version(11);
  ASSERT_TRUE(store);
  const auto known = store->ask(&Snapshot::list_master_keys);
  ASSERT_TRUE(known);
  ASSERT_EQ(known->size(), 2U);
  EXPECT_EQ(known->front().id, "00112233445566ff");
  EXPECT_EQ(known->front().header, (base::Bytes{1, 2}));
  EXPECT_EQ(known->front().state, domain::MasterKeyState::kCurrent);
  EXPECT_EQ(known->back().state, domain::MasterKeyState::kFormer);
}

// The records that were there become a chain, which later ones continue.
TEST_F(Migration, ToVersion12ChainsTheRecordsOfTheAudit) {
  auto store = open_version(10);
  ASSERT_TRUE(store);
  ASSERT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(3)).wait().kind, OutcomeKind::kDone);
  const auto records = store->ask(&Snapshot::audit, AuditFilter{}, 1000);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 8U);
  audit::Hash before = audit::kBeforeAll;
  for (const AuditRecord& record : *records) {
    EXPECT_EQ(record.kind, audit::kWrite);
    EXPECT_EQ(record.hash, audit::hash_of(before, record)) << record.position;
    before = record.hash;
  }
  EXPECT_FALSE(*store->ask(&Snapshot::newest_checkpoint));
}

TEST_F(Migration, AStoreOfVersion12StillOpensWithItsChainAndCheckpoint) {
  auto store = open_version(12);
  ASSERT_TRUE(store);
  const auto records = store->ask(&Snapshot::audit, AuditFilter{}, 1000);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 7U);
  audit::Hash before = audit::kBeforeAll;
  for (const AuditRecord& record : *records) {
    EXPECT_EQ(record.hash, audit::hash_of(before, record)) << "the bytes that are hashed must never change";
    before = record.hash;
  }
  const auto checkpoint = store->ask(&Snapshot::newest_checkpoint);
  ASSERT_TRUE(checkpoint && *checkpoint);
  EXPECT_EQ((*checkpoint)->position, 7);
  EXPECT_EQ((*checkpoint)->hash, before);
}

TEST_F(Migration, ToVersion13NoPolicyIsAttachedAndNoKeyIsLimited) {
  auto store = open_version(12);
  ASSERT_TRUE(store);
  const auto credential = store->ask(&Snapshot::find_credential, "other-key");
  ASSERT_TRUE(credential && *credential);
  EXPECT_TRUE((*credential)->policies.empty());
  EXPECT_TRUE((*credential)->access_key.domains.empty());
  EXPECT_FALSE((*credential)->access_key.expires_at);
  const Context context = testing::context_of(testing::kRoot);
  ASSERT_EQ(store->submit(context, PutPolicy{"mine", "{}", testing::kNow}).wait().kind, OutcomeKind::kDone);
  const domain::PolicyHolder holder{testing::kOther, "other-key"};
  ASSERT_EQ(store->submit(context, AttachPolicy{"mine", false, holder}).wait().kind, OutcomeKind::kDone);
  EXPECT_EQ((*store->ask(&Snapshot::find_credential, "other-key"))->policies.size(), 1U);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion13StillOpensWithItsPoliciesAndLimits) {
  auto store = open_version(13);
  ASSERT_TRUE(store);
  const auto credential = store->ask(&Snapshot::find_credential, "other-key");
  ASSERT_TRUE(credential && *credential);
  ASSERT_EQ((*credential)->policies.size(), 2U);
  EXPECT_EQ((*credential)->policies[0].name, "ReadOnly");
  EXPECT_EQ((*credential)->policies[0].document, "");
  EXPECT_TRUE((*credential)->policies[0].is_of_account);
  EXPECT_EQ((*credential)->policies[1].name, "lists");
  EXPECT_NE((*credential)->policies[1].document, "");
  EXPECT_FALSE((*credential)->policies[1].is_of_account);
  EXPECT_EQ((*credential)->access_key.domains, std::vector<std::string>{"*.example.net"});
  EXPECT_EQ((*credential)->access_key.expires_at, base::from_unix_seconds(1'900'000'000));
  const auto keys = store->ask(&Snapshot::list_access_keys, testing::kOther);
  ASSERT_TRUE(keys && keys->size() == 1);
  EXPECT_EQ(keys->front().last_used_at, base::from_unix_seconds(1'800'086'400));
}

// Two chains hold one content: the first since its update, the second since it was made, which was later.
TEST_F(Migration, ToVersion9KnowsWhichChainHasHeldItsContentTheLongest) {
  constexpr const char* kCopyVersion =
      "INSERT INTO versions SELECT %, 2, leaf_der, issuers, content_digest, leaf_key_digest, key_kind, not_before,"
      " not_after, created_at + 5, created_by, sealed_key, created_from FROM versions WHERE id = 2;";
  constexpr const char* kCopyChain =
      "INSERT INTO chains SELECT 2, chain_id_prefix, x'02020202020202020202020202020202', account, project, 'copy',"
      " (SELECT created_at + 5 FROM versions WHERE id = 2), %, content_key, not_before, not_after, NULL, NULL, 5,"
      " representative FROM chains WHERE id = 1";
  for (const std::string id : {"1000", "-7"}) {
    put_version(8);
    std::string script = "UPDATE versions SET created_at = created_at + 3 WHERE id = 2;";
    script += kCopyVersion;
    script += kCopyChain;
    for (auto at = script.find('%'); at != std::string::npos; at = script.find('%')) script.replace(at, 1, id);
    ASSERT_EQ(query(script), "");
    auto store = open_store(testing::read_leaf_names);
    ASSERT_TRUE(store);
    const Outcome outcome = store->submit(testing::context_of(testing::kRoot), testing::creation(2)).wait();
    EXPECT_EQ(outcome.kind, OutcomeKind::kConverged);
    EXPECT_EQ(outcome.chain, testing::chain_id(1)) << "the other one has the CertID " << id;
    store.reset();
    EXPECT_EQ(query("SELECT group_concat(coalesce(current_since, 'made'), ' ') FROM chains"), "1 made");
  }
}

TEST_F(Migration, AStoreOfVersion8StillOpens) {
  auto store = open_version(8);
  ASSERT_TRUE(store);
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(2)).wait().kind,
            OutcomeKind::kConverged);
  EXPECT_EQ(store->submit(testing::context_of(testing::kRoot), testing::creation(3)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

// What comes later is further back in the indices, so that a busy moment's writes meet on few pages.
TEST(IndexKeys, GrowWithTime) {
  const auto id_made_at = [](std::uint8_t millis, std::uint8_t random) {
    std::array<std::uint8_t, 16> id{};
    std::fill_n(id.begin(), 10, random);
    id[15] = millis;
    return sql::chain_key(base::ChainId(id));
  };
  EXPECT_LT(id_made_at(1, 0xFF), id_made_at(2, 0));
  EXPECT_EQ(sql::chain_key(base::ChainId({1, 2, 3, 4, 5, 6, 7, 8, 0x99, 0xAA, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66})),
            0x11223344556699AA);
  domain::Digest low{};
  domain::Digest high{};
  high.fill(0xFF);
  EXPECT_LT(sql::content_key(testing::kNow, high), sql::content_key(testing::kNow + std::chrono::seconds(1), low));
  EXPECT_LT(sql::content_key(testing::kNow, low), sql::content_key(testing::kNow, high));
  EXPECT_LT(sql::content_key(base::Time(std::chrono::milliseconds(-1500)), high),
            sql::content_key(base::Time(std::chrono::seconds(-1)), low))
      << "before 1970";
}

TEST_F(Migration, MakesInAnEmptyFileWhatEachVersionBecame) {
  // The schema is the same, whether a store was made new or upgraded.
  const std::string schema = "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
  std::vector<const char*> migrations;
  for (const char* migration : released_migrations()) {
    migrations.push_back(migration);
    std::ifstream stream(LIVECERT_TEST_DATA "/version_" + std::to_string(migrations.size()) + ".sql");
    const std::string script{std::istreambuf_iterator<char>(stream), {}};
    std::ofstream(file, std::ios::trunc).flush();
    ASSERT_TRUE(migrate_to(migrations));
    const std::string made = query(schema);
    std::filesystem::remove(file);
    ASSERT_EQ(query(script), "");
    EXPECT_EQ(query(schema), made);
  }
}

// Before the log gave out the numbers, releases counted chains, domains and projects each from 1.
TEST_F(Migration, WhatIsMadeGetsANumberBehindAllThatAreInUse) {
  auto store = open_version(6);
  ASSERT_TRUE(store);
  store.reset();
  query("INSERT INTO projects (id, account, name, created_at) SELECT 5000, id, 'far', 0 FROM accounts LIMIT 1");
  store = open_store(testing::read_leaf_names);
  ASSERT_TRUE(store);
  const Context context = testing::context_of(testing::kRoot);
  ASSERT_EQ(store->submit(context, CreateProject{{testing::kRoot, "next", testing::kNow}}).wait().kind,
            OutcomeKind::kDone);
  ASSERT_EQ(store->submit(context, testing::creation(77)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(query("SELECT id FROM projects WHERE name = 'next'"), "5001");
  EXPECT_EQ(query("SELECT max(id) FROM chains"), "5002");
  EXPECT_EQ(query("SELECT max(id) FROM changes"), "5002") << "a thing and the change that tells of it have one number";
  EXPECT_EQ(query("SELECT max(id) FROM audit"), "5002");
}

}  // namespace
}  // namespace livecert::store::sqlite

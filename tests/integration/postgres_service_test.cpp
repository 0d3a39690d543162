#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/raw_connection.h"
#include "integration/remote.h"
#include "store/postgres/server.h"
#include "support/pki.h"

// `livecert serve --store`: the service over a PostgreSQL server that synchronises with its disk.
namespace livecert::test {
namespace {

using store::testing::PostgresServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;
namespace json = boost::json;

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

RawAnswer get(const ServerProcess& server, const std::string& path) {
  return RawConnection(server.http()).ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

class PostgresService : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
    database_ = std::make_unique<PostgresServer>(PostgresServer::Disk::kSynchronised);
    address_ = database_->make_schema();
  }

  [[nodiscard]] fs::path data(const std::string& node) const { return directory_.path() / node; }
  // As the operator of several nodes does: each has the same master key.
  void share_master_key() const {
    const fs::path key = directory_.path() / "master.key";
    write_file(key, std::string(64, 'a') + "\n");
    fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  }
  [[nodiscard]] std::vector<std::string> flags(bool shares_key = true) const {
    std::vector<std::string> words{"--store", address_, "--domains", "auto"};
    if (shares_key) words.insert(words.end(), {"--master-key", directory_.path() / "master.key"});
    return words;
  }
  [[nodiscard]] CommandResult serve(const std::string& node, std::vector<std::string> more) const {
    std::vector<std::string> words{"serve", "--data-dir", data(node).string(), "--http", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    return run_livecert(std::move(words));
  }
  static std::string create(Remote& remote, const PemPair& pair) {
    const auto answer = remote.try_call("CreateCert", create_cert_body(pair));
    EXPECT_TRUE(answer.has_value());
    if (!answer) return "";
    EXPECT_EQ(answer->status, 200) << answer->code();
    return answer->status == 200 ? std::string(answer->result.at("ChainID").as_string()) : "";
  }

  class Three;

  TemporaryDirectory directory_;
  Pki pki_{base::SystemClock().now()};
  std::unique_ptr<PostgresServer> database_;
  std::string address_;
};

// Three nodes on this machine over one database. The first makes the store.
class PostgresService::Three {
 public:
  explicit Three(const PostgresService& test, const std::vector<std::string>& more = {}) {
    test.share_master_key();
    std::vector<std::string> words = test.flags();
    words.insert(words.end(), more.begin(), more.end());
    for (const char* name : {"a", "b", "c"}) {
      nodes_.push_back(std::make_unique<ServerProcess>(test.data(name), ServerProcess::Flags{.more = words}));
    }
  }
  [[nodiscard]] ServerProcess& node(std::size_t number) const { return *nodes_.at(number); }
  [[nodiscard]] Remote at(std::size_t number) const { return Remote(node(number), node(0).root()); }
  [[nodiscard]] Remote at(std::size_t number, const std::string& key, const std::string& secret) const {
    return Remote(node(number),
                  signature::Credentials{key, base::SecretBytes::copy_of(base::as_bytes(secret)), std::nullopt});
  }

 private:
  std::vector<std::unique_ptr<ServerProcess>> nodes_;
};

TEST_F(PostgresService, KeepsWhatItAnsweredWhenItIsKilled) {
  std::string first;
  std::string second;
  const PemPair pair = pki_.upload("live.example.net");
  {
    ServerProcess server(data("a"), {.more = flags(false)});
    Remote remote(server);
    first = create(remote, pair);
    EXPECT_EQ(create(remote, pair), first) << "an equal upload converges";
    second = create(remote, pki_.upload("other.example.net"));
    EXPECT_EQ(
        remote.call("BindCert", R"({"ChainID":")" + first + R"(","Domain":"live.example.net","HTTPS":true})").status,
        200);
    server.kill();
  }
  ServerProcess server(data("a"), {.more = flags(false)});
  Remote remote(server);
  EXPECT_NE(describe_pem(remote, first), "");
  EXPECT_EQ(remote.call("DeleteCert", R"({"ChainID":")" + first + R"("})").status, 400) << "it is bound";
  EXPECT_EQ(remote.call("DeleteCert", R"({"ChainID":")" + second + R"("})").status, 200);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_FALSE(fs::exists(data("a") / "livecert.db"));
}

TEST_F(PostgresService, GoesOnWhenTheDatabaseIsBack) {
  ServerProcess server(data("a"), {.more = flags(false)});
  Remote remote(server);
  const std::string chain = create(remote, pki_.upload("live.example.net"));
  database_->stop();
  EXPECT_TRUE(eventually([&] { return get(server, "/readyz").status == 503; }));
  const RawAnswer ready = get(server, "/readyz");
  EXPECT_THAT(ready.body, AllOf(HasSubstr("store-away"), HasSubstr("Since")));
  EXPECT_EQ(get(server, "/livez").status, 200);
  const auto refused = remote.try_call("CreateCert", create_cert_body(pki_.upload("more.example.net")));
  ASSERT_TRUE(refused) << server.log();
  EXPECT_EQ(refused->status, 500);
  EXPECT_EQ(refused->code(), "InternalError.DB");
  database_->start();
  EXPECT_TRUE(eventually([&] { return get(server, "/readyz").status == 200; }));
  const auto described = remote.try_call("DescribeCertDetailSecretV2", R"({"ChainID":")" + chain + R"("})");
  ASSERT_TRUE(described) << server.process().is_running() << server.log();
  EXPECT_EQ(described->status, 200);
  EXPECT_NE(create(remote, pki_.upload("more.example.net")), "");
}

TEST_F(PostgresService, TwoNodesThatStartTogetherMakeOneStore) {
  share_master_key();
  std::unique_ptr<ServerProcess> b;
  std::promise<void> is_started;
  std::promise<void> is_over;
  // The system ends a child with the thread that made it.
  const std::jthread starter([&, over = is_over.get_future()] {
    b = std::make_unique<ServerProcess>(data("b"), ServerProcess::Flags{.more = flags(), .https = true});
    is_started.set_value();
    over.wait();
  });
  const auto a = std::make_unique<ServerProcess>(data("a"), ServerProcess::Flags{.more = flags(), .https = true});
  is_started.get_future().wait();
  const auto end = [](std::promise<void>* over) { over->set_value(); };
  const std::unique_ptr<std::promise<void>, decltype(end)> ended(&is_over, end);
  const std::string schema = store::testing::schema_of(address_);
  EXPECT_EQ(database_->run("SELECT count(*) FROM accounts", schema), "1");
  EXPECT_EQ(database_->run("SELECT count(*) FROM access_keys", schema), "1");
  EXPECT_EQ(database_->run("SELECT count(*) FROM nodes", schema), "2");
  EXPECT_EQ(read_file(data("a") / "ca.pem"), read_file(data("b") / "ca.pem"));
  EXPECT_NE(read_file(data("a") / "ca.pem"), "");
  const ServerProcess& maker = fs::exists(a->credentials_file()) ? *a : *b;
  const ServerProcess& other = &maker == a.get() ? *b : *a;
  EXPECT_FALSE(fs::exists(other.credentials_file()));

  Remote at_a(*a, maker.root());
  Remote at_b(*b, maker.root());
  const PemPair pair = pki_.upload("live.example.net");
  const std::string chain = create(at_a, pair);
  EXPECT_EQ(create(at_b, pair), chain) << "an equal upload at the other node converges";
  EXPECT_NE(describe_pem(at_b, chain), "");
}

TEST_F(PostgresService, ANodeThatIsTooOldForTheUpgradedTablesEndsWithASentence) {
  ServerProcess server(data("a"), {.more = flags(false)});
  static_cast<void>(database_->run("UPDATE livecert_schema SET version = 99, oldest_reader = 99",
                                   store::testing::schema_of(address_)));
  EXPECT_TRUE(eventually([&] { return !server.process().is_running(); }));
  EXPECT_THAT(server.log(), HasSubstr("start the newer release here"));
  const CommandResult again = serve("a", flags(false));
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.errors, HasSubstr("was written by a newer release (format 99"));
}

TEST_F(PostgresService, SixteenEqualUploadsThroughThreeNodesMakeOneChain) {
  const Three three(*this);
  const PemPair pair = pki_.upload("live.example.net");
  std::vector<std::future<std::string>> uploads;
  for (std::size_t i = 0; i < 16; ++i) {
    uploads.push_back(std::async(std::launch::async, [&, i] {
      Remote remote = three.at(i % 3);
      return create(remote, pair);
    }));
  }
  std::set<std::string> chains;
  for (auto& upload : uploads) chains.insert(upload.get());
  EXPECT_EQ(chains.size(), 1U);
  EXPECT_EQ(database_->run("SELECT count(*) FROM chains", store::testing::schema_of(address_)), "1");
  EXPECT_EQ(database_->run("SELECT count(*) FROM versions", store::testing::schema_of(address_)), "1");
}

TEST_F(PostgresService, WhatOneNodeChangesHoldsAtTheOthersSoon) {
  const Three three(*this);
  Remote at_a = three.at(0);
  Remote at_c = three.at(2);
  const Answer account = at_a.call("CreateAccount", R"({"AccountName":"other"})", kOwn);
  ASSERT_EQ(account.status, 200) << account.code() << account.message();
  const std::string owner = boost::json::serialize(account.result.at("AccountId"));
  const Answer made = at_a.call("CreateAccessKey", R"({"AccountId":)" + owner + "}", kOwn);
  ASSERT_EQ(made.status, 200) << made.code() << made.message();
  const std::string id(made.result.at("AccessKeyId").as_string());
  Remote other = three.at(1, id, std::string(made.result.at("SecretAccessKey").as_string()));
  ASSERT_EQ(other.call("ListCertV2", "{}").status, 200);
  const std::string chain = create(at_c, pki_.upload("live.example.net"));
  const std::string first = describe_pem(at_c, chain);
  const PemPair renewed = pki_.upload("live.example.net");
  ASSERT_EQ(at_a.call("UpdateCert", create_cert_body(renewed, {{"ChainID", chain}})).status, 200);
  EXPECT_NE(describe_pem(at_c, chain), first) << "a read at another node sees every write that was answered";
  ASSERT_EQ(at_a.call("DisableAccessKey", R"({"AccessKeyId":")" + id + R"("})", kOwn).status, 200);
  EXPECT_TRUE(eventually([&] { return other.call("ListCertV2", "{}").status != 200; }));
}

// Fifty calls beyond the first ten need five seconds; with a limit for each node it would be two.
TEST_F(PostgresService, TheRateLimitIsOneForAllNodes) {
  const Three three(*this, {"--rate-limit", "10"});
  // Each node has to know of the others.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::future<int>> callers;
  for (std::size_t i = 0; i < 3; ++i) {
    callers.push_back(std::async(std::launch::async, [&, i] {
      Remote remote = three.at(i);
      int served = 0;
      while (served < 20) served += remote.call("ListEdges", "{}", kOwn).status == 200 ? 1 : 0;
      return served;
    }));
  }
  for (auto& caller : callers) EXPECT_EQ(caller.get(), 20);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(4500));
}

TEST_F(PostgresService, OneNodeOfAMachineDeliversToAnEdgeAndAnotherOneWhenThatOneIsGone) {
  const fs::path roots = directory_.path() / "edges";
  const fs::path folder = roots / "front";
  fs::create_directories(folder);
  std::unique_ptr<Three> three =
      std::make_unique<Three>(*this, std::vector<std::string>{"--edge-roots", roots.string()});
  Remote at_a = three->at(0);
  Remote at_b = three->at(1);
  const std::string edge = R"({"Name":"front","Kind":"files","Directory":")" + folder.string() + R"("})";
  const Answer added = at_a.call("CreateEdge", edge, kOwn);
  ASSERT_EQ(added.status, 200) << added.message();
  const auto bind = [&](Remote& remote, const std::string& name) {
    const std::string chain = create(remote, pki_.upload(name));
    EXPECT_EQ(
        remote.call("BindCert", R"({"ChainID":")" + chain + R"(","Domain":")" + name + R"(","HTTPS":true})").status,
        200);
  };
  bind(at_b, "live.example.net");
  EXPECT_TRUE(eventually([&] { return fs::exists(folder / "live.example.net.pem"); }));
  const auto node_at = [](Remote& remote) {
    const Answer listed = remote.call("ListEdges", "{}", kOwn);
    const auto& edges = listed.result.at("EdgeList").as_array();
    return edges.empty() ? "" : std::string(edges.at(0).at("Node").as_string());
  };
  EXPECT_NE(node_at(at_a), "");
  EXPECT_TRUE(eventually([&] { return node_at(at_b) == node_at(at_a); }));
  EXPECT_TRUE(three->node(1).logs("edge front: the node on"));
  EXPECT_EQ(database_->run("SELECT count(*) FROM leases WHERE name = 'edge:front' AND epoch = 1",
                           store::testing::schema_of(address_)),
            "1");
  three->node(0).kill();
  bind(at_b, "more.example.net");
  // After the lease's 15 seconds.
  EXPECT_TRUE(eventually([&] { return fs::exists(folder / "more.example.net.pem"); })) << three->node(1).log();
}

TEST_F(PostgresService, AnEdgeOfAnotherMachineIsRefusedToASecondClaimant) {
  const fs::path roots = directory_.path() / "edges";
  const fs::path folder = roots / "front";
  fs::create_directories(folder);
  ServerProcess server(data("a"), {.more = [&] {
                         auto words = flags(false);
                         words.insert(words.end(), {"--edge-roots", roots.string()});
                         return words;
                       }()});
  Remote remote(server);
  const std::string schema = store::testing::schema_of(address_);
  static_cast<void>(
      database_->run("INSERT INTO leases (name, machine, holder, node, epoch, until) VALUES"
                     " ('edge:front', 'far.example.net', 'far.example.net:/data', 9, 4, 9000000000000000)",
                     schema));
  const std::string edge = R"({"Name":"front","Kind":"files","Directory":")" + folder.string() + R"("})";
  const Answer refused = remote.call("CreateEdge", edge, kOwn);
  EXPECT_EQ(refused.code(), "InvalidParam");
  EXPECT_THAT(refused.message(), HasSubstr("is on the machine far.example.net"));
  // Its node is away, and the edge stays its own.
  static_cast<void>(
      database_->run("INSERT INTO edges (name, definition) VALUES ('front',"
                     " E'name=front\nkind=files\ndirectory=" +
                         folder.string() +
                         "\n');"
                         " UPDATE leases SET until = 1700000000000000; INSERT INTO changes (id, kind, account,"
                         " subject) SELECT position + 1, 'edge', 0, 'front' FROM head;"
                         " UPDATE head SET position = position + 1",
                     schema));
  EXPECT_TRUE(eventually([&] {
    const Answer listed = remote.call("ListEdges", "{}", kOwn);
    const auto& edges = listed.result.at("EdgeList").as_array();
    if (edges.size() != 1) return false;
    const std::string failure(edges.at(0).at("Failure").as_string());
    return failure.find("not looked at since 2023-11-14T") != std::string::npos &&
           edges.at(0).at("Node").as_string() == "far.example.net";
  }));
}

TEST_F(PostgresService, AnotherMasterKeyIsRefusedByName) {
  { ServerProcess(data("a"), {.more = flags(false)}).stop(); }
  share_master_key();
  const CommandResult refused = serve("b", flags());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("master.key"), HasSubstr("is not the one this store was made with")));
}

TEST_F(PostgresService, WhatWouldHideTheStoreIsRefused) {
  { ServerProcess(data("a"), {.more = flags(false)}).stop(); }
  const CommandResult embedded = serve("a", {});
  EXPECT_EQ(embedded.status, 1);
  EXPECT_THAT(embedded.errors, HasSubstr("was used with the store postgres://livecert@"));
  address_ = database_->make_schema();
  const CommandResult empty = serve("a", flags(false));
  EXPECT_EQ(empty.status, 1);
  EXPECT_THAT(empty.errors, AllOf(HasSubstr("no tables of livecert"), HasSubstr("store-address")));

  // As while a backup of the database is restored: the tables are there, and their rows come later.
  address_ = database_->make_schema();
  { ServerProcess(data("c"), {.more = flags(false)}).stop(); }
  const std::string credentials = read_file(data("c") / "credentials.json");
  EXPECT_EQ(database_->run("DELETE FROM vault", store::testing::schema_of(address_)), "");
  const CommandResult emptied = serve("c", flags(false));
  EXPECT_EQ(emptied.status, 1);
  EXPECT_THAT(emptied.errors, AllOf(HasSubstr("tables and nothing in them"), HasSubstr("store-address")));
  EXPECT_EQ(read_file(data("c") / "credentials.json"), credentials);
  std::vector<std::string> check = flags(false);
  check.insert(check.begin(), "--check");
  EXPECT_EQ(serve("c", check).status, 1);

  { ServerProcess server(data("embedded")); }
  const CommandResult both = serve("embedded", flags(false));
  EXPECT_EQ(both.status, 1);
  EXPECT_THAT(both.errors, HasSubstr("there is an embedded store in"));
}

TEST_F(PostgresService, CommandsOnFilesSayWhatToDoInstead) {
  { ServerProcess(data("a"), {.more = flags(false)}).stop(); }
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"verify", "--data-dir", data("a")},
        {"backup", directory_.path() / "b.age", "--data-dir", data("a"), "--recipient",
         "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"},
        {"account", "list", "--offline", data("a"), "--master-key", data("a").string() + ".master-key"}}) {
    const CommandResult refused = run_livecert(words);
    EXPECT_EQ(refused.status, 1) << words.front();
    EXPECT_THAT(refused.errors, HasSubstr("the store is postgres://livecert@")) << words.front();
  }
}

TEST_F(PostgresService, ThePasswordComesFromAFileAndNeverFromTheCommandLine) {
  const CommandResult refused = serve("a", {"--store", "postgres://livecert:sesame@db1/livecert"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("store_password_file"), Not(HasSubstr("sesame"))));
  const fs::path file = directory_.path() / "password";
  write_file(file, "sesame\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
  std::vector<std::string> words = flags(false);
  words.insert(words.end(), {"--store-password-file", file});
  EXPECT_THAT(serve("a", words).errors, AllOf(HasSubstr(file.string()), HasSubstr("chmod 600")));
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(ServerProcess(data("a"), {.more = words}).stop(), 0);
}

TEST_F(PostgresService, SettingsThatDoNotFitTogetherAreRefused) {
  std::vector<std::string> words = flags(false);
  words.insert(words.end(), {"--node-id", "7"});
  EXPECT_THAT(serve("a", words).errors, HasSubstr("node_id cannot be set together with store"));
  EXPECT_THAT(serve("a", {"--require-standby", "true"}).errors, HasSubstr("name its address in store"));
  words = flags(false);
  words.insert(words.end(), {"--require-standby", "true"});
  EXPECT_THAT(serve("a", words).errors, HasSubstr("has no synchronous standby"));
}

TEST_F(PostgresService, TheCheckBeforeAStartAsksTheDatabase) {
  std::vector<std::string> words = flags(false);
  words.insert(words.begin(), "--check");
  EXPECT_THAT(serve("a", words).output, HasSubstr("The first start makes the tables"));
  { ServerProcess(data("a"), {.more = flags(false)}).stop(); }
  const CommandResult sound = serve("a", words);
  EXPECT_EQ(sound.status, 0) << sound.output;
  EXPECT_THAT(sound.output, AllOf(HasSubstr("The database can be used"), HasSubstr("The master key opens the store")));
  database_->stop();
  EXPECT_EQ(serve("a", words).status, 1);
}

// `livecert migrate`.
class Move : public PostgresService {
 protected:
  [[nodiscard]] std::vector<std::string> words(const std::string& from, const std::string& to) const {
    return {"migrate", "--from", from, "--to", to, "--master-key", data("a").string() + ".master-key"};
  }
  [[nodiscard]] CommandResult migrate(const std::string& from, const std::string& to) const {
    return run_livecert(words(from, to));
  }
  static int status_of(Remote& remote, const std::string& action, const std::string& body) {
    const auto answer = remote.try_call(action, body);
    return answer ? answer->status : 0;
  }
};

TEST_F(Move, ARunningServiceLosesNothingAndIsLeftBehind) {
  std::vector<std::string> chains;
  {
    ServerProcess server(data("a"), {.more = {"--domains", "auto"}});
    Remote remote(server);
    chains.push_back(create(remote, pki_.upload("live.example.net")));
    ASSERT_EQ(
        status_of(remote, "BindCert", R"({"ChainID":")" + chains[0] + R"(","Domain":"live.example.net","HTTPS":true})"),
        200);
    // Uploads go on until the first one is refused; whatever was answered with 200 has to be there.
    std::jthread uploads([&] {
      Remote own(server);
      for (int i = 0; i < 100'000; ++i) {
        const auto answer =
            own.try_call("CreateCert", create_cert_body(pki_.upload("n" + std::to_string(i) + ".example.net")));
        if (!answer || answer->status != 200) return;
        chains.emplace_back(answer->result.at("ChainID").as_string());
      }
    });
    const CommandResult moved = migrate(data("a"), address_);
    EXPECT_EQ(moved.status, 0) << moved.errors;
    EXPECT_THAT(moved.output, AllOf(HasSubstr("All tables have the same rows"), HasSubstr("versions")));
    uploads.join();
    EXPECT_EQ(status_of(remote, "CreateCert", create_cert_body(pki_.upload("late.example.net"))), 500);
    EXPECT_TRUE(server.logs("was moved to postgres://livecert@"));
    EXPECT_TRUE(eventually([&] { return get(server, "/readyz").status == 503; }));
    EXPECT_THAT(get(server, "/readyz").body, HasSubstr("store-moved"));
    EXPECT_NE(describe_pem(remote, chains[0]), "") << "it still reads";
  }
  const CommandResult refused = serve("a", {});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("was moved to postgres://livecert@"));

  // On the same data directory, which keeps what is this machine's own.
  {
    ServerProcess server(data("a"), {.more = flags(false)});
    Remote remote(server);
    for (const std::string& chain : chains) EXPECT_NE(describe_pem(remote, chain), "") << chain;
    EXPECT_EQ(status_of(remote, "DeleteCert", R"({"ChainID":")" + chains[0] + R"("})"), 400) << "it is bound";
    std::vector<std::string> verify{"audit", "verify"};
    const std::vector<std::string> as_root = as_root_of(server);
    verify.insert(verify.end(), as_root.begin(), as_root.end());
    const CommandResult verified = run_livecert(verify);
    EXPECT_EQ(verified.status, 0) << verified.output << verified.errors;
    chains.push_back(create(remote, pki_.upload("after.example.net")));
  }

  const CommandResult back = migrate(address_, data("b"));
  ASSERT_EQ(back.status, 0) << back.errors;
  EXPECT_THAT(serve("a", flags(false)).errors, HasSubstr("was moved to " + data("b").string()));
  const std::vector<std::string> key{"--master-key", data("a").string() + ".master-key"};
  std::vector<std::string> verify{"verify", "--data-dir", data("b")};
  verify.insert(verify.end(), key.begin(), key.end());
  const CommandResult sound = run_livecert(verify);
  EXPECT_EQ(sound.status, 0) << sound.output << sound.errors;
  fs::copy_file(data("a") / "credentials.json", data("b") / "credentials.json");
  std::vector<std::string> more{"--domains", "auto"};
  more.insert(more.end(), key.begin(), key.end());
  ServerProcess server(data("b"), {.more = more});
  Remote remote(server);
  for (const std::string& chain : chains) EXPECT_NE(describe_pem(remote, chain), "") << chain;
  EXPECT_NE(create(remote, pki_.upload("last.example.net")), "");
}

TEST_F(Move, AKilledMoveGoesOn) {
  ServerProcess server(data("a"), {.more = {"--domains", "auto"}});
  Remote remote(server);
  for (int i = 0; i < 40; ++i) create(remote, pki_.upload("n" + std::to_string(i) + ".example.net"));
  const std::string schema = store::testing::schema_of(address_);
  // Killed at growing times, also while the source takes no writes; each attempt goes on from what is there.
  int killed = 0;
  for (int milliseconds = 20; milliseconds < 4000; milliseconds += milliseconds / 4) {
    std::vector<std::string> command{LIVECERT_BINARY};
    const std::vector<std::string> more = words(data("a"), address_);
    command.insert(command.end(), more.begin(), more.end());
    ChildProcess child(command);
    if (const auto status = child.wait(std::chrono::milliseconds(milliseconds))) {
      if (*status == 0) break;
      ADD_FAILURE() << child.errors();
      return;
    }
    child.send_signal(SIGKILL);
    static_cast<void>(child.wait(std::chrono::seconds(10)));
    ++killed;
  }
  EXPECT_GT(killed, 2);
  const CommandResult again = migrate(data("a"), address_);
  EXPECT_THAT(again.output + again.errors, testing::AnyOf(HasSubstr("already"), HasSubstr("All tables")));
  EXPECT_EQ(database_->run("SELECT count(*) FROM chains", schema), "40");
  EXPECT_EQ(database_->run("SELECT count(*) FROM settings WHERE name = 'move'", schema), "0");
  EXPECT_EQ(status_of(remote, "CreateCert", create_cert_body(pki_.upload("more.example.net"))), 500);
}

TEST_F(Move, WhatDoesNotFitIsRefusedBeforeAnythingIsMoved) {
  { ServerProcess(data("a"), {.more = {"--domains", "auto"}}).stop(); }
  EXPECT_THAT(migrate(data("a"), data("b")).errors, HasSubstr("name one of each"));
  write_file(directory_.path() / "other.key", std::string(64, 'b') + "\n");
  fs::permissions(directory_.path() / "other.key", fs::perms::owner_read | fs::perms::owner_write);
  const CommandResult other =
      run_livecert({"migrate", "--from", data("a"), "--to", address_, "--master-key", directory_.path() / "other.key"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.errors, AllOf(HasSubstr("other.key"), HasSubstr("is not the one this store was made with")));
  EXPECT_EQ(database_->run("SELECT to_regclass('chains') IS NULL", store::testing::schema_of(address_)), "t");
  std::vector<std::string> cancel = words(data("a"), address_);
  cancel.emplace_back("--cancel");
  EXPECT_THAT(run_livecert(cancel).errors, HasSubstr("is not being moved"));
}

}  // namespace
}  // namespace livecert::test

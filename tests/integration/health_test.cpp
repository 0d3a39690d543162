#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/raw_connection.h"
#include "integration/remote.h"
#include "store/sqlite/inspection.h"
#include "support/pki.h"

// A store that disappears, a full disk, a second process; and how the service reports them.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;
namespace json = boost::json;

struct Readiness {
  int status = 0;
  json::object body;
  [[nodiscard]] std::string reason() const {
    const json::array& reasons = body.at("Reasons").as_array();
    return reasons.empty() ? "" : std::string(reasons.front().at("Name").as_string());
  }
};

Readiness ask_readiness(const ServerProcess& server) {
  const RawAnswer answer = RawConnection(server.http()).ask("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
  return {answer.status, answer.status == 0 ? json::object() : json::parse(answer.body).as_object()};
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

class Health : public testing::Test {
 protected:
  [[nodiscard]] Answer upload(Remote& remote) {
    return remote.call("CreateCert", create_cert_body(pki_.upload("n" + std::to_string(++made_) + ".example.net")));
  }
  [[nodiscard]] std::vector<std::string> serve() const {
    return {"serve", "--data-dir", data_dir_.string(), "--http", "127.0.0.1:0"};
  }
  static void expect_refused(const Answer& answer) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.code(), "InternalError.DB");
  }
  // Within the promised second, and the time that a busy machine adds to it.
  static void expect_soon(const ServerProcess& server, const std::string& reason) {
    EXPECT_TRUE(eventually([&] { return ask_readiness(server).reason() == reason; }));
    EXPECT_EQ(ask_readiness(server).status, reason.empty() ? 200 : 503);
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "volume" / "data";
  const fs::path marker_ = directory_.path() / "volume" / "data.master-key.store-was-made";
  Pki pki_{base::SystemClock().now()};
  int made_ = 0;
};

TEST_F(Health, IsToldToWhoeverAsks) {
  ServerProcess server(data_dir_, {.https = true});
  RawConnection connection(server.http());
  RawAnswer answer = connection.ask("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"Status\":\"live\"}\n");
  EXPECT_EQ(answer.headers.find("Content-Type"), "application/json");
  answer = connection.ask("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"Status\":\"ready\",\"Reasons\":[]}\n");
  answer = connection.ask("POST /readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.find("Allow"), "GET, HEAD");
  EXPECT_EQ(connection.ask("GET /readyzzz HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
  const CommandResult head = run_command({"curl", "-sS", "-I", server.http_url() + "/readyz"});
  EXPECT_THAT(head.output, HasSubstr("200"));
  const CommandResult secure = run_command({"curl", "-sS", "-k", server.https_url() + "/livez"});
  EXPECT_THAT(secure.output, HasSubstr("live"));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr("readyz")));
}

TEST_F(Health, TellsThatItStops) {
  ServerProcess server(data_dir_);
  RawConnection busy(server.http());
  // The interim answer shows that the server has the head.
  EXPECT_EQ(busy.ask("GET /readyz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").status,
            100);
  server.process().send_signal(SIGTERM);
  ASSERT_TRUE(server.logs("not ready: stopping")) << server.log();
  const RawAnswer answer = busy.ask("x");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("\"stopping\""));
  EXPECT_EQ(server.process().wait(std::chrono::seconds(20)), 0);
}

using StoreGone = Health;

TEST_F(StoreGone, ARemovedDirectoryIsNoticedAndNotMadeAnew) {
  ServerProcess server(data_dir_);
  Remote remote(server);
  const std::string kept = upload(remote).text("ChainID");
  const auto before = base::SystemClock().now() - std::chrono::seconds(1);
  fs::remove_all(data_dir_);
  // It is noticed although nothing is written.
  expect_soon(server, "store-gone");
  const Readiness readiness = ask_readiness(server);
  EXPECT_EQ(readiness.body.at("Status"), "not ready");
  const json::value& reason = readiness.body.at("Reasons").at(0);
  EXPECT_GE(reason.at("Since").as_string(), base::to_rfc3339(before).c_str());
  EXPECT_NE(reason.at("Remedy").as_string(), "");
  EXPECT_THAT(json::serialize(reason), Not(HasSubstr(data_dir_.string())));
  EXPECT_TRUE(server.logs(data_dir_.string() + "/livecert.db is not there any more")) << server.log();

  for (int i = 0; i < 3; ++i) expect_refused(upload(remote));
  EXPECT_NE(describe_pem(remote, kept), "") << "what was read before can still be read";
  EXPECT_EQ(RawConnection(server.http()).ask("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_EQ(server.stop(), 0);

  const CommandResult refused = run_livecert(serve());
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr(data_dir_.string() + ".master-key"));
  EXPECT_THAT(refused.errors, HasSubstr(marker_.string()));
  EXPECT_FALSE(fs::exists(data_dir_));
  // An operator who wants a new store begins as the message says.
  fs::remove(marker_);
  const ServerProcess anew(data_dir_);
  EXPECT_EQ(Remote(anew).call("ListCertV2", "{}").result.at("Total"), 0);
}

TEST_F(StoreGone, NothingIsAcknowledgedAfterTheRemoval) {
  ServerProcess server(data_dir_);
  std::atomic<bool> removed = false;
  std::atomic<int> before = 0;
  std::atomic<int> after = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, i] {
      Remote remote(server);
      for (int k = 0; k < 1000; ++k) {
        const PemPair pair = pki_.upload("c" + std::to_string(i) + "-" + std::to_string(k) + ".example.net");
        const bool too_late = removed;
        const Answer answer = remote.call("CreateCert", create_cert_body(pair));
        if (!too_late) before += answer.status == 200 ? 1 : 0;
        if (too_late) after += answer.status == 200 ? 1 : 0;
        if (too_late && k >= 3) return;
      }
    });
  }
  EXPECT_TRUE(eventually([&] { return before >= 20; }));
  fs::remove_all(data_dir_);
  removed = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(after, 0);
}

TEST_F(StoreGone, ADirectoryThatComesBackIsWrittenToAgain) {
  const ServerProcess server(data_dir_);
  Remote remote(server);
  fs::rename(data_dir_, directory_.path() / "moved");
  expect_soon(server, "store-gone");
  expect_refused(upload(remote));
  fs::rename(directory_.path() / "moved", data_dir_);
  expect_soon(server, "");
  EXPECT_EQ(upload(remote).status, 200);
}

// For the file system it is the same file: every request failed, and the service said that it was ready.
TEST_F(StoreGone, ABackupThatIsCopiedOverItIsNoticed) {
  const fs::path backup = directory_.path() / "backup";
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    EXPECT_EQ(upload(remote).status, 200);
    EXPECT_EQ(server.stop(), 0);
    fs::copy_file(data_dir_ / "livecert.db", backup);
  }
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(upload(remote).status, 200);
    EXPECT_EQ(server.stop(), 0);  // the file that is overwritten has these writes, and not only its log
  }
  ServerProcess server(data_dir_);
  Remote remote(server);
  EXPECT_EQ(run_command({"cp", backup.string(), (data_dir_ / "livecert.db").string()}).status, 0);
  EXPECT_TRUE(eventually([&] { return ask_readiness(server).status == 503; }));
  EXPECT_NE(upload(remote).status, 200);
}

// A separate volume for the data directory, which only root can make.
class Volume : public Health {
 protected:
  void SetUp() override {
    fs::create_directory(point_);
    if (::mount("tmpfs", point_.c_str(), "tmpfs", 0, "size=4m,mode=0700") != 0) {
      GTEST_SKIP() << "mounting a volume needs root";
    }
    mounted_ = true;
  }
  void TearDown() override { unmount(); }
  void unmount() {
    if (mounted_) ::umount2(point_.c_str(), MNT_DETACH);
    mounted_ = false;
  }
  // Fills the disk, except for about this many bytes.
  void fill_up(std::size_t but) const {
    std::error_code ignored;
    const auto free = fs::space(point_, ignored).available;
    if (free > but) write_file(ballast_, std::string(free - but, 'x'));
  }

  // Also with uploads, so that the store has no room of its own left.
  void fill_up_until_refused(const ServerProcess& server, Remote& remote) {
    fill_up(64 * 1024);
    Answer answer = upload(remote);
    for (int i = 0; i < 1000 && answer.status == 200; ++i) answer = upload(remote);
    expect_refused(answer);
    expect_soon(server, "disk-full");
  }

  const fs::path point_ = directory_.path() / "volume";
  const fs::path ballast_ = point_ / "ballast";
  bool mounted_ = false;
};

TEST_F(Volume, ThatIsUnmountedIsNoticed) {
  const fs::path key = directory_.path() / "key";
  write_file(key, std::string(64, '7') + "\n");
  fs::permissions(key, fs::perms(0600));
  ServerProcess server(data_dir_, {.more = {"--master-key", key.string()}});
  Remote remote(server);
  EXPECT_EQ(upload(remote).status, 200);
  unmount();
  expect_soon(server, "store-gone");
  expect_refused(upload(remote));
  EXPECT_EQ(server.stop(), 0);
  std::vector<std::string> words = serve();
  words.insert(words.end(), {"--master-key", key.string()});
  const CommandResult refused = run_livecert(words);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("mount its volume"));
  EXPECT_TRUE(fs::is_empty(point_));
}

TEST_F(Volume, ThatIsFullIsReadAndWrittenToAgainWhenThereIsRoom) {
  ServerProcess server(data_dir_);
  Remote remote(server);
  const std::string kept = upload(remote).text("ChainID");
  fill_up_until_refused(server, remote);
  EXPECT_NE(describe_pem(remote, kept), "");
  fs::remove(ballast_);
  expect_soon(server, "");
  EXPECT_EQ(upload(remote).status, 200);
}

// What nobody waits for, such as the audit's records of refusals and sign-ins, stops nothing either. A small one may
// still fit; the others come when there is room.
TEST_F(Volume, ThatIsFullLosesNoRecordOfTheAudit) {
  ServerProcess server(data_dir_);
  Remote remote(server);
  const std::string account = remote.call("CreateAccount", R"({"AccountName":"user"})", kOwn).text("AccountId");
  const Answer key = remote.call("CreateAccessKey", R"({"AccountId":")" + account + R"("})", kOwn);
  Remote user(server, {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt});
  const std::string kept = upload(remote).text("ChainID");
  fill_up_until_refused(server, remote);
  EXPECT_EQ(user.call("ListAudit", "{}", kOwn).status, 403) << "a refusal, which is recorded";
  EXPECT_EQ(remote.call("CreateSession", "{}", kOwn).status, 200) << "a sign-in, which is recorded";
  EXPECT_NE(describe_pem(remote, kept), "") << "reading goes on";
  const auto count = [&](const std::string& kind) {
    return remote.call("ListAudit", R"({"Kind":")" + kind + R"("})", kOwn).result.at("AuditList").as_array().size();
  };
  fs::remove(ballast_);
  expect_soon(server, "");
  for (int i = 0; i < 2000 && count("sign-in") == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(count("sign-in"), 1U);
  EXPECT_EQ(count("refusal"), 1U);
  const CommandResult verified = run_livecert([&] {
    std::vector<std::string> words{"audit", "verify"};
    const auto root = as_root_of(server);
    words.insert(words.end(), root.begin(), root.end());
    return words;
  }());
  EXPECT_EQ(verified.status, 0) << verified.output << verified.errors;
}

TEST_F(Volume, ThatIsFullIsStartedOn) {
  for (const bool kill : {false, true}) {
    SCOPED_TRACE(kill ? "killed" : "stopped");
    std::string kept;
    {
      ServerProcess server(data_dir_);
      Remote remote(server);
      kept = upload(remote).text("ChainID");
      fill_up(64 * 1024);
      for (int i = 0; i < 1000 && upload(remote).status == 200; ++i) continue;
      if (kill) {
        server.kill();
      } else {
        EXPECT_EQ(server.stop(), 0);
      }
    }
    ServerProcess server(data_dir_);
    Remote remote(server);
    EXPECT_NE(describe_pem(remote, kept), "");
    expect_refused(upload(remote));
    expect_soon(server, "disk-full");
    fs::remove(ballast_);
    expect_soon(server, "");
    EXPECT_EQ(upload(remote).status, 200);
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.log(), Not(HasSubstr("backup")));
  }
}

TEST_F(Volume, ThatOthersFilledWhileItWasStoppedIsStartedOn) {
  std::string kept;
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    kept = upload(remote).text("ChainID");
    EXPECT_EQ(server.stop(), 0);
  }
  fill_up(4096);  // for addresses.json, which this test needs
  const ServerProcess server(data_dir_);
  Remote remote(server);
  EXPECT_NE(describe_pem(remote, kept), "");
  expect_refused(upload(remote));
  expect_soon(server, "disk-full");
  fs::remove(ballast_);
  expect_soon(server, "");
  EXPECT_EQ(upload(remote).status, 200);
}

TEST_F(Volume, ThatIsTooFullForABackupIsNamedByIt) {
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    EXPECT_EQ(upload(remote).status, 200);
    EXPECT_EQ(server.stop(), 0);
  }
  fill_up(64 * 1024);
  const std::string recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  const CommandResult refused =
      run_livecert({"backup", (point_ / "store.age").string(), "--recipient", recipient, "--data-dir",
                    data_dir_.string(), "--master-key", data_dir_.string() + ".master-key"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("there is no room for a backup in " + point_.string()));
  EXPECT_THAT(refused.errors, HasSubstr("Nothing was changed; make room, or name a file on another disk"));
}

// Makes format 5 again, with many more chains, so that the upgrade needs more room than any other start.
constexpr const char* kMakeFormat5 =
    "ALTER TABLE domains DROP COLUMN cert_domain; ALTER TABLE chains DROP COLUMN representative;"
    "ALTER TABLE chains DROP COLUMN current_since;"
    "ALTER TABLE receipts DROP COLUMN phase; ALTER TABLE receipts DROP COLUMN shown_since;"
    "ALTER TABLE receipts DROP COLUMN last_seen; ALTER TABLE receipts DROP COLUMN shown_until;"
    "ALTER TABLE receipts DROP COLUMN seen_by; ALTER TABLE receipts DROP COLUMN failing_since;"
    "ALTER TABLE receipts DROP COLUMN next_try; ALTER TABLE receipts DROP COLUMN is_final;"
    "ALTER TABLE receipts DROP COLUMN valid_until; ALTER TABLE receipts DROP COLUMN epoch;"
    "DROP TABLE early_ends; DROP TABLE notify_channels; DROP TABLE told; DROP TABLE master_keys;"
    "DROP TABLE audit_checkpoints; ALTER TABLE audit DROP COLUMN kind; ALTER TABLE audit DROP COLUMN detail;"
    "ALTER TABLE audit DROP COLUMN hash;"
    "DROP TABLE policies; DROP TABLE policy_attachments; DROP TABLE access_key_domains; DROP TABLE access_key_uses;"
    "ALTER TABLE access_keys DROP COLUMN expires_at;"
    "PRAGMA user_version = 5;"
    "WITH RECURSIVE number (n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM number WHERE n < 7000)"
    " INSERT INTO chains SELECT n, n, randomblob(16), account, project, '', created_at, current_version, n, not_before,"
    " not_after, NULL, NULL, n FROM number, (SELECT * FROM chains LIMIT 1)";

TEST_F(Volume, ThatIsTooFullToTakeAnOlderStoreForwardEndsTheStartAndLosesNothing) {
  std::string kept;
  {
    ServerProcess server(data_dir_);
    Remote remote(server);
    kept = upload(remote).text("ChainID");
    ASSERT_EQ(remote.call("CreateDomain", R"({"Domain":"n1.example.net","Type":"pull-flv"})").status, 200);
    const std::string bind = R"({"Domain":"n1.example.net","HTTPS":true,"ChainID":")" + kept + "\"}";
    ASSERT_EQ(remote.call("BindCert", bind).status, 200);
    EXPECT_EQ(server.stop(), 0);
  }
  ASSERT_EQ(store::testing::run_sql(data_dir_ / "livecert.db", kMakeFormat5), "");
  fill_up(256 * 1024);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const CommandResult refused = run_livecert(serve());
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("The disk is full: make room and start again; nothing is lost."));
    EXPECT_THAT(refused.errors, HasSubstr("has format 5, and this release upgrades it to format "));
  }
  fs::remove(ballast_);
  EXPECT_EQ(store::testing::run_sql(data_dir_ / "livecert.db", "PRAGMA user_version"), "5") << "all or nothing";
  const ServerProcess server(data_dir_);
  Remote remote(server);
  EXPECT_NE(describe_pem(remote, kept), "");
  const Answer domain = remote.call("DescribeDomain", R"({"DomainList":["n1.example.net"]})");
  EXPECT_EQ(domain.result.at("DomainList").at(0).at("CertDomain"), "n1.example.net");
  EXPECT_EQ(upload(remote).status, 200);
  EXPECT_THAT(server.log(), HasSubstr("the store is upgraded from format 5 to "));
  EXPECT_THAT(server.log(), HasSubstr("remove the copy of the former store, which holds the same keys: rm " +
                                      (data_dir_ / "before-upgrade-format-5-").string()));
  const CommandResult verified =
      run_livecert({"verify", "--data-dir", data_dir_.string(), "--master-key", data_dir_.string() + ".master-key"});
  EXPECT_THAT(verified.output, HasSubstr("before-upgrade-format-5-"));
}

using SecondProcess = Health;

TEST_F(SecondProcess, IsRefusedThoughTheLocksFileWasRemoved) {
  const ServerProcess server(data_dir_);
  fs::remove(data_dir_ / "lock");
  for (int i = 0; i < 2; ++i) {
    const CommandResult offline = run_livecert({"account", "list", "--offline", data_dir_.string()});
    EXPECT_EQ(offline.status, 1);
    EXPECT_THAT(offline.errors, HasSubstr("in use by another livecert"));
    const CommandResult second = run_livecert(serve());
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.errors, HasSubstr("in use by another livecert"));
  }
  EXPECT_EQ(Remote(server).call("ListAccounts", "{}", kOwn).status, 200);
  EXPECT_TRUE(fs::exists(data_dir_ / "addresses.json"));
}

using Exposed = Health;

TEST_F(Exposed, FilesEndTheStartWithTheCommandThatMendsThem) {
  {
    ServerProcess server(data_dir_);
    EXPECT_EQ(server.stop(), 0);
  }
  const std::vector<std::tuple<fs::path, unsigned, unsigned, std::string>> cases{
      {data_dir_, 0775, 0700, "chmod go-w " + data_dir_.string()},
      {data_dir_, 0702, 0700, "chmod go-w " + data_dir_.string()},
      {data_dir_ / "livecert.db", 0666, 0600, "chmod 600 " + (data_dir_ / "livecert.db").string()},
      {data_dir_ / "livecert.db", 0640, 0600, "chmod 600 " + (data_dir_ / "livecert.db").string()},
      {data_dir_ / "livecert.db-wal", 0604, 0600, "chmod 600 " + (data_dir_ / "livecert.db-wal").string()},
      {data_dir_ / "credentials.json", 0644, 0600, "chmod 600 " + (data_dir_ / "credentials.json").string()},
  };
  for (const auto& [path, wrong, right, command] : cases) {
    SCOPED_TRACE(command);
    ASSERT_EQ(::chmod(path.c_str(), wrong), 0);
    const CommandResult refused = run_livecert(serve());
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr(command));
    EXPECT_EQ(run_livecert({"account", "list", "--offline", data_dir_.string()}).status, 1);
    ASSERT_EQ(::chmod(path.c_str(), right), 0);
  }
  ASSERT_EQ(::chmod(data_dir_.c_str(), 0755), 0);
  const ServerProcess server(data_dir_);
}

}  // namespace
}  // namespace livecert::test

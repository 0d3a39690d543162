#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"
#include "store/sqlite/inspection.h"
#include "support/pki.h"

// `livecert doctor` on broken set-ups: each is named by its own check, with a command, and nothing else is.
namespace livecert::test {
namespace {

using store::testing::run_sql;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

// Facts of the machine that runs the tests, which no set-up here breaks.
const std::set<std::string> kOfTheMachine{"file-system", "clock-synchronised", "disk-room"};

std::string in_quotes(const fs::path& path) {
  return '"' + path.string() + '"';
}

// A port where nothing listens, below those of outgoing connections.
constexpr int kDeadPort = 9;

struct Told {
  int status = 0;
  std::set<std::string> checks;  // with trouble, without the machine's
  std::string text;
};

class Doctor : public testing::Test {
 protected:
  // Makes a sound store, which each test breaks.
  Doctor() {
    fs::permissions(directory_.path(), fs::perms(0755));
    fs::create_directory(keys_);
    write_file(key_, std::string(64, 'a') + "\n");
    fs::permissions(key_, fs::perms(0600));
    ServerProcess server(data_dir_, {.more = {"--master-key", key_.string()}});
    EXPECT_EQ(server.stop(), 0);
    write_config("");
  }

  void write_config(const std::string& more) const {
    write_file(config_, "data_dir = " + in_quotes(data_dir_) + "\nmaster_key = " + in_quotes(key_) + "\n" +
                            (more.find("http = ") == std::string::npos ? "http = \"127.0.0.1:0\"\n" : "") + more);
  }
  [[nodiscard]] std::string edge(const std::string& members, const std::string& name = "front") const {
    return "[[edge]]\nname = \"" + name + "\"\n" + members + "\n";
  }
  [[nodiscard]] std::string files_edge(const fs::path& folder) const {
    return edge("kind = \"files\"\ndirectory = " + in_quotes(folder));
  }
  [[nodiscard]] fs::path make_folder(const std::string& name) const {
    fs::create_directories(directory_.path() / name);
    fs::permissions(directory_.path() / name, fs::perms(0755));
    return directory_.path() / name;
  }

  [[nodiscard]] Told examine() const {
    const CommandResult result = run_livecert({"doctor", "--json", "--config", config_.string(), "--lang", "en"});
    Told told{result.status, {}, result.output + result.errors};
    boost::system::error_code failure;
    const boost::json::value parsed = boost::json::parse(result.output, failure);
    EXPECT_FALSE(failure) << told.text;
    if (failure) return told;
    std::int64_t troubles = 0;
    const std::string page = read_file(fs::path(LIVECERT_DOCS) / "doctor.md");
    for (const boost::json::value& check : parsed.at("Checks").as_array()) {
      const std::string grade(check.at("Grade").as_string());
      if (grade != "warning" && grade != "error") continue;
      ++troubles;
      EXPECT_NE(check.at("Command").as_string(), "") << check.at("Text");
      const std::string name(check.at("Check").as_string());
      EXPECT_THAT(page, HasSubstr("| `" + name + "` |"));
      if (!kOfTheMachine.contains(name)) told.checks.insert(name);
    }
    EXPECT_EQ(parsed.at("Findings").as_int64(), troubles);
    EXPECT_EQ(told.status, troubles == 0 ? 0 : 2) << told.text;
    return told;
  }
  // Nothing but this is wrong; `besides` may be, where one fault brings another.
  void expect_named(const std::string& check, const std::set<std::string>& besides = {}) const {
    Told told = examine();
    EXPECT_THAT(told.checks, Contains(check)) << told.text;
    told.checks.erase(check);
    for (const std::string& other : besides) told.checks.erase(other);
    EXPECT_EQ(told.checks, std::set<std::string>()) << told.text;
  }

  // The service's user is another one than the test's, as with the package. Only root can do that.
  [[nodiscard]] bool give_to_nobody() const {
    if (::geteuid() != 0) return false;
    EXPECT_EQ(run_command({"chown", "-R", "nobody:nogroup", data_dir_.string()}).status, 0);
    fs::permissions(data_dir_.parent_path(), fs::perms(0755));
    fs::permissions(data_dir_, fs::perms(0711));
    return true;
  }
  void break_store(const std::string& sql) const {
    run_sql(data_dir_ / "livecert.db", "PRAGMA foreign_keys = OFF");
    run_sql(data_dir_ / "livecert.db", sql);
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "state" / "data";
  const fs::path keys_ = directory_.path() / "keys";
  const fs::path key_ = keys_ / "master.key";
  const fs::path config_ = directory_.path() / "livecert.toml";
};

TEST_F(Doctor, FindsNothingInASoundStore) {
  EXPECT_EQ(examine().checks, std::set<std::string>());
  write_config(files_edge(make_folder("edge")));
  EXPECT_EQ(examine().checks, std::set<std::string>());
}

TEST_F(Doctor, FindsNothingWhileTheServiceRunsAndChangesNothing) {
  const ServerProcess server(data_dir_, {.more = {"--config", config_.string()}});
  const Told told = examine();
  EXPECT_EQ(told.checks, std::set<std::string>()) << told.text;
  EXPECT_THAT(told.text, HasSubstr("the service is ready"));
}

TEST_F(Doctor, FindsNothingWhenAnotherUserRunsTheService) {
  if (!give_to_nobody()) GTEST_SKIP() << "only root can give files away";
  const fs::path folder = make_folder("edge");
  EXPECT_EQ(run_command({"chown", "nobody", folder.string()}).status, 0);
  write_config(files_edge(folder));
  EXPECT_EQ(examine().checks, std::set<std::string>());
}

TEST_F(Doctor, PrintsTheCommandBelowEachFinding) {
  fs::permissions(data_dir_, fs::perms(0770));
  const CommandResult told = run_livecert({"doctor", "--config", config_.string(), "--lang", "en"});
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.output, HasSubstr("error    data-directory-mode: "));
  EXPECT_THAT(told.output, HasSubstr("→ chmod go-w " + data_dir_.string() + "\n"));
}

TEST_F(Doctor, NamesAConfigurationThatCannotBeRead) {
  write_config("no_such_setting = 1\n");
  expect_named("configuration");
}

TEST_F(Doctor, NamesADataDirectoryThatTheServicesUserMayNotWrite) {
  if (!give_to_nobody()) GTEST_SKIP() << "only root can give files away";
  fs::permissions(data_dir_, fs::perms(0511));
  expect_named("data-directory");
}

TEST_F(Doctor, NamesADataDirectoryThatOthersWrite) {
  fs::permissions(data_dir_, fs::perms(0770));
  expect_named("data-directory-mode");
}

TEST_F(Doctor, NamesAStoreThatIsLost) {
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(data_dir_ / (std::string("livecert.db") + suffix));
  expect_named("store-lost");
}

TEST_F(Doctor, NamesAStoreThatOthersRead) {
  fs::permissions(data_dir_ / "livecert.db", fs::perms(0644));
  expect_named("store-mode");
}

TEST_F(Doctor, NamesCredentialsThatOthersRead) {
  fs::permissions(data_dir_ / "credentials.json", fs::perms(0644));
  expect_named("credentials-mode");
}

TEST_F(Doctor, NamesAFileThatIsNoStore) {
  write_file(data_dir_ / "livecert.db", std::string(8192, 'x'));
  expect_named("store-file");
}

TEST_F(Doctor, NamesAStoreWithoutItsLog) {
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(data_dir_ / (std::string("livecert.db") + suffix));
  expect_named("store-log");
}

TEST_F(Doctor, NamesAMasterKeyThatIsMissing) {
  fs::remove(key_);
  expect_named("master-key");
}

TEST_F(Doctor, NamesAMasterKeyThatIsNone) {
  write_file(key_, "not a key\n");
  expect_named("master-key-form");
}

TEST_F(Doctor, NamesAMasterKeyThatOthersRead) {
  fs::permissions(key_, fs::perms(0644));
  expect_named("master-key-mode");
}

TEST_F(Doctor, NamesAMasterKeyOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  EXPECT_EQ(run_command({"chown", "daemon", key_.string()}).status, 0);
  expect_named("master-key-owner");
}

TEST_F(Doctor, NamesTheMasterKeyOfAnotherStore) {
  write_file(key_, std::string(64, 'b') + "\n");
  expect_named("master-key-other");
}

TEST_F(Doctor, NamesAMasterKeyBesideItsData) {
  const fs::path beside = directory_.path() / "state" / "key";
  fs::rename(key_, beside);
  write_file(config_, "data_dir = " + in_quotes(data_dir_) +
                          "\nhttp = \"127.0.0.1:0\"\nmaster_key = " + in_quotes(beside) + "\n");
  expect_named("master-key-place");
}

TEST_F(Doctor, NamesAClockBehindTheStore) {
  {
    ServerProcess server(data_dir_, {.more = {"--config", config_.string()}});
    const Pki pki(base::SystemClock().now());
    EXPECT_EQ(Remote(server).call("CreateCert", create_cert_body(pki.upload())).status, 200);
    EXPECT_EQ(server.stop(), 0);
  }
  break_store("UPDATE versions SET id = id * 2 / 1.5");
  expect_named("clock", {"store-log"});
}

TEST_F(Doctor, NamesAFileSystemInMemory) {
  if (::access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "there is no /dev/shm";
  write_file(config_,
             "data_dir = \"/dev/shm/livecert-doctor/data\"\nhttp = \"127.0.0.1:0\"\ninit = true\nmaster_key = " +
                 in_quotes(key_) + "\n");
  fs::remove(keys_ / "master.key.store-was-made");
  EXPECT_THAT(examine().text, HasSubstr("is on tmpfs"));
}

TEST_F(Doctor, NamesRootsThatCannotBeRead) {
  write_config("trust = \"/nowhere/roots.pem\"\n");
  expect_named("trust");
}

TEST_F(Doctor, NamesAnEdgeWhoseFolderIsMissing) {
  write_config(files_edge("/nowhere/edge"));
  expect_named("edge-folder");
}

TEST_F(Doctor, NamesAnEdgeWhoseFolderOthersWrite) {
  const fs::path folder = make_folder("edge");
  fs::permissions(folder, fs::perms(0777));
  write_config(files_edge(folder));
  expect_named("edge-folder");
}

TEST_F(Doctor, NamesAnEdgeWhoseFolderTheServicesUserMayNotWrite) {
  if (!give_to_nobody()) GTEST_SKIP() << "only root can give files away";
  write_config(files_edge(make_folder("edge")));
  expect_named("edge-folder-write");
}

TEST_F(Doctor, NamesTwoEdgesInOneFolder) {
  const fs::path folder = make_folder("edge");
  write_config(files_edge(folder) + edge("kind = \"files\"\ndirectory = " + in_quotes(folder), "back"));
  expect_named("edge-definition");
}

TEST_F(Doctor, NamesTheFolderOfAnotherStore) {
  const fs::path folder = make_folder("edge");
  write_file(folder / ".livecert-store", "0123456789abcdef\n");
  write_config(files_edge(folder));
  expect_named("edge-store");
}

TEST_F(Doctor, NamesAnOwnerAndAGroupThatOnlyRootCanGive) {
  if (!give_to_nobody()) GTEST_SKIP() << "only root can give files away";
  const fs::path folder = make_folder("edge");
  EXPECT_EQ(run_command({"chown", "nobody", folder.string()}).status, 0);
  write_config(files_edge(folder) + "owner = \"daemon\"\n");
  expect_named("edge-owner");
  write_config(files_edge(folder) + "group = \"daemon\"\n");
  expect_named("edge-group");
}

TEST_F(Doctor, NamesAnAddedEdgeOutsideTheRoots) {
  break_store("INSERT INTO edges (name, definition) VALUES ('web', 'name=web\nkind=files\ndirectory=/nowhere/web\n')");
  expect_named("edge-refused", {"store-log"});
}

TEST_F(Doctor, NamesASocketThatDoesNotAnswer) {
  write_config(edge("kind = \"haproxy\"\ndirectory = " + in_quotes(make_folder("edge")) +
                    "\nsocket = " + in_quotes(directory_.path() / "no.sock")));
  expect_named("haproxy-socket");
}

TEST_F(Doctor, NamesAnAddressWhereNothingListens) {
  write_config(files_edge(make_folder("edge")) + "listen = \"127.0.0.1:" + std::to_string(kDeadPort) + "\"\n");
  expect_named("edge-listen");
}

TEST_F(Doctor, NamesAListenerThatShowsSomethingElse) {
  const ServerProcess other(directory_.path() / "other", {.https = true});
  ServerProcess server(data_dir_, {.more = {"--config", config_.string(), "--domains", "auto"}});
  const Pki pki(base::SystemClock().now());
  Remote remote(server);
  const Answer made = remote.call("CreateCert", create_cert_body(pki.upload()));
  ASSERT_EQ(made.status, 200);
  ASSERT_EQ(
      remote
          .call("BindCert", R"({"ChainID":")" + made.text("ChainID") + R"(","Domain":"live.example.net","HTTPS":true})")
          .status,
      200);
  EXPECT_EQ(server.stop(), 0);
  write_config(files_edge(make_folder("edge")) + "listen = \"" + other.https() + "\"\n");
  expect_named("edge-shows");
}

TEST_F(Doctor, NamesTheHolderOfAPortThatIsTaken) {
  ServerProcess other(directory_.path() / "other");
  write_config("http = \"" + other.http() + "\"\n");
  expect_named("address-taken");
  const Told told = examine();
  EXPECT_THAT(told.text, HasSubstr("livecert (" + std::to_string(other.process().id()) + ")"));
  EXPECT_THAT(told.text, HasSubstr("kill " + std::to_string(other.process().id())));
}

TEST_F(Doctor, NamesAnAddressThatTwoListenersHave) {
  write_config("http = \"127.0.0.1:18431\"\nadmin = \"127.0.0.1:18431\"\n");
  expect_named("address-twice", {"address-taken"});
}

TEST_F(Doctor, NamesAnAddressThatIsNotThisMachines) {
  write_config("http = \"192.0.2.1:8080\"\ninsecure_http = true\n");
  expect_named("address-refused");
}

TEST_F(Doctor, NamesARunningServiceWithTooFewDescriptors) {
  ServerProcess server(data_dir_, {.more = {"--config", config_.string()}, .wrapper = {"prlimit", "--nofile=512:512"}});
  expect_named("descriptors");
}

TEST_F(Doctor, NamesAServiceThatDoesNotAnswer) {
  ServerProcess server(data_dir_, {.more = {"--config", config_.string()}});
  server.process().send_signal(SIGSTOP);
  expect_named("service");
  server.process().send_signal(SIGCONT);
}

TEST_F(Doctor, NamesACertificateOfItsOwnThatIsDamaged) {
  {
    ServerProcess server(data_dir_, {.more = {"--config", config_.string()}, .https = true});
    EXPECT_EQ(server.stop(), 0);
  }
  write_config("https = \"127.0.0.1:0\"\n");
  EXPECT_EQ(examine().checks, std::set<std::string>());
  break_store("UPDATE settings SET value = x'00' WHERE name = 'tls certificate'");
  expect_named("own-certificate", {"store-log"});
}

TEST_F(Doctor, NamesAnOwnDomainWithoutACertificate) {
  write_config("https = \"127.0.0.1:0\"\nown_domain = \"certs.example.net\"\n");
  expect_named("own-domain");
}

TEST_F(Doctor, NamesABackupThatIsOldAndAnOldStoreWithoutOne) {
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24 * 30);
  fs::last_write_time(data_dir_ / "store-was-made", long_ago);
  expect_named("backup");
  const CommandResult made =
      run_livecert({"backup", (directory_.path() / "backup.age").string(), "--config", config_.string(), "--recipient",
                    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"});
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_EQ(examine().checks, std::set<std::string>());
  fs::last_write_time(data_dir_ / "last-backup", long_ago);
  expect_named("backup");
}

TEST_F(Doctor, NamesFormerStoresWhoseKeysLieAboutForLong) {
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24 * 31);
  const fs::path copy = data_dir_ / "before-upgrade-format-5-20260101T000000Z.db";
  const fs::path aside = data_dir_ / "before-restore-20260101T000000Z";
  write_file(copy, "x");
  fs::create_directory(aside);
  EXPECT_EQ(examine().checks, std::set<std::string>()) << "they are young";
  fs::last_write_time(copy, long_ago);
  expect_named("former-store");
  fs::remove(copy);
  fs::last_write_time(aside, long_ago);
  expect_named("former-store");
}

// A process that calls itself nginx, reads that configuration by its command line, and runs as another user.
class FakeNginx {
 public:
  FakeNginx(const fs::path& folder, const fs::path& configuration) {
    write_file(folder / "nginx", "#!/bin/sh\nwhile :; do sleep 1; done\n");
    fs::permissions(folder / "nginx", fs::perms(0755));
    process_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        "setpriv", "--reuid=65534", "--clear-groups", "--regid=65534", folder / "nginx", "-c", configuration});
    const fs::path comm = "/proc/" + std::to_string(process_->id()) + "/comm";
    for (int i = 0; i < 1000 && read_file(comm) != "nginx\n"; ++i) ::usleep(10'000);
    EXPECT_EQ(read_file(comm), "nginx\n");
  }

 private:
  std::unique_ptr<ChildProcess> process_;
};

TEST_F(Doctor, NamesFilesThatTheServersUserMayNotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can run a server as another user";
  const fs::path folder = make_folder("edge");
  write_file(directory_.path() / "nginx.conf",
             "http { include " + folder.string() +
                 "/livecert.map.conf; server { ssl_certificate $livecert_certificate; "
                 "ssl_certificate_key $livecert_certificate; } }\n");
  const FakeNginx nginx(make_folder("bin"), directory_.path() / "nginx.conf");
  write_config(edge("kind = \"nginx\"\ndirectory = " + in_quotes(folder)));
  expect_named("edge-readers");
  EXPECT_THAT(examine().text, Not(HasSubstr("usermod"))) << "nobody joins root's group because of a certificate";
  write_config(edge("kind = \"nginx\"\ngroup = \"daemon\"\nmode = \"0640\"\ndirectory = " + in_quotes(folder)));
  EXPECT_THAT(examine().text, HasSubstr("usermod -a -G daemon"));
}

TEST_F(Doctor, NamesAMapThatNoNginxIncludes) {
  write_config(edge("kind = \"nginx\"\ndirectory = " + in_quotes(make_folder("edge"))));
  write_file(directory_.path() / "nginx.conf", "http { }\n");
  if (::geteuid() != 0) GTEST_SKIP() << "only root can run a server as another user";
  const FakeNginx nginx(make_folder("bin"), directory_.path() / "nginx.conf");
  expect_named("nginx-include", {"edge-readers"});
}

class DoctorHaproxy : public Doctor {
 protected:
  void start(const std::string& level, const std::string& crt_list) {
    const fs::path folder = make_folder("haproxy");
    write_file(crt_list, "");
    write_file(directory_.path() / "haproxy.cfg",
               "global\n  stats socket " + socket_.string() + " mode 600 level " + level +
                   "\ndefaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n" +
                   "frontend https\n  bind unix@" + (directory_.path() / "front.sock").string() +
                   " ssl strict-sni crt-list " + crt_list + "\n");
    haproxy_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{"haproxy", "-db", "-f", (directory_.path() / "haproxy.cfg").string()});
    for (int i = 0; i < 1000 && !fs::exists(socket_); ++i) ::usleep(10'000);
    ASSERT_TRUE(fs::exists(socket_)) << haproxy_->errors();
    write_config(edge("kind = \"haproxy\"\ndirectory = " + in_quotes(folder) + "\nsocket = " + in_quotes(socket_)));
  }

  const fs::path socket_ = directory_.path() / "haproxy.sock";
  std::unique_ptr<ChildProcess> haproxy_;
};

TEST_F(DoctorHaproxy, IsGoodWithTheLevelAndTheList) {
  start("admin", (make_folder("haproxy") / "crt-list").string());
  EXPECT_EQ(examine().checks, std::set<std::string>());
}

TEST_F(DoctorHaproxy, NamesASocketWithoutTheLevel) {
  start("user", (make_folder("haproxy") / "crt-list").string());
  expect_named("haproxy-level");
}

TEST_F(DoctorHaproxy, NamesAListUnderAnotherPath) {
  start("admin", (make_folder("elsewhere") / "crt-list").string());
  expect_named("haproxy-crt-list");
}

}  // namespace
}  // namespace livecert::test

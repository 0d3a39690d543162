#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <sys/file.h>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/owned_descriptor.h"
#include "base/time.h"
#include "integration/remote.h"
#include "store/sqlite/inspection.h"
#include "support/pki.h"

// Backups of the real program: made while it serves, restored elsewhere, and the refusals.
namespace livecert::test {
namespace {

using store::testing::run_sql;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

// `age-keygen` made these for this test only.
constexpr const char* kRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
constexpr const char* kIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n";

class Backup : public testing::Test {
 protected:
  Backup() {
    write_file(identity_, kIdentity);
    fs::permissions(identity_, fs::perms(0600));
  }
  // As many chains as asked for, and a domain that is bound to the first; their PEM by ChainID.
  void fill(const ServerProcess& server, int count) {
    Remote remote(server);
    for (int i = 0; i < count; ++i) {
      const PemPair pair = pki_.upload();
      const Answer answer = remote.call("CreateCert", create_cert_body(pair));
      ASSERT_EQ(answer.status, 200);
      stored_[answer.text("ChainID")] = pair.certificates;
    }
    credentials_ = read_file(server.credentials_file());
  }
  [[nodiscard]] CommandResult run(std::vector<std::string> words, const fs::path& data_dir) const {
    words.insert(words.end(),
                 {"--lang", "en", "--data-dir", data_dir.string(), "--master-key", data_dir.string() + ".master-key"});
    return run_livecert(std::move(words));
  }
  [[nodiscard]] CommandResult backup(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"backup", file_.string(), "--recipient", kRecipient};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words), data_dir_);
  }
  [[nodiscard]] CommandResult restore(const fs::path& to, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"restore", file_.string(), "--identity", identity_.string()};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words), to);
  }
  void expect_serves_all(const fs::path& data_dir) const {
    write_file(data_dir / "credentials.json", credentials_);
    fs::permissions(data_dir / "credentials.json", fs::perms(0600));
    ServerProcess server(data_dir);
    Remote remote(server);
    for (const auto& [chain, pem] : stored_) EXPECT_EQ(describe_pem(remote, chain), pem) << chain;
    EXPECT_EQ(server.stop(), 0);
  }

  // Each pair is a fault, as SQL, and words that `verify` then says of it.
  void expect_named(const std::vector<std::pair<std::string, std::string>>& faults) const {
    const fs::path database = data_dir_ / "livecert.db";
    const fs::path whole = directory_.path() / "whole";
    fs::create_directory(whole);
    store::testing::copy_store(data_dir_, whole);
    EXPECT_EQ(run({"verify"}, data_dir_).status, 0);
    for (const auto& [sql, words] : faults) {
      run_sql(database, "PRAGMA foreign_keys = OFF");
      run_sql(database, sql);
      const CommandResult told = run({"verify"}, data_dir_);
      EXPECT_EQ(told.status, 1) << sql;
      EXPECT_THAT(told.output, HasSubstr(words)) << sql;
      for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(database.string() + suffix);
      store::testing::copy_store(whole, data_dir_);
    }
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "data";
  const fs::path elsewhere_ = directory_.path() / "elsewhere";
  const fs::path identity_ = directory_.path() / "identity";
  const fs::path file_ = directory_.path() / "backup.age";
  const Pki pki_{base::SystemClock().now()};
  std::map<std::string, std::string> stored_;
  std::string credentials_;
};

// The drill: a machine burns, and another one serves what was acknowledged before the backup.
TEST_F(Backup, MadeWhileTheServiceWorksIsServedElsewhere) {
  {
    ServerProcess server(data_dir_);
    fill(server, 3);
    std::atomic<bool> is_over = false;
    std::thread busy([&] {
      Remote remote(server);
      for (int i = 0; !is_over; ++i) {
        if (!remote.try_call("CreateAccount", R"({"AccountName":"a)" + std::to_string(i) + R"("})", kOwn)) break;
      }
    });
    const CommandResult made = backup();
    is_over = true;
    busy.join();
    EXPECT_EQ(made.status, 0) << made.errors;
    EXPECT_THAT(made.output, HasSubstr("3 certificates with 3 versions"));
    server.kill();
  }
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
  fs::remove_all(data_dir_);
  fs::remove(directory_.path() / "data.master-key");

  const CommandResult restored = restore(elsewhere_);
  EXPECT_EQ(restored.status, 0) << restored.errors;
  EXPECT_THAT(restored.output, HasSubstr("restored into " + elsewhere_.string()));
  const CommandResult verified = run({"verify"}, elsewhere_);
  EXPECT_EQ(verified.status, 0) << verified.output << verified.errors;
  EXPECT_THAT(verified.output, HasSubstr("everything is in order"));
  expect_serves_all(elsewhere_);
}

// The programs age and tar are enough to read it.
TEST_F(Backup, OpensWithAgeAndTar) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path folder = directory_.path() / "unpacked";
  fs::create_directory(folder);
  const CommandResult opened = run_command(
      {"sh", "-c", "age -d -i " + identity_.string() + " " + file_.string() + " | tar -C " + folder.string() + " -x"});
  ASSERT_EQ(opened.status, 0) << opened.errors;
  EXPECT_EQ(read_file(folder / "master.key"), read_file(data_dir_.string() + ".master-key"));
  EXPECT_THAT(read_file(folder / "manifest.json"), HasSubstr("\"chains\":1"));
  EXPECT_EQ(run_sql(folder / "livecert.db", "SELECT count(*) FROM chains"), "1");
}

TEST_F(Backup, ARehearsalChangesNothing) {
  {
    ServerProcess server(data_dir_);
    fill(server, 2);
    EXPECT_EQ(backup().status, 0);
    // While the service runs, too.
    const CommandResult rehearsed = restore(data_dir_, {"--rehearse"});
    EXPECT_EQ(rehearsed.status, 0) << rehearsed.errors;
    EXPECT_THAT(rehearsed.output, HasSubstr("a service started on it; nothing was changed"));
    EXPECT_THAT(rehearsed.output, HasSubstr("has 2 certificates"));
    EXPECT_EQ(server.stop(), 0);
  }
  for (const auto& entry : fs::directory_iterator(data_dir_)) {
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("livecert-backup"))) << entry.path();
  }
  expect_serves_all(data_dir_);
}

// On the machine that has the identity there is no service, and its user may not make a data directory.
TEST_F(Backup, ARehearsalNeedsNoDataDirectoryAndMakesNone) {
  {
    ServerProcess server(data_dir_);
    fill(server, 2);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path temporary = directory_.path() / "temporary";
  fs::create_directory(temporary);
  const CommandResult rehearsed = run_livecert({"restore", file_.string(), "--identity", identity_.string(),
                                                "--rehearse", "--lang", "en", "--data-dir", elsewhere_.string()},
                                               {{"TMPDIR", temporary.string()}});
  EXPECT_EQ(rehearsed.status, 0) << rehearsed.errors;
  EXPECT_THAT(rehearsed.output, HasSubstr("2 certificates"));
  EXPECT_THAT(rehearsed.output, HasSubstr("nothing was changed"));
  EXPECT_FALSE(fs::exists(elsewhere_));
  EXPECT_TRUE(fs::is_empty(temporary));
}

TEST_F(Backup, ThatHoldsAFileTwiceIsRefused) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path folder = directory_.path() / "unpacked";
  fs::create_directory(folder);
  const CommandResult repeated = run_command(
      {"sh", "-ec",
       "age -d -i " + identity_.string() + " " + file_.string() + " | tar -C " + folder.string() + " -x; cd " +
           folder.string() + "; tar --format=ustar -cf all manifest.json; tar -rf all manifest.json; " +
           "tar -rf all livecert.db master.key; age -r " + kRecipient + " -o again.age all"});
  ASSERT_EQ(repeated.status, 0) << repeated.errors;
  fs::rename(folder / "again.age", file_);
  EXPECT_THAT(restore(elsewhere_).errors, HasSubstr("holds the file manifest.json twice"));
}

TEST_F(Backup, IsNotRestoredOverAStoreThatIsThereUnlessToldAndThenKeepsIt) {
  ServerProcess server(data_dir_);
  fill(server, 1);
  EXPECT_EQ(backup().status, 0);
  EXPECT_THAT(restore(data_dir_, {"--replace"}).errors, HasSubstr("is in use by another livecert"));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(restore(data_dir_).errors, HasSubstr("--replace moves it aside"));
  expect_serves_all(data_dir_);
  const CommandResult restored = restore(data_dir_, {"--replace"});
  EXPECT_EQ(restored.status, 0) << restored.errors;
  EXPECT_THAT(restored.output, HasSubstr("before-restore-"));
  expect_serves_all(data_dir_);
}

// A log that was kept after a failure of the disk belongs to the store that is moved away. Played onto the restored
// one, it would make a state that never was.
TEST_F(Backup, IsRestoredWithoutAnyFileOfTheFormerStore) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    server.kill();
  }
  const auto backed_up = stored_;
  {
    ServerProcess server(data_dir_);
    fill(server, 2);
    server.kill();
  }
  fs::create_hard_link(data_dir_ / "livecert.db-wal", data_dir_ / "sync-failed");
  write_file(data_dir_ / "livecert.db-journal", "");
  const CommandResult restored = restore(data_dir_, {"--replace"});
  ASSERT_EQ(restored.status, 0) << restored.errors;
  fs::path former;
  for (const auto& entry : fs::directory_iterator(data_dir_)) {
    if (entry.is_directory()) former = entry.path();
  }
  EXPECT_GT(fs::file_size(former / "sync-failed"), 0U);
  EXPECT_FALSE(fs::exists(data_dir_ / "sync-failed"));
  EXPECT_FALSE(fs::exists(data_dir_ / "livecert.db-journal"));
  EXPECT_THAT(run({"verify"}, data_dir_).output, HasSubstr(": 1 certificates"));
  const auto all = std::exchange(stored_, backed_up);
  expect_serves_all(data_dir_);

  // The former store is whole, too.
  for (const auto& entry : fs::directory_iterator(data_dir_)) {
    if (entry.is_regular_file() && entry.path().filename() != "store-was-made") fs::remove(entry.path());
  }
  for (const auto& entry : fs::directory_iterator(former)) {
    fs::rename(entry.path(), data_dir_ / entry.path().filename());
  }
  stored_ = all;
  expect_serves_all(data_dir_);
}

TEST_F(Backup, IsNotRestoredBesideAKeptLogUnlessTold) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  for (const char* name : {"livecert.db-wal", "livecert.db-shm", "livecert.db-journal", "sync-failed",
                           "sync-failed.new", "sync-failed.database"}) {
    fs::remove_all(elsewhere_);
    fs::create_directory(elsewhere_);
    fs::permissions(elsewhere_, fs::perms(0700));
    write_file(elsewhere_ / name, "");
    fs::permissions(elsewhere_ / name, fs::perms(0600));
    EXPECT_THAT(restore(elsewhere_).errors, HasSubstr("--replace moves it aside")) << name;
  }
}

// An acknowledged certificate would be missing from what they read, and a backup without it would look whole.
TEST_F(Backup, AStoreWhoseLogIsOnlyKeptIsNotRead) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    server.kill();
  }
  fs::rename(data_dir_ / "livecert.db-wal", data_dir_ / "sync-failed");
  fs::remove(data_dir_ / "livecert.db-shm");
  const std::string words = "holds the log " + (data_dir_ / "sync-failed").string();
  const CommandResult verified = run({"verify"}, data_dir_);
  EXPECT_EQ(verified.status, 1);
  EXPECT_THAT(verified.errors, HasSubstr(words));
  const CommandResult checked = run({"serve", "--check", "--http", "127.0.0.1:0"}, data_dir_);
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.output, HasSubstr(words));
  const CommandResult made = backup();
  EXPECT_EQ(made.status, 1);
  EXPECT_THAT(made.errors, HasSubstr(words));
  EXPECT_FALSE(fs::exists(file_));
  // As the message says.
  fs::rename(data_dir_ / "sync-failed", data_dir_ / "livecert.db-wal");
  EXPECT_EQ(backup().status, 0);
  expect_serves_all(data_dir_);
}

TEST_F(Backup, DoesNotReplaceAnotherMasterKey) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path key = elsewhere_.string() + ".master-key";
  write_file(key, std::string(64, '5') + "\n");
  fs::permissions(key, fs::perms(0600));
  EXPECT_THAT(restore(elsewhere_).errors, HasSubstr("is not the backup's"));
  EXPECT_FALSE(fs::exists(elsewhere_ / "livecert.db"));
  EXPECT_EQ(read_file(key), std::string(64, '5') + "\n");
}

TEST_F(Backup, WithoutTheMasterKeyNeedsIt) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup({"--without-master-key"}).status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  EXPECT_THAT(restore(elsewhere_).errors, HasSubstr("master key file"));
  fs::copy_file(data_dir_.string() + ".master-key", elsewhere_.string() + ".master-key");
  EXPECT_EQ(restore(elsewhere_).status, 0);
  expect_serves_all(elsewhere_);
}

TEST_F(Backup, ThatWasChangedOrCutIsRefusedBeforeAnythingIsReplaced) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  const std::string whole = read_file(file_);
  for (const std::size_t at : {std::size_t{30}, whole.size() / 2, whole.size() - 1}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_file(file_, changed);
    EXPECT_EQ(restore(elsewhere_).status, 1) << at;
    write_file(file_, whole.substr(0, at));
    EXPECT_EQ(restore(elsewhere_).status, 1) << at;
  }
  EXPECT_FALSE(fs::exists(elsewhere_ / "livecert.db"));
  EXPECT_FALSE(fs::exists(elsewhere_.string() + ".master-key"));
}

TEST_F(Backup, IsSealedToAPassPhraseOrRefused) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(server.stop(), 0);
  }
  EXPECT_THAT(run({"backup", file_.string()}, data_dir_).errors, HasSubstr("is always sealed"));
  const std::string phrase = directory_.path() / "phrase";
  write_file(phrase, "short\n");
  fs::permissions(phrase, fs::perms(0600));
  EXPECT_THAT(run({"backup", file_.string(), "--passphrase-file", phrase}, data_dir_).errors, HasSubstr("twelve"));
  write_file(phrase, "correct horse battery\n");
  EXPECT_EQ(run({"backup", file_.string(), "--passphrase-file", phrase}, data_dir_).status, 0);
  EXPECT_THAT(restore(elsewhere_).errors, HasSubstr("not sealed to any of these keys"));
  EXPECT_EQ(run({"restore", file_.string(), "--passphrase-file", phrase}, elsewhere_).status, 0);
  expect_serves_all(elsewhere_);
}

TEST_F(Backup, OfADirectoryKeepsTheNewest) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path folder = directory_.path() / "backups";
  fs::create_directory(folder);
  write_file(folder / "livecert-20200101T000000Z.age", "old");
  write_file(folder / "livecert-20210101T000000Z.age", "old");
  write_file(folder / "mine.age", "somebody's");
  EXPECT_EQ(run({"backup", folder.string(), "--recipient", kRecipient, "--keep", "2"}, data_dir_).status, 0);
  EXPECT_FALSE(fs::exists(folder / "livecert-20200101T000000Z.age"));
  EXPECT_TRUE(fs::exists(folder / "livecert-20210101T000000Z.age"));
  EXPECT_TRUE(fs::exists(folder / "mine.age"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 3);
}

TEST_F(Backup, AStoreThatWasCopiedWithoutItsLogIsNoticed) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
    EXPECT_EQ(backup().status, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  fs::create_directory(elsewhere_);
  fs::permissions(elsewhere_, fs::perms(0700));
  fs::copy_file(data_dir_ / "livecert.db", elsewhere_ / "livecert.db");
  fs::copy_file(data_dir_.string() + ".master-key", elsewhere_.string() + ".master-key");
  // The commands that only look say so too, and leave everything as it is for the start.
  const std::string words = "came without its log";
  EXPECT_THAT(run({"verify"}, elsewhere_).output, HasSubstr(words));
  EXPECT_THAT(run({"serve", "--check", "--http", "127.0.0.1:0"}, elsewhere_).output, HasSubstr(words));
  fs::rename(file_, directory_.path() / "first.age");
  EXPECT_THAT(run({"backup", file_.string(), "--recipient", kRecipient}, elsewhere_).errors, HasSubstr(words));
  fs::rename(directory_.path() / "first.age", file_);
  // The note of the backup is for the doctor.
  EXPECT_TRUE(fs::remove(elsewhere_ / "last-backup"));
  EXPECT_EQ(std::distance(fs::directory_iterator(elsewhere_), fs::directory_iterator()), 1) << "livecert.db alone";
  ServerProcess copied(elsewhere_);
  EXPECT_TRUE(copied.logs("copied alone while a service used it")) << copied.log();
  EXPECT_EQ(copied.stop(), 0);

  const fs::path third = directory_.path() / "third";
  EXPECT_EQ(restore(third).status, 0);
  for (const fs::path& whole : {data_dir_, third}) {
    ServerProcess server(whole);
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.log(), Not(HasSubstr("copied alone")));
  }
}

// Makes of a store the one that the release with that format would have written.
void take_back(const fs::path& database, int format) {
  const fs::path old = database.string() + ".old";
  run_sql(old, read_file(LIVECERT_STORES "/version_" + std::to_string(format) + ".sql"));
  const std::string attach = "ATTACH '" + database.string() + "' AS real;";
  const std::string script = run_sql(
      old,
      attach +
          "SELECT group_concat('DELETE FROM main.' || name || '; INSERT INTO main.' || name || ' (' || more || names"
          " || ') SELECT ' || value || names || ' FROM real.' || name, '; ') FROM (SELECT t.name,"
          " iif(p.name IS NULL, '', 'content_prefix, ') AS more,"
          " iif(p.name IS NULL, '', '(content_key & 16777215) << 40, ') AS value, (SELECT group_concat(n.name)"
          " FROM pragma_table_info(t.name, 'main') AS n JOIN pragma_table_info(t.name, 'real') USING (name))"
          " AS names FROM main.sqlite_schema AS t LEFT JOIN pragma_table_info(t.name, 'main') AS p"
          " ON p.name = 'content_prefix' WHERE t.type = 'table')");
  ASSERT_THAT(script, HasSubstr("INSERT INTO main.versions"));
  ASSERT_EQ(run_sql(old, attach + script), "");
  ASSERT_EQ(run_sql(old, "PRAGMA user_version"), std::to_string(format));
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(database.string() + suffix);
  fs::rename(old, database);
  fs::permissions(database, fs::perms(0600));
}

TEST_F(Backup, FromBeforeAnUpgradeIsRestored) {
  {
    ServerProcess server(data_dir_);
    fill(server, 2);
    EXPECT_EQ(server.stop(), 0);
  }
  const fs::path database = data_dir_ / "livecert.db";
  const fs::path newest = directory_.path() / "newest.db";
  fs::copy_file(database, newest);
  for (int format = 1; format <= 8; ++format) {
    SCOPED_TRACE(format);
    fs::remove(file_);
    fs::remove_all(elsewhere_);
    fs::copy_file(newest, database, fs::copy_options::overwrite_existing);
    ASSERT_NO_FATAL_FAILURE(take_back(database, format));
    const CommandResult made = backup();
    ASSERT_EQ(made.status, 0) << made.errors;
    EXPECT_THAT(made.output, HasSubstr("2 certificates with 2 versions"));
    const CommandResult rehearsed = restore(elsewhere_, {"--rehearse"});
    EXPECT_EQ(rehearsed.status, 0) << rehearsed.errors;
    const CommandResult restored = restore(elsewhere_);
    ASSERT_EQ(restored.status, 0) << restored.errors;
    EXPECT_THAT(run({"verify"}, elsewhere_).output, HasSubstr("everything is in order"));
    expect_serves_all(elsewhere_);
  }
}

// Each fault that a disk or a person can cause, and the words that report it.
TEST_F(Backup, VerifyNamesEachFault) {
  {
    ServerProcess server(data_dir_);
    fill(server, 2);
    EXPECT_EQ(server.stop(), 0);
  }
  expect_named({
      {"UPDATE versions SET sealed_key = (SELECT sealed_key FROM versions ORDER BY id DESC LIMIT 1)"
       " WHERE id = (SELECT min(id) FROM versions)",
       "the private key does not open"},
      {"UPDATE versions SET leaf_der = (SELECT leaf_der FROM versions ORDER BY id DESC LIMIT 1)"
       " WHERE id = (SELECT min(id) FROM versions)",
       "the certificates are not those of its digest"},
      {"UPDATE versions SET leaf_der = x'3000' WHERE id = (SELECT min(id) FROM versions)", "the leaf cannot be read"},
      {"UPDATE versions SET not_after = not_after + 1000000", "the validity in its row is not the leaf's"},
      {"UPDATE chains SET not_after = not_after + 1000000", "its chain repeats another validity"},
      {"UPDATE versions SET leaf_key_digest = zeroblob(32)", "the public key is not the one of its digest"},
      {"UPDATE issuer_certificates SET der = x'3000'", "an issuer's certificate was changed"},
      {"UPDATE accounts SET wrapped_key = zeroblob(length(wrapped_key))", "the key of account"},
      {"UPDATE access_keys SET sealed_secret = zeroblob(length(sealed_secret))", "livecert key add"},
      {"UPDATE expiry_days SET chains = chains + 1", "chains are not counted under the day that they end on"},
      {"UPDATE chain_blocks SET chains = chains + 1", "chains are not counted by their blocks"},
      {"UPDATE chains SET current_version = 1", "a chain has no current version"},
      {"DELETE FROM projects", "a row refers to one that is missing"},
      {"UPDATE chains SET chain_key = chain_key + 1", "a chain is not found by its ChainID"},
      {"UPDATE chains SET chain_id_prefix = chain_id_prefix + 1", "a chain is not found by its ChainID"},
      {"UPDATE chains SET content_key = content_key + 1", "a chain is not found by its content"},
      {"UPDATE chains SET representative = 'other.example.org'", "lists show another name than its leaf's"},
  });
}

// Rows that the service needs besides certificates: without them it does not start, or serves what clients refuse.
TEST_F(Backup, VerifyNamesWhatKeepsAStoreFromServing) {
  {
    ServerProcess server(data_dir_, {.more = {"--domains", "auto"}, .https = true});
    fill(server, 1);
    ASSERT_EQ(stored_.size(), 1U);
    const std::string chain = stored_.begin()->first;
    const std::string body = R"({"ChainID":")" + chain + R"(","Domain":"live.example.net","HTTPS":true})";
    ASSERT_EQ(Remote(server).call("BindCert", body).status, 200);
    EXPECT_EQ(server.stop(), 0);
  }
  expect_named({
      {"UPDATE settings SET value = zeroblob(100) WHERE name = 'tls key'", "'tls key' does not open"},
      {"UPDATE settings SET value = zeroblob(100) WHERE name = 'tls ca key'", "'tls ca key' does not open"},
      {"UPDATE settings SET value = x'3000' WHERE name = 'tls certificate'", "'tls certificate' holds no certificate"},
      {"INSERT INTO settings (name, value) VALUES ('edge token front', zeroblob(60))",
       "'edge token front' does not open"},
      {"UPDATE accounts SET status = 'suspended' WHERE is_root = 1", "livecert key add --offline"},
      {"UPDATE access_keys SET enabled = 0", "nobody can administer the service"},
      {"DROP INDEX chains_by_expiry", "the index chains_by_expiry is missing"},
      {"DROP TABLE receipts", "the table receipts is missing"},
      {"ALTER TABLE domains DROP COLUMN bound_by", "the table domains is not that of the format"},
      {"CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END",
       "the trigger t does not belong to a store"},
      {"UPDATE domains SET name = 'www.bank.example'", "whose certificate does not cover it"},
      {"UPDATE domains SET cert_domain = 'zzz.example.org'", "by the name zzz.example.org, which does not cover it"},
      {"INSERT INTO edges (name, definition) VALUES ('front', 'garbage')", "the edge front cannot be read"},
      {"INSERT INTO notify_channels (name, definition, sealed_secret) VALUES ('duty', 'kind=wecom' || char(10), x'00')",
       "the secret of the channel duty does not open"},
      {"INSERT INTO early_ends (version, chain, account, ends_at) SELECT v.id, c.id, c.account, 1 FROM versions v"
       " JOIN chains c ON c.id = v.chain",
       "its early end is not the end of an issuer"},
      {"INSERT INTO early_ends (version, chain, account, ends_at) SELECT v.id, c.id + 1, c.account, 1 FROM versions v"
       " JOIN chains c ON c.id = v.chain",
       "an early end is kept for another chain or account"},
  });
  run_sql(data_dir_ / "livecert.db", "UPDATE settings SET value = zeroblob(100) WHERE name = 'tls key'");
  const CommandResult refused = run({"serve", "--https", "127.0.0.1:0", "--http", "127.0.0.1:0"}, data_dir_);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("livecert: the certificate of the HTTPS listener cannot be used"));
  EXPECT_THAT(refused.errors, HasSubstr("restore the store from a backup"));
}

TEST_F(Backup, TakesThePlaceOfTheStoreFromTheServicesConfiguration) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
  }
  const fs::path configuration = directory_.path() / "livecert.toml";
  write_file(configuration,
             "data_dir = \"" + data_dir_.string() + "\"\nmaster_key = \"" + data_dir_.string() + ".master-key\"\n");
  const CommandResult made = run_livecert(
      {"backup", file_.string(), "--recipient", kRecipient, "--lang", "en", "--config", configuration.string()});
  EXPECT_EQ(made.status, 0) << made.errors;
  EXPECT_EQ(restore(elsewhere_).status, 0);
  expect_serves_all(elsewhere_);
}

TEST_F(Backup, RemovesTheCopiesThatKilledRunsLeftAndNoOthers) {
  {
    ServerProcess server(data_dir_);
    fill(server, 1);
  }
  const auto make_folder = [&](const char* name, std::chrono::minutes age) {
    const fs::path folder = directory_.path() / name;
    fs::create_directory(folder);
    write_file(folder / "livecert.db", "a copy");
    fs::last_write_time(folder, fs::file_time_type::clock::now() - age);
    return folder;
  };
  const fs::path left = make_folder(".livecert-backup-aaaaaa", std::chrono::minutes(5));
  const fs::path young = make_folder(".livecert-backup-bbbbbb", std::chrono::minutes(0));
  const fs::path in_use = make_folder(".livecert-backup-cccccc", std::chrono::minutes(5));
  const fs::path other = make_folder("livecert-backup-dddddd", std::chrono::minutes(5));
  const base::OwnedDescriptor lock(::open(in_use.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  EXPECT_EQ(backup().status, 0);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(young)) << "its run may be about to lock it";
  EXPECT_TRUE(fs::exists(in_use)) << "its run goes on";
  EXPECT_TRUE(fs::exists(other));
}

}  // namespace
}  // namespace livecert::test

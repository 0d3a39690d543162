#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"

// The commands that scripts rely on.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

namespace fs = std::filesystem;
namespace json = boost::json;

class CommandLine : public testing::Test {
 protected:
  CommandLine() { put("live", pki_.upload()); }

  // Writes NAME.pem and NAME.key.
  void put(const std::string& name, const PemPair& pair) const {
    write_file(file(name + ".pem"), pair.certificates);
    write_file(file(name + ".key"), pair.key);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.path() / name; }
  // Runs the command as root.
  [[nodiscard]] CommandResult run(std::vector<std::string> words) const {
    const std::vector<std::string> root = as_root_of(server_);
    words.insert(words.end(), root.begin(), root.end());
    return run_livecert(std::move(words));
  }
  // Returns the JSON that a command prints, which must succeed.
  [[nodiscard]] json::value result_of(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const CommandResult result = run(std::move(words));
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    json::error_code failure;
    json::value value = json::parse(result.output, failure);
    EXPECT_FALSE(failure) << result.output;
    return value;
  }
  [[nodiscard]] std::string text_of(std::vector<std::string> words, const char* member) const {
    return std::string(result_of(std::move(words)).at(member).as_string());
  }
  [[nodiscard]] CommandResult create() const {
    return run({"cert", "create", "--cert", file("live.pem"), "--key", file("live.key"), "--name", "web", "--json"});
  }

  TemporaryDirectory directory_;
  const Pki pki_{base::SystemClock().now()};
  ServerProcess server_{directory_.path() / "data"};
};

void expect_done(const CommandResult& result) {
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(result.output, "done\n");
}

// One refused call: nothing on standard output; on standard error the code, the fault, and the id to look for in the
// log.
void expect_refused(const CommandResult& result, const std::string& code, const std::string& words) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(result.errors.starts_with("livecert: " + code + ": ")) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr(words));
  EXPECT_THAT(result.errors, testing::ContainsRegex("RequestId [0-9A-Z]+"));
}

TEST_F(CommandLine, CreatesListsAndDescribesACertificate) {
  const json::value created = json::parse(create().output);
  const std::string chain_id(created.at("ChainID").as_string());
  EXPECT_THAT(chain_id, MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(chain_id.size(), 32U);

  const json::value listed = result_of({"cert", "list"});
  EXPECT_EQ(listed.at("Total"), 1);
  EXPECT_EQ(listed.at("CertList").at(0).at("ChainID"), created.at("ChainID"));
  const std::string cert_id(listed.at("CertList").at(0).at("CertID").as_string());

  EXPECT_EQ(text_of({"cert", "describe", chain_id}, "CertName"), "web");
  EXPECT_EQ(text_of({"cert", "describe", "--cert-id", cert_id}, "ChainID"), chain_id);
}

TEST_F(CommandLine, GivesBackExactlyThePemThatCame) {
  const std::string chain_id(json::parse(create().output).at("ChainID").as_string());
  const CommandResult pem = run({"cert", "describe", chain_id, "--pem"});
  EXPECT_EQ(pem.status, 0);
  EXPECT_EQ(pem.output, read_file(file("live.pem")));
}

TEST_F(CommandLine, UpdatesTheChainThatIsNamed) {
  const std::string chain_id(json::parse(create().output).at("ChainID").as_string());
  put("renewed", pki_.upload());
  EXPECT_EQ(
      text_of({"cert", "create", "--cert", file("renewed.pem"), "--key", file("renewed.key"), "--chain-id", chain_id},
              "ChainID"),
      chain_id);
  EXPECT_EQ(run({"cert", "describe", chain_id, "--pem"}).output, read_file(file("renewed.pem")));
  EXPECT_EQ(text_of({"cert", "describe", chain_id}, "CertName"), "web");
}

TEST_F(CommandLine, ListsByNameProjectAndPage) {
  EXPECT_EQ(create().status, 0);
  for (int i = 0; i < 3; ++i) {
    put("more", pki_.upload("more" + std::to_string(i) + ".example.net"));
    EXPECT_EQ(run({"cert", "create", "--cert", file("more.pem"), "--key", file("more.key"), "--name", "more"}).status,
              0);
  }
  EXPECT_EQ(result_of({"cert", "list", "--name", "web"}).at("Total"), 1);
  EXPECT_EQ(result_of({"cert", "list", "--project", "default"}).at("Total"), 4);
  const json::value page = result_of({"cert", "list", "--page", "2", "--page-size", "3"});
  EXPECT_EQ(page.at("Total"), 4);
  EXPECT_EQ(page.at("CertList").as_array().size(), 1U);
}

TEST_F(CommandLine, ShowsEveryFindingOfARefusedUpload) {
  put("other", pki_.upload("other.example.net"));
  put("old", pki_.upload(Pki::Leaf{.not_before = base::SystemClock().now() - std::chrono::days(30),
                                   .not_after = base::SystemClock().now() - std::chrono::days(1)}));
  const CommandResult result = run({"cert", "create", "--cert", file("old.pem"), "--key", file("other.key")});
  expect_refused(result, "InvalidParam", "expired");
  EXPECT_THAT(result.errors, HasSubstr("key"));
  EXPECT_EQ(result_of({"cert", "list"}).at("Total"), 0);
}

TEST_F(CommandLine, ShowsCodeMessageAndRequestIdOfAnError) {
  expect_refused(run({"cert", "describe", "00112233445566778899aabbccddeeff"}), "ResourceNotFound", "ChainID");
  expect_refused(run({"project", "list", "nobody"}), "ResourceNotFound", "AccountId");
  const CommandResult wrong_secret =
      run_livecert({"account", "list", "--endpoint", server_.http_url()},
                   {{"VOLC_ACCESSKEY", server_.root().access_key_id}, {"VOLC_SECRETKEY", "wrong"}});
  expect_refused(wrong_secret, "SignatureDoesNotMatch", "Secret Access Key");
}

TEST_F(CommandLine, SaysWhatItCannotReachOrRead) {
  const CommandResult no_service = run_livecert(
      {"account", "list", "--endpoint", "http://127.0.0.1:1", "--credentials", server_.credentials_file()});
  EXPECT_EQ(no_service.status, 1);
  EXPECT_THAT(no_service.errors, HasSubstr("http://127.0.0.1:1"));

  const CommandResult no_file = run({"cert", "create", "--cert", file("none.pem"), "--key", file("live.key")});
  EXPECT_EQ(no_file.status, 1);
  EXPECT_THAT(no_file.errors, HasSubstr(file("none.pem")));

  const CommandResult no_credentials = run_livecert({"account", "list", "--endpoint", server_.http_url()});
  EXPECT_EQ(no_credentials.status, 1);
  EXPECT_THAT(no_credentials.errors, HasSubstr("VOLC_ACCESSKEY"));
}

TEST_F(CommandLine, AdministersAccountsAndKeys) {
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  const json::value key = result_of({"key", "add", account});
  const std::string key_id(key.at("AccessKeyId").as_string());
  const Environment tenant{{"LIVECERT_ENDPOINT", server_.http_url()},
                           {"VOLC_ACCESSKEY", key_id},
                           {"VOLC_SECRETKEY", std::string(key.at("SecretAccessKey").as_string())}};
  const std::vector<std::string> list{"cert", "list"};
  EXPECT_EQ(run_livecert(list, tenant).status, 0);

  expect_done(run({"key", "disable", key_id}));
  expect_refused(run_livecert(list, tenant), "InvalidAccessKey", "");
  expect_done(run({"key", "enable", key_id}));
  EXPECT_EQ(run_livecert(list, tenant).status, 0);

  expect_done(run({"account", "suspend", account}));
  expect_refused(run_livecert(list, tenant), "RequestForbidden.BillingStatus", "");
  expect_done(run({"account", "activate", account}));
  EXPECT_EQ(run_livecert(list, tenant).status, 0);

  EXPECT_EQ(result_of({"account", "list"}).at("AccountList").as_array().size(), 2U);
  // A tenant may not administer.
  expect_refused(run_livecert({"account", "list"}, tenant), "AccessDenied", "ListAccounts");
}

TEST_F(CommandLine, TellsWhoDidWhatAndFromWhere) {
  ASSERT_EQ(run({"account", "add", "first"}).status, 0);
  ASSERT_EQ(run({"account", "add", "second"}).status, 0);
  const CommandResult listed = run({"audit", "list", "--action", "CreateAccount", "--since", "1h"});
  ASSERT_EQ(listed.status, 0) << listed.errors;
  EXPECT_THAT(listed.output, HasSubstr("CreateAccount"));
  EXPECT_THAT(listed.output, HasSubstr("127.0.0.1"));
  EXPECT_THAT(listed.output, HasSubstr("records: 2\n"));
  EXPECT_THAT(run({"audit", "list", "--action", "CreateAccount", "--until", "1h"}).output, HasSubstr("records: 0\n"));
  const CommandResult wrong = run({"audit", "list", "--since", "yesterday"});
  EXPECT_NE(wrong.status, 0);
  EXPECT_THAT(wrong.errors,
              HasSubstr("--since must be a time such as 30d, 12h, 2w or 2026-12-01T08:00:00Z, not yesterday"));

  // An export continues where the one before it ended.
  const CommandResult all = run({"audit", "export"});
  ASSERT_EQ(all.status, 0) << all.errors;
  std::istringstream lines(all.output);
  std::int64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::int64_t position = json::parse(line).at("Position").as_int64();
    EXPECT_GT(position, last);
    last = position;
  }
  EXPECT_THAT(all.errors, HasSubstr("--after " + std::to_string(last) + "\n"));
  ASSERT_EQ(run({"account", "add", "third"}).status, 0);
  const CommandResult more = run({"audit", "export", "--after", std::to_string(last)});
  EXPECT_EQ(std::ranges::count(more.output, '\n'), 1);

  EXPECT_EQ(server_.stop(), 0);
  EXPECT_EQ(run_livecert({"audit", "export", "--offline", server_.data_dir()}).output, all.output + more.output);
}

TEST_F(CommandLine, ProvesThatNobodyChangedTheAudit) {
  const std::string early = file("early.json");
  const std::string late = file("late.json");
  const std::string records = file("audit.jsonl");
  const auto write_to = [](const std::string& path, const std::string& text) { std::ofstream(path) << text; };
  ASSERT_EQ(run({"account", "add", "first"}).status, 0);
  write_to(early, run({"audit", "checkpoint"}).output);
  const CommandResult good = run({"audit", "verify", "--checkpoint", early});
  EXPECT_EQ(good.status, 0) << good.output << good.errors;
  EXPECT_THAT(good.output, HasSubstr("The audit is whole."));
  EXPECT_EQ(server_.stop(), 0);
  const std::filesystem::path database = server_.data_dir() / "livecert.db";
  const std::string older = file("older.db");
  std::filesystem::copy_file(database, older);

  const std::string offline = server_.data_dir();
  ASSERT_EQ(run_livecert({"account", "add", "second", "--offline", offline}).status, 0);
  write_to(late, run_livecert({"audit", "checkpoint", "--offline", offline}).output);
  EXPECT_EQ(run_livecert({"audit", "verify", "--checkpoint", late, "--offline", offline}).status, 0);
  const std::string exported = run_livecert({"audit", "export", "--checkpoints", "--offline", offline}).output;
  write_to(records, exported);
  EXPECT_EQ(run_livecert({"audit", "verify", "--file", records, "--checkpoint", early}).status, 0);

  // A line of the file that somebody changed.
  std::string bent = exported;
  bent.replace(bent.find("CreateAccount"), 13, "CreateProject");
  write_to(records, bent);
  const CommandResult changed = run_livecert({"audit", "verify", "--file", records});
  EXPECT_EQ(changed.status, 1);
  EXPECT_THAT(changed.output, HasSubstr("was changed"));

  // The data directory of an earlier day.
  std::filesystem::copy_file(older, database, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(run_livecert({"audit", "verify", "--checkpoint", early, "--offline", offline}).status, 0);
  const CommandResult back = run_livecert({"audit", "verify", "--checkpoint", late, "--offline", offline});
  EXPECT_EQ(back.status, 1) << back.output << back.errors;
  EXPECT_THAT(back.output, HasSubstr("this is the store of an earlier day"));
  EXPECT_EQ(run_livecert({"audit", "verify", "--file", records, "--checkpoint", records}).status, 1)
      << "a file of records is no checkpoint";
}

TEST_F(CommandLine, ShowsASecretOnceAndNeverAgain) {
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  const std::string secret = text_of({"key", "add", account}, "SecretAccessKey");
  const CommandResult listed = run({"key", "list", account});
  EXPECT_EQ(listed.status, 0);
  EXPECT_THAT(listed.output, HasSubstr("AccessKeyId"));
  EXPECT_THAT(listed.output, Not(HasSubstr(secret)));
  EXPECT_THAT(listed.output, Not(HasSubstr("Secret")));
  EXPECT_EQ(server_.stop(), 0);
  EXPECT_THAT(server_.log(), Not(HasSubstr(secret)));
}

TEST_F(CommandLine, ImportsAKeyPairFromAFileOrStandardInput) {
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  const std::string secret = "TXlTZWNyZXRGcm9tRWxzZXdoZXJlMDEyMzQ1Njc4OQ==";
  const auto may_sign = [&](const std::string& id) {
    const Environment theirs{
        {"LIVECERT_ENDPOINT", server_.http_url()}, {"VOLC_ACCESSKEY", id}, {"VOLC_SECRETKEY", secret}};
    return run_livecert({"cert", "list"}, theirs).status == 0;
  };
  write_file(file("pair.json"), R"({"AccessKeyId":"AKLTfromafile","SecretAccessKey":")" + secret + "\"}\n");
  fs::permissions(file("pair.json"), fs::perms::owner_read | fs::perms::owner_write);
  const CommandResult imported = run({"key", "import", account, file("pair.json")});
  EXPECT_EQ(imported.status, 0) << imported.errors;
  EXPECT_EQ(imported.output, "AKLTfromafile is imported\n");
  EXPECT_EQ(imported.errors, "");
  EXPECT_TRUE(may_sign("AKLTfromafile"));

  write_file(file("lines"), "AKLTfromlines\r\n" + secret + "\r\n");
  std::vector<std::string> words{
      "sh", "-c", "exec \"$0\" \"$@\" <" + file("lines"), LIVECERT_BINARY, "key", "import", account, "-", "--json"};
  for (const std::string& word : as_root_of(server_)) words.push_back(word);
  const CommandResult piped = run_command(words);
  EXPECT_EQ(piped.status, 0) << piped.errors;
  EXPECT_EQ(json::parse(piped.output).at("AccessKeyId").as_string(), "AKLTfromlines");
  EXPECT_TRUE(may_sign("AKLTfromlines"));

  expect_refused(run({"key", "import", account, file("pair.json")}), "InvalidParam", "AKLTfromafile exists already");
  write_file(file("open"), "AKLTfromopen\n" + secret + "\n");
  fs::permissions(file("open"), fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
  const CommandResult seen = run({"key", "import", account, file("open")});
  EXPECT_EQ(seen.status, 0) << seen.errors;
  EXPECT_THAT(seen.errors, HasSubstr("can be read by other users of this machine. Run: chmod 600 " + file("open")));
  fs::permissions(file("open"), fs::perms::others_write, fs::perm_options::add);
  const CommandResult changeable = run({"key", "import", account, file("open")});
  EXPECT_EQ(changeable.status, 1);
  EXPECT_THAT(changeable.errors, HasSubstr("can be changed by other users"));
  for (const char* unusable : {"", "AKLTonlyanid\n", "AKLTthreelines\nb\nc\n", "{\"AccessKeyId\":\"AKLTnosecret\"}"}) {
    write_file(file("unusable"), unusable);
    const CommandResult refused = run({"key", "import", account, file("unusable")});
    EXPECT_EQ(refused.status, 1) << unusable;
    EXPECT_THAT(refused.errors, HasSubstr("two lines: the id and the secret")) << unusable;
  }
  EXPECT_EQ(server_.stop(), 0);
  EXPECT_THAT(imported.output + piped.output + server_.log(), Not(HasSubstr(secret)));
}

TEST_F(CommandLine, LimitsAKeyToProjects) {
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  EXPECT_EQ(text_of({"project", "add", account, "edge"}, "ProjectName"), "edge");
  EXPECT_EQ(result_of({"project", "list", account}).at("ProjectList").as_array().size(), 2U);
  const json::value key = result_of({"key", "add", account, "--project", "edge"});
  const Environment tenant{{"LIVECERT_ENDPOINT", server_.http_url()},
                           {"VOLC_ACCESSKEY", std::string(key.at("AccessKeyId").as_string())},
                           {"VOLC_SECRETKEY", std::string(key.at("SecretAccessKey").as_string())}};
  const std::vector<std::string> create{"cert", "create", "--cert", file("live.pem"), "--key", file("live.key")};
  std::vector<std::string> elsewhere = create;
  elsewhere.insert(elsewhere.end(), {"--project", "default"});
  expect_refused(run_livecert(elsewhere, tenant), "RequestForbidden", "projects");
  EXPECT_EQ(run_livecert(create, tenant).status, 0) << "without a name, the project is the key's";
}

TEST_F(CommandLine, NeverPrintsAPrivateKey) {
  const std::string key = read_file(file("live.key"));
  const std::string piece = key.substr(key.find('\n') + 40, 20);  // of the secret number's base64
  put("other", pki_.upload("other.example.net"));
  const std::string chain_id(json::parse(create().output).at("ChainID").as_string());
  const std::vector<std::vector<std::string>> commands{
      {"cert", "create", "--cert", file("live.pem"), "--key", file("live.key")},
      {"cert", "create", "--cert", file("other.pem"), "--key", file("live.key")},
      {"cert", "create", "--cert", file("live.key"), "--key", file("live.key")},
      {"cert", "create", "--cert", file("live.pem"), "--key", file("live.key"), "--project", "none"},
      {"cert", "describe", chain_id},
      {"cert", "list"},
  };
  for (const auto& words : commands) {
    const CommandResult result = run(words);
    EXPECT_THAT(result.output + result.errors, Not(HasSubstr(piece)));
  }
  EXPECT_EQ(server_.stop(), 0);
  EXPECT_THAT(server_.log(), Not(HasSubstr(piece)));
}

TEST_F(CommandLine, WorksOfflineInAStoppedStoreAlone) {
  const std::vector<std::string> list{"account", "list", "--json", "--offline", server_.data_dir()};
  const CommandResult running = run_livecert(list);
  EXPECT_EQ(running.status, 1);
  EXPECT_EQ(running.output, "");
  EXPECT_THAT(running.errors, HasSubstr("in use"));
  EXPECT_THAT(running.errors, HasSubstr(server_.data_dir().string()));

  EXPECT_EQ(server_.stop(), 0);
  const CommandResult stopped = run_livecert(list);
  ASSERT_EQ(stopped.status, 0) << stopped.errors;
  const json::value accounts = json::parse(stopped.output);
  const std::string root(accounts.at("AccountList").at(0).at("AccountId").as_string());
  const CommandResult added = run_livecert({"key", "add", root, "--json", "--offline", server_.data_dir()});
  ASSERT_EQ(added.status, 0) << added.errors;

  const json::value key = json::parse(added.output);
  const ServerProcess again(server_.data_dir());
  const CommandResult signed_with_it =
      run_livecert({"account", "list"}, {{"LIVECERT_ENDPOINT", again.http_url()},
                                         {"VOLC_ACCESSKEY", std::string(key.at("AccessKeyId").as_string())},
                                         {"VOLC_SECRETKEY", std::string(key.at("SecretAccessKey").as_string())}});
  EXPECT_EQ(signed_with_it.status, 0) << signed_with_it.errors;
}

TEST_F(CommandLine, OfflineMakesNoStoreOfItsOwn) {
  const CommandResult nowhere = run_livecert({"account", "list", "--offline", file("nowhere")});
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_THAT(nowhere.errors, HasSubstr(file("nowhere")));
  EXPECT_FALSE(fs::exists(file("nowhere")));

  fs::create_directory(file("empty"));
  fs::permissions(file("empty"), fs::perms::owner_all);
  const CommandResult empty = run_livecert({"account", "list", "--offline", file("empty")});
  EXPECT_EQ(empty.status, 1);
  EXPECT_THAT(empty.errors, HasSubstr("no store"));
  EXPECT_FALSE(fs::exists(file("empty.master-key")));
  EXPECT_TRUE(fs::is_empty(file("empty")));
}

TEST_F(CommandLine, GoesFromADomainToARollback) {
  put("wide", pki_.upload(Pki::Leaf{.dns_names = {"live.example.net", "*.example.net"}}));
  const std::string chain =
      text_of({"cert", "create", "--cert", file("wide.pem"), "--key", file("wide.key")}, "ChainID");
  const std::string prefix = chain.substr(0, 8);
  EXPECT_EQ(run({"domain", "add", "a.example.net", "b.example.net", "--vhost", "show", "--tag", "k=v"}).status, 0);
  const CommandResult bound = run({"cert", "bind", prefix, "a.example.net", "b.example.net", "--http2"});
  EXPECT_EQ(bound.status, 0) << bound.errors;
  EXPECT_THAT(bound.output, HasSubstr("b.example.net uses " + chain.substr(0, 12)));
  const json::value bindings = result_of({"cert", "bindings", prefix});
  EXPECT_EQ(bindings.at("Total"), 2);
  EXPECT_EQ(bindings.at("BindingList").at(0).at("HTTPS"), true);
  EXPECT_THAT(run({"cert", "list"}).output, HasSubstr("a.example.net, b.example.net"));
  EXPECT_THAT(run({"domain", "list"}).output, HasSubstr("*.example.net"));
  EXPECT_THAT(run({"domain", "describe", "a.example.net"}).output, HasSubstr(chain));

  expect_refused(run({"cert", "create", "--cert", file("live.pem"), "--key", file("live.key"), "--chain-id", prefix}),
                 "InvalidParam", "a.example.net");
  put("next", pki_.upload(Pki::Leaf{.dns_names = {"*.example.net"}}));
  write_file(file("bundle.pem"), read_file(file("next.key")) + read_file(file("next.pem")));
  const std::vector<std::string> update{"cert", "create", "--pem", file("bundle.pem"), "--chain-id", prefix};
  std::vector<std::string> dry = update;
  dry.emplace_back("--dry-run");
  EXPECT_EQ(text_of(dry, "Effect"), "update");
  EXPECT_EQ(result_of({"cert", "versions", prefix}).at("VersionList").as_array().size(), 1U) << "nothing changed";
  EXPECT_EQ(run(update).status, 0);
  EXPECT_EQ(result_of({"cert", "versions", prefix}).at("VersionList").as_array().size(), 2U);
  EXPECT_THAT(run({"cert", "versions", prefix}).output, HasSubstr("127.0.0.1"));
  EXPECT_EQ(run({"cert", "rollback", prefix}).status, 0);
  EXPECT_EQ(run({"cert", "describe", prefix, "--pem"}).output, read_file(file("wide.pem")));

  EXPECT_EQ(run({"cert", "rename", prefix, "new"}).status, 0);
  EXPECT_EQ(text_of({"cert", "describe", prefix}, "CertName"), "new");
  expect_refused(run({"cert", "delete", prefix}), "InvalidParam", "b.example.net");
  EXPECT_EQ(run({"domain", "disable", "a.example.net"}).status, 0);
  EXPECT_THAT(run({"domain", "list"}).output, HasSubstr("disabled"));
  EXPECT_EQ(run({"domain", "enable", "a.example.net"}).status, 0);
  EXPECT_EQ(run({"domain", "vhost", "a.example.net", "other"}).status, 0);
  EXPECT_EQ(run({"cert", "unbind", "a.example.net"}).status, 0);
  EXPECT_EQ(run({"domain", "delete", "b.example.net"}).status, 0);
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  EXPECT_EQ(run({"domain", "move", "a.example.net", account}).status, 0);
  EXPECT_EQ(run({"cert", "delete", prefix}).status, 0);
  EXPECT_EQ(result_of({"cert", "list"}).at("Total"), 0);
  EXPECT_EQ(result_of({"cert", "prune", "--dry-run"}).at("Total"), 0);
}

TEST_F(CommandLine, TakesANameWhereverAChainIdGoes) {
  const std::string chain(json::parse(create().output).at("ChainID").as_string());
  EXPECT_EQ(text_of({"cert", "describe", "web"}, "ChainID"), chain);
  ASSERT_EQ(run({"domain", "add", "live.example.net"}).status, 0);
  EXPECT_EQ(run({"cert", "bind", "web", "live.example.net"}).status, 0);
  EXPECT_EQ(result_of({"cert", "bindings", "web"}).at("Total"), 1);

  put("second", pki_.upload("second.example.net"));
  ASSERT_EQ(run({"cert", "create", file("second.pem"), file("second.key"), "--name", "web"}).status, 0);
  const CommandResult both = run({"cert", "describe", "web"});
  EXPECT_EQ(both.status, 1);
  EXPECT_THAT(both.errors, HasSubstr("several certificates have the name web"));
  EXPECT_THAT(both.errors, HasSubstr(chain)) << "each is there to choose";
  const CommandResult none = run({"cert", "delete", "we"});
  EXPECT_EQ(none.status, 1) << "a part of a name is no name";
  EXPECT_THAT(none.errors, HasSubstr("livecert cert list"));
}

TEST_F(CommandLine, PrefersTheDigitsOfAChainIdToANameThatLooksLikeThem) {
  const std::string chain(json::parse(create().output).at("ChainID").as_string());
  put("second", pki_.upload("second.example.net"));
  const std::string digits = chain.substr(0, 6);
  ASSERT_EQ(run({"cert", "create", file("second.pem"), file("second.key"), "--name", digits}).status, 0);
  EXPECT_EQ(text_of({"cert", "describe", digits}, "ChainID"), chain);
}

TEST_F(CommandLine, DescribesACertificateAsAPersonAsks) {
  ASSERT_EQ(create().status, 0);
  ASSERT_EQ(run({"domain", "add", "live.example.net", "--chain", "web"}).status, 0);
  const std::string shown = run({"cert", "describe", "web"}).output;
  for (const char* words :
       {"names", "live.example.net", "issuer", "serial number", "SHA-256", "EC", "valid until", "status", "USED BY"}) {
    EXPECT_THAT(shown, HasSubstr(words));
  }
}

TEST_F(CommandLine, ServesOverHttpsWhatItAddsADomainWith) {
  ASSERT_EQ(create().status, 0);
  ASSERT_EQ(run({"domain", "add", "live.example.net", "--chain", "web"}).status, 0);
  const json::value bindings = result_of({"cert", "bindings"});
  EXPECT_EQ(bindings.at("BindingList").at(0).at("HTTPS"), true);
}

TEST_F(CommandLine, ListsInTheFormThatIsAskedFor) {
  const std::string chain(json::parse(create().output).at("ChainID").as_string());
  EXPECT_EQ(run({"cert", "list", "--output", "name"}).output, "web\n");
  const std::string csv = run({"cert", "list", "--output", "csv"}).output;
  EXPECT_TRUE(csv.starts_with("CertName,ChainID,CertID,")) << csv;
  EXPECT_THAT(csv, HasSubstr("\r\nweb," + chain + ","));
  EXPECT_EQ(run({"cert", "list", "--output", "json"}).output, run({"cert", "list", "--json"}).output);
  EXPECT_THAT(run({"cert", "list", "--output", "wide"}).output, HasSubstr(chain)) << "the whole ChainID";
  EXPECT_THAT(run({"cert", "list"}).output, HasSubstr("valid")) << "the vendor's word is OK";
  EXPECT_EQ(run({"cert", "list", "--output", "xml"}).status, 64);
}

TEST_F(CommandLine, PrintsErrorsAsJsonWhereJsonIsAskedFor) {
  const CommandResult refused = run({"cert", "describe", "00112233445566778899aabbccddeeff", "--json"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.output, "");
  const json::value error = json::parse(refused.errors).at("Error");
  EXPECT_EQ(error.at("Code"), "ResourceNotFound");
  EXPECT_EQ(error.at("Status"), 404);
  EXPECT_FALSE(error.at("RequestId").as_string().empty());
  const CommandResult local = run({"cert", "create", file("none.pem"), "--json"});
  EXPECT_EQ(json::parse(local.errors).at("Error").at("Code"), "LivecertCommand");
}

TEST_F(CommandLine, UsesTheProjectOfAKeyThatIsLimitedToOne) {
  const std::string account = text_of({"account", "add", "tenant"}, "AccountId");
  ASSERT_EQ(run({"project", "add", account, "live"}).status, 0);
  const json::value key = result_of({"key", "add", account, "--project", "live"});
  const Environment limited{{"LIVECERT_ENDPOINT", server_.http_url()},
                            {"VOLC_ACCESSKEY", std::string(key.at("AccessKeyId").as_string())},
                            {"VOLC_SECRETKEY", std::string(key.at("SecretAccessKey").as_string())}};
  const CommandResult made =
      run_livecert({"cert", "create", file("live.pem"), file("live.key"), "--name", "web"}, limited);
  EXPECT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(run_livecert({"cert", "list", "--output", "wide"}, limited).output, HasSubstr("  live  "));
  const CommandResult deployed = run_livecert({"cert", "deploy", "--name", "web", "--domain", "live.example.net",
                                               "--create-domains", file("live.pem"), file("live.key")},
                                              limited);
  EXPECT_EQ(deployed.status, 0) << deployed.errors;
  EXPECT_THAT(run_livecert({"whoami"}, limited).output, HasSubstr("live"));
}

// Monitoring takes 2 for "has ended" and 3 for "unknown": a mistyped word must be neither.
TEST_F(CommandLine, EndsWith64WhenItCannotBeUsed) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"nosuch"},
                                             {"cert"},
                                             {"cert", "lst"},
                                             {"cert", "list", "--expirng", "30d"},
                                             {"cert", "list", "--expiring", "soon"},
                                             {"cert", "bind"},
                                             {"cert", "list", "--page", "x"},
                                             {"cert", "wait"}}) {
    const CommandResult result = run_livecert(words);
    EXPECT_EQ(result.status, 64) << testing::PrintToString(words);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, HasSubstr("--help"));
  }
  EXPECT_EQ(run_livecert({"--help"}).status, 0);
  EXPECT_EQ(run_livecert({"cert", "list", "--help"}).status, 0);
  EXPECT_EQ(run_livecert({"--version"}).status, 0);
}

TEST_F(CommandLine, KeepsAnEndpointAndItsKeyInAProfile) {
  const Environment home{{"XDG_CONFIG_HOME", file("config")}};
  const fs::path kept = fs::path(file("config")) / "livecert" / "prod.json";
  const CommandResult made = run_livecert(
      {"login", "--profile", "prod", "--endpoint", server_.http_url(), "--credentials", server_.credentials_file()},
      home);
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(made.output, HasSubstr(server_.root().access_key_id));
  EXPECT_EQ(fs::status(kept).permissions(), fs::perms(0600));
  const std::string secret(base::as_text(server_.root().secret.reveal(base::SecretAccess())));
  EXPECT_THAT(made.output + made.errors, Not(HasSubstr(secret)));

  EXPECT_EQ(run_livecert({"cert", "list", "--profile", "prod"}, home).status, 0);
  EXPECT_EQ(run_livecert({"cert", "list"}, home).status, 1) << "it is not the default one";
  Environment named = home;
  named.emplace_back("LIVECERT_PROFILE", "prod");
  named.emplace_back("LIVECERT_ENDPOINT", "http://127.0.0.1:1");
  EXPECT_THAT(run_livecert({"whoami"}, named).output, HasSubstr(server_.http_url()))
      << "a profile that is named goes before the environment";
  const CommandResult missing = run_livecert({"cert", "list", "--profile", "test"}, home);
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.errors, HasSubstr("livecert login --profile test"));
  EXPECT_EQ(run_livecert({"cert", "list", "--profile", "../prod"}, home).status, 1);

  ASSERT_EQ(run_livecert({"login", "--endpoint", server_.http_url(), "--credentials", server_.credentials_file()}, home)
                .status,
            0);
  EXPECT_EQ(run_livecert({"cert", "list"}, home).status, 0) << "the default one needs no name";
}

TEST_F(CommandLine, KeepsNoKeyThatTheServiceRefuses) {
  const Environment home{{"XDG_CONFIG_HOME", file("config")}};
  write_file(file("wrong.json"), R"({"AccessKeyId":")" + server_.root().access_key_id + R"(","SecretAccessKey":"no"})");
  fs::permissions(file("wrong.json"), fs::perms(0600));
  const CommandResult refused =
      run_livecert({"login", "--endpoint", server_.http_url(), "--credentials", file("wrong.json")}, home);
  EXPECT_EQ(refused.status, 1);
  EXPECT_FALSE(fs::exists(file("config")));
  const CommandResult nobody = run_livecert({"login", "--endpoint", server_.http_url()}, home);
  EXPECT_EQ(nobody.status, 1) << "there is no terminal to ask on";
  EXPECT_THAT(nobody.errors, HasSubstr("--credentials"));
}

TEST_F(CommandLine, TakesTheFirstDigitsOfAChainId) {
  const std::string chain(json::parse(create().output).at("ChainID").as_string());
  EXPECT_EQ(text_of({"cert", "describe", chain.substr(0, 4)}, "ChainID"), chain);
  const CommandResult none = run({"cert", "describe", chain[0] == '0' ? "1111" : "0000"});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.errors, HasSubstr("is no name of a certificate"));
  for (const std::string& text : {chain.substr(0, 3), std::string("no-digits"), chain + "0"}) {
    EXPECT_THAT(run({"cert", "describe", text}).errors, HasSubstr("nor a ChainID")) << text;
  }
}

TEST_F(CommandLine, TellsAMonitoringSystemWhatExpires) {
  EXPECT_EQ(create().status, 0);
  EXPECT_EQ(run({"cert", "list", "--expiring", "30d"}).status, 0);
  EXPECT_EQ(run({"cert", "list", "--expiring", "100d"}).status, 1);
  EXPECT_EQ(run({"cert", "list", "--expiring", "soon"}).status, 64);
  EXPECT_EQ(run_livecert({"cert", "list", "--expiring", "30d", "--endpoint", "http://127.0.0.1:1", "--credentials",
                          server_.credentials_file()})
                .status,
            3);
}

TEST_F(CommandLine, SpeaksTheLanguageOfTheLocale) {
  EXPECT_EQ(create().status, 0);
  std::vector<std::string> list = as_root_of(server_);
  list.insert(list.begin(), {"cert", "list"});
  EXPECT_THAT(run_livecert(list, {{"LC_ALL", "zh_CN.UTF-8"}}).output, HasSubstr("到期"));
  EXPECT_THAT(run_livecert(list, {{"LC_ALL", "C"}}).output, HasSubstr("VALID UNTIL"));
  list.insert(list.end(), {"--lang", "zh"});
  EXPECT_THAT(run_livecert(list, {{"LC_ALL", "C"}}).output, HasSubstr("证书数：1"));
  EXPECT_THAT(run_livecert({"--lang", "zh", "cert", "--help"}).output, HasSubstr("列出证书"));
}

TEST_F(CommandLine, CompletesCommandsOptionsAndValues) {
  const CommandResult script = run_livecert({"completion", "bash"});
  ASSERT_EQ(script.status, 0);
  write_file(file("completion.bash"), script.output);
  const auto complete = [&](const std::string& words, int index) {
    return run_command({"bash", "-c",
                        ". " + file("completion.bash") + "; COMP_WORDS=(" + words +
                            "); COMP_CWORD=" + std::to_string(index) + "; _livecert; echo \"${COMPREPLY[*]}\""})
        .output;
  };
  EXPECT_EQ(complete("livecert dom", 1), "domain\n");
  EXPECT_EQ(complete("livecert cert ro", 2), "rollback\n");
  EXPECT_EQ(complete("livecert cert list --expi", 3), "--expired --expiring\n");
  EXPECT_EQ(complete("livecert domain add x --type pu", 5), "push pull-flv\n");
  EXPECT_THAT(run_livecert({"completion", "zsh"}).output, HasSubstr("bashcompinit"));
  EXPECT_NE(run_livecert({"completion", "tcsh"}).status, 0);
}

TEST_F(CommandLine, CompletesWhatTheServiceKnows) {
  const std::string chain(json::parse(create().output).at("ChainID").as_string());
  ASSERT_EQ(run({"domain", "add", "a.example.net"}).status, 0);
  write_file(file("completion.bash"), run_livecert({"completion", "bash"}).output);
  // The shell finds the program under its name, and the key where a person has set it.
  const fs::path programs = directory_.path() / "bin";
  fs::create_directory(programs);
  fs::create_symlink(LIVECERT_BINARY, programs / "livecert");
  const auto complete = [&](const std::string& words, int index, const std::string& key) {
    return run_command({"bash", "-c",
                        "PATH=" + programs.string() + ":$PATH; . " + file("completion.bash") + "; COMP_WORDS=(" +
                            words + "); COMP_CWORD=" + std::to_string(index) + "; _livecert; echo \"${COMPREPLY[*]}\""},
                       {{"LIVECERT_ENDPOINT", server_.http_url()}, {"LIVECERT_CREDENTIALS", key}})
        .output;
  };
  EXPECT_EQ(complete("livecert cert bind we", 3, server_.credentials_file()), "web\n");
  EXPECT_EQ(complete("livecert cert delete " + chain.substr(0, 5), 3, server_.credentials_file()), chain + "\n");
  EXPECT_THAT(complete("livecert domain describe a.", 3, server_.credentials_file()), HasSubstr("a.example.net"));
  EXPECT_EQ(complete("livecert sign ListCertVe", 2, server_.credentials_file()), "ListCertVersions\n");
  EXPECT_EQ(complete("livecert cert bind zzzz", 3, file("none")), "\n")
      << "without a key there is nothing, and no error";
}

TEST_F(CommandLine, CompletesInFishWhatItCompletesInBash) {
  const std::string fish = run_livecert({"completion", "fish"}).output;
  EXPECT_THAT(fish, HasSubstr("-n '__livecert_at \\' cert\\'' -f -a 'rollback' -d '"));
  EXPECT_THAT(fish, HasSubstr("-n '__livecert_at \\' cert list\\'' -l expiring"));
  EXPECT_THAT(fish, HasSubstr("-l type -d "));
  EXPECT_THAT(fish, HasSubstr("-x -a 'push pull-flv"));
}

// groff reports text that it takes for requests, and escapes that it does not know.
TEST_F(CommandLine, HasAManualPageForEachCommandInBothLanguages) {
  for (const char* language : {"en", "zh"}) {
    const std::string root = run_livecert({"manual", "--lang", language}).output;
    for (const char* command : {"serve", "cert", "domain", "edge", "account", "key", "project", "sign", "completion"}) {
      EXPECT_THAT(root, HasSubstr("livecert\\-" + std::string(command))) << language;
      const CommandResult page = run_livecert({"manual", command, "--lang", language});
      EXPECT_EQ(page.status, 0) << page.errors;
      EXPECT_THAT(page.output, HasSubstr(".TH \"livecert-" + std::string(command) + "\" 1"));
    }
    EXPECT_THAT(run_livecert({"manual", "serve", "--lang", language}).output, HasSubstr("\\-\\-rate\\-limit"));
    EXPECT_THAT(run_livecert({"manual", "cert", "--lang", language}).output, HasSubstr("\\&livecert cert rollback"));
  }
  EXPECT_EQ(run_livecert({"manual", "nothing"}).status, 1);
}

TEST_F(CommandLine, EveryCommandIsDocumentedInBothLanguages) {
  const std::string script = run_livecert({"completion", "bash"}).output;
  for (const char* page : {"/command-line.md", "/command-line.zh-CN.md"}) {
    const std::string text = read_file(LIVECERT_DOCS + std::string(page));
    for (const std::string group : {"cert", "domain"}) {
      std::size_t found = 0;
      for (std::size_t at = script.find("' " + group + " "); at != std::string::npos && at < script.find(") path=");
           at = script.find("' " + group + " ", at + 1)) {
        const std::string command = script.substr(at + 2, script.find('\'', at + 1) - at - 2);
        EXPECT_THAT(text, HasSubstr("`livecert " + command)) << page;
        ++found;
      }
      EXPECT_GE(found, 8U);
    }
  }
}

TEST_F(CommandLine, SaysThatItsOutputIsLost) {
  const CommandResult lost = run_command({"sh", "-c", std::string(LIVECERT_BINARY) + " completion bash > /dev/full"});
  EXPECT_EQ(lost.status, 1);
  EXPECT_THAT(lost.errors, HasSubstr("could not be written"));
}

TEST_F(CommandLine, SignPrintsACurlCommandThatWorks) {
  const CommandResult printed = run({"sign", "ListAccounts"});
  ASSERT_EQ(printed.status, 0) << printed.errors;
  const std::string secret(base::as_text(server_.root().secret.reveal(base::SecretAccess())));
  EXPECT_THAT(printed.output, Not(HasSubstr(secret)));
  const CommandResult called = run_command({"sh", "-c", printed.output});
  EXPECT_EQ(called.status, 0) << called.errors;
  EXPECT_THAT(called.output, HasSubstr("AccountList"));
}

TEST_F(CommandLine, SendsNothingOverPlainHttpToAnotherMachine) {
  const std::vector<std::vector<std::string>> commands{
      {"cert", "create", "--cert", file("live.pem"), "--key", file("live.key")},
      {"cert", "list"},
      {"cert", "wait", "06174e"},
      {"domain", "list"},
      {"edge", "status"},
      {"account", "list"},
      {"key", "add", "2100000001"},
      {"project", "list", "2100000001"},
      {"sign", "ListCertV2"},
  };
  for (std::vector<std::string> words : commands) {
    words.insert(words.end(), {"--endpoint", "http://192.0.2.1", "--credentials", server_.credentials_file().string()});
    const CommandResult refused = run_livecert(words);
    EXPECT_EQ(refused.status, 1) << words[0] << words[1];
    EXPECT_EQ(refused.output, "");
    EXPECT_THAT(refused.errors, HasSubstr("http://192.0.2.1 is plain HTTP to another machine"));
    EXPECT_THAT(refused.errors, HasSubstr("--insecure-http"));
  }
}

TEST_F(CommandLine, SignsForPlainHttpToAnotherMachineWhenToldSo) {
  std::vector<std::string> words{"sign",          "ListCertV2",
                                 "--endpoint",    "http://livecert.example",
                                 "--credentials", server_.credentials_file().string()};
  EXPECT_EQ(run_livecert(words).status, 1) << "nobody knows where the name will lead";
  const CommandResult by_variable = run_livecert(words, {{"LIVECERT_INSECURE_HTTP", "true"}});
  EXPECT_EQ(by_variable.status, 0) << by_variable.errors;
  EXPECT_NE(run_livecert(words, {{"LIVECERT_INSECURE_HTTP", "false"}}).status, 0);
  EXPECT_NE(run_livecert(words, {{"LIVECERT_INSECURE_HTTP", "perhaps"}}).status, 0);
  words.emplace_back("--insecure-http");
  const CommandResult by_flag = run_livecert(words);
  EXPECT_EQ(by_flag.status, 0) << by_flag.errors;
  EXPECT_THAT(by_flag.output, HasSubstr("'http://livecert.example/?Action=ListCertV2"));
}

TEST_F(CommandLine, WarnsOfACredentialsFileThatOthersCanReadAndRefusesOneThatTheyCanChange) {
  const std::string mine = file("mine.json");
  fs::copy_file(server_.credentials_file(), mine);
  const auto list_with = [&](fs::perms mode) {
    fs::permissions(mine, mode);
    return run_livecert({"cert", "list", "--endpoint", server_.http_url(), "--credentials", mine});
  };
  EXPECT_EQ(list_with(fs::perms(0600)).errors, "");
  const CommandResult warned = list_with(fs::perms(0644));
  EXPECT_EQ(warned.status, 0);
  EXPECT_THAT(warned.errors, MatchesRegex("livecert: warning: .*chmod 600 .*mine.json\n"));
  const CommandResult refused = list_with(fs::perms(0666));
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("chmod 600"));
}

TEST_F(CommandLine, TellsItsVersionAndItsCommands) {
  EXPECT_THAT(run_livecert({"--version"}).output, MatchesRegex("livecert [0-9.]+\n"));
  const CommandResult help = run_livecert({"--help"});
  for (const std::string command : {"serve", "cert", "account", "key", "project"}) {
    EXPECT_THAT(help.output, HasSubstr(command));
  }
  EXPECT_NE(run_livecert({}).status, 0);
  EXPECT_NE(run_livecert({"cert", "shred"}).status, 0);
}

}  // namespace
}  // namespace livecert::test

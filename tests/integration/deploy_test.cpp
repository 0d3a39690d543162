#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"

// `livecert cert deploy`, which the hooks of ACME clients call.
namespace livecert::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;
namespace json = boost::json;

class Deploy : public testing::Test {
 protected:
  [[nodiscard]] fs::path file(const std::string& name) const { return directory_.path() / name; }
  // A folder as certbot keeps it.
  std::string put(const std::string& folder, const PemPair& pair) const {
    fs::create_directories(file(folder));
    const std::size_t end = pair.certificates.find("-----BEGIN", 10);
    write_file(file(folder) / "README", "This directory contains your keys and certificates.");
    write_file(file(folder) / "cert.pem", pair.certificates.substr(0, end));
    write_file(file(folder) / "chain.pem", pair.certificates.substr(end));
    write_file(file(folder) / "fullchain.pem", pair.certificates);
    write_file(file(folder) / "privkey.pem", pair.key);
    return file(folder);
  }
  [[nodiscard]] PemPair wildcard() const {
    return pki_.upload(Pki::Leaf{.dns_names = {"example.net", "*.example.net", "live.example.net"}});
  }
  [[nodiscard]] CommandResult run(std::vector<std::string> words) const {
    const std::vector<std::string> root = as_root_of(server_);
    words.insert(words.end(), root.begin(), root.end());
    return run_livecert(std::move(words));
  }
  [[nodiscard]] CommandResult deploy(std::vector<std::string> words) const {
    words.insert(words.begin(), {"cert", "deploy", "--name", "web"});
    return run(std::move(words));
  }
  [[nodiscard]] json::value json_of(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const CommandResult result = run(std::move(words));
    json::error_code failure;
    json::value value = json::parse(result.output, failure);
    EXPECT_FALSE(failure) << result.output << result.errors;
    return value;
  }
  [[nodiscard]] json::value deployed(std::vector<std::string> words) const {
    words.insert(words.begin(), {"cert", "deploy", "--name", "web"});
    return json_of(std::move(words));
  }
  [[nodiscard]] std::size_t count(const char* kind) const {
    return static_cast<std::size_t>(json_of({kind, "list"}).at("Total").as_int64());
  }

  TemporaryDirectory directory_;
  const Pki pki_{base::SystemClock().now()};
  ServerProcess server_{directory_.path() / "data"};
};

void expect_refused(const CommandResult& result, const std::string& words) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, HasSubstr(words));
}

TEST_F(Deploy, AddsUpdatesAndBindsFromACertbotFolder) {
  const std::string folder = put("live", wildcard());
  const json::value first = deployed({"--all-names", "--create-domains", folder});
  EXPECT_EQ(first.at("Effect"), "create");
  EXPECT_EQ(first.at("CreatedDomains"), json::parse(R"(["example.net","live.example.net"])")) << "no wildcard";
  EXPECT_EQ(first.at("BoundDomains"), first.at("CreatedDomains"));
  EXPECT_EQ(json_of({"cert", "bindings"}).at("BindingList").at(0).at("HTTPS"), true);

  put("live", wildcard());
  const json::value second = deployed({"--all-names", folder});
  EXPECT_EQ(second.at("Effect"), "update");
  EXPECT_EQ(second.at("ChainID"), first.at("ChainID"));
  EXPECT_EQ(second.at("BoundDomains").as_array().size(), 0U) << "the domains use the chain, so they have the update";
  EXPECT_EQ(run({"cert", "describe", std::string(first.at("ChainID").as_string()), "--pem"}).output,
            read_file(fs::path(folder) / "fullchain.pem"));
}

TEST_F(Deploy, ChangesNothingWhenCalledAgain) {
  const std::string folder = put("live", wildcard());
  const std::vector<std::string> words{"--domain", "live.example.net", "--create-domains", folder};
  const CommandResult first = deploy(words);
  EXPECT_EQ(first.status, 0) << first.errors;
  EXPECT_THAT(first.output, AllOf(HasSubstr("live.example.net is added"), HasSubstr("web is added as "),
                                  HasSubstr("live.example.net uses ")));
  const json::value before = json_of({"cert", "bindings"});

  const CommandResult again = deploy(words);
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_EQ(again.output, "web holds this certificate already: nothing changed\n");
  EXPECT_EQ(deployed(words).at("Effect"), "none");
  EXPECT_EQ(json_of({"cert", "bindings"}), before) << "nor is the time of the binding another";
  EXPECT_EQ(count("cert"), 1U);
}

// A job that runs every few minutes repeats its call with the files that it has.
TEST_F(Deploy, DoesNotUndoARollback) {
  const std::string former = put("former", wildcard());
  const std::string bad = put("bad", wildcard());
  const json::value first = deployed({"--all-names", "--create-domains", former});
  EXPECT_EQ(deployed({bad}).at("Effect"), "update");
  const std::string chain(first.at("ChainID").as_string());
  ASSERT_EQ(run({"cert", "rollback", chain}).status, 0);
  const auto versions = [&] { return json_of({"cert", "versions", chain}).at("VersionList").as_array().size(); };
  ASSERT_EQ(versions(), 2U);
  const json::value again = deployed({bad});
  EXPECT_EQ(again.at("Effect"), "none");
  const CommandResult told = deploy({bad});
  EXPECT_EQ(told.status, 0) << told.errors;
  EXPECT_THAT(told.output, HasSubstr("had this certificate before and has another one now, which stays"));
  EXPECT_EQ(versions(), 2U) << "nothing was made current, and nothing was pushed out";
  // The command that it names makes the certificate current again.
  const std::string version(again.at("FormerVersion").as_string());
  EXPECT_THAT(told.output, HasSubstr("cert rollback " + chain.substr(0, 8)));
  ASSERT_EQ(run({"cert", "rollback", chain, "--to", version}).status, 0);
  EXPECT_EQ(deployed({bad}).at("Effect"), "none");
  EXPECT_THAT(deploy({bad}).output, HasSubstr("holds this certificate already"));
  // A renewal is new.
  EXPECT_EQ(deployed({put("renewed", wildcard())}).at("Effect"), "update");
}

TEST_F(Deploy, MissesNoPartOfAnEarlierCallThatFailedHalfWay) {
  const std::string folder = put("live", wildcard());
  EXPECT_EQ(deploy({folder}).status, 0);
  const json::value bound = deployed({"--domain", "a.example.net", "--create-domains", folder});
  EXPECT_EQ(bound.at("Effect"), "none");
  EXPECT_EQ(bound.at("BoundDomains"), json::parse(R"(["a.example.net"])"));
}

TEST_F(Deploy, KeepsHowADomainIsServedWhenItChangesCertificates) {
  const std::string folder = put("live", wildcard());
  EXPECT_EQ(run({"cert", "deploy", "--name", "old", "--domain", "live.example.net", "--create-domains", folder}).status,
            0);
  const std::string old(json_of({"cert", "list", "--name", "old"}).at("CertList").at(0).at("ChainID").as_string());
  EXPECT_EQ(run({"cert", "bind", old, "live.example.net", "--http2", "--min-tls", "TLSv1.3"}).status, 0);
  EXPECT_EQ(deploy({"--domain", "live.example.net", put("new", wildcard())}).status, 0);
  const json::value binding = json_of({"cert", "bindings"}).at("BindingList").at(0);
  EXPECT_NE(std::string(binding.at("ChainID").as_string()), old);
  EXPECT_EQ(binding.at("HTTP2"), true);
  EXPECT_EQ(binding.at("MinTLSVersion"), "TLSv1.3");

  EXPECT_EQ(
      run({"cert", "bind", std::string(binding.at("ChainID").as_string()), "live.example.net", "--no-https"}).status,
      0);
  EXPECT_EQ(deploy({"--domain", "live.example.net", file("new")}).status, 0);
  EXPECT_EQ(json_of({"cert", "bindings"}).at("BindingList").at(0).at("HTTPS"), true);
}

TEST_F(Deploy, ChangesNothingWhenItRefuses) {
  const std::string folder = put("live", wildcard());
  expect_refused(deploy({"--domain", "live.example.net", folder}), "--create-domains adds them");
  expect_refused(deploy({"--domain", "elsewhere.org", "--create-domains", folder}), "does not cover elsewhere.org");
  expect_refused(deploy({"--domain", "*.example.net", "--create-domains", folder}), "a wildcard is no domain");
  const std::string old =
      put("old", pki_.upload(Pki::Leaf{.not_before = base::SystemClock().now() - std::chrono::days(30),
                                       .not_after = base::SystemClock().now() - std::chrono::days(1)}));
  expect_refused(deploy({"--domain", "live.example.net", "--create-domains", old}), "[leaf-expired]");
  const std::string foreign = put("foreign", {wildcard().certificates, wildcard().key});
  expect_refused(deploy({"--domain", "live.example.net", "--create-domains", foreign}), "[key-does-not-match]");
  EXPECT_EQ(count("cert"), 0U);
  EXPECT_EQ(count("domain"), 0U);
}

TEST_F(Deploy, RefusesANameThatIsNotClear) {
  EXPECT_NE(run({"cert", "deploy", "--name", "", put("live", wildcard())}).status, 0);
  EXPECT_EQ(deploy({file("live")}).status, 0);
  const std::string one(json_of({"cert", "list"}).at("CertList").at(0).at("ChainID").as_string());
  // Only the whole name counts.
  EXPECT_EQ(run({"cert", "deploy", "--name", "we", put("second", wildcard())}).status, 0);
  EXPECT_EQ(count("cert"), 2U);

  put("third", wildcard());
  EXPECT_EQ(run({"cert", "create", "--pem", file("third"), "--name", "web"}).status, 0);
  const CommandResult several = deploy({put("fourth", wildcard())});
  expect_refused(several, "several certificates have the name web");
  EXPECT_THAT(several.errors, HasSubstr(one));
  EXPECT_EQ(count("cert"), 3U);
}

TEST_F(Deploy, RefusesACertificateThatIsThereUnderAnotherName) {
  const std::string folder = put("live", wildcard());
  EXPECT_EQ(run({"cert", "create", "--pem", folder, "--name", "first"}).status, 0);
  const CommandResult refused = deploy({folder});
  expect_refused(refused, "named first");
  // The command that the message gives.
  const std::string chain(json_of({"cert", "list"}).at("CertList").at(0).at("ChainID").as_string());
  ASSERT_THAT(refused.errors, HasSubstr("livecert cert rename " + chain.substr(0, 12) + " web\n"));
  EXPECT_EQ(run({"cert", "rename", chain.substr(0, 12), "web"}).status, 0);
  EXPECT_EQ(std::string(deployed({folder}).at("ChainID").as_string()), chain);
}

TEST_F(Deploy, SaysWhatItWouldDo) {
  const std::string folder = put("live", wildcard());
  const CommandResult text = deploy({"--dry-run", "--domain", "live.example.net", "--create-domains", folder});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.output, AllOf(HasSubstr("would add a new certificate"), HasSubstr("live.example.net")));
  EXPECT_EQ(deployed({"--dry-run", folder}).at("Effect"), "create");
  EXPECT_EQ(count("cert"), 0U);
  EXPECT_EQ(count("domain"), 0U);
}

TEST_F(Deploy, SaysWithItsStatusThatNoEdgeTakesIt) {
  const std::vector<std::string> words{"--wait", "--timeout", "5", put("live", wildcard())};
  const CommandResult nowhere = deploy(words);
  EXPECT_EQ(nowhere.status, 3);
  EXPECT_THAT(nowhere.output, HasSubstr("web is added"));
  EXPECT_THAT(nowhere.errors, HasSubstr("no edge takes"));
  EXPECT_EQ(deployed(words).at("Delivery").at("State"), "nowhere");
}

TEST_F(Deploy, TakesTheKeyThatFitsHoweverItIsWritten) {
  const std::string folder = put("live", wildcard());
  write_file(file("live") / "other.key", pki_.upload("other.example.net").key);
  const CommandResult other = deploy({folder});
  EXPECT_EQ(other.status, 0) << other.errors;
  EXPECT_THAT(other.errors, HasSubstr("other.key holds a private key that does not belong"));

  fs::remove(file("live") / "other.key");
  ASSERT_EQ(
      run_command({"openssl", "ec", "-in", file("live") / "privkey.pem", "-out", file("live") / "sec1.key"}).status, 0);
  ASSERT_THAT(read_file(file("live") / "sec1.key"), HasSubstr("EC PRIVATE KEY"));
  const CommandResult twice = deploy({folder});
  EXPECT_EQ(twice.status, 0);
  EXPECT_EQ(twice.errors, "");
}

TEST_F(Deploy, TakesTheLeafOfAnAuthorityWhoseKeyIsThereToo) {
  const std::string folder = put("own", wildcard());
  const std::vector<std::string> authority{"openssl",
                                           "req",
                                           "-x509",
                                           "-newkey",
                                           "ec",
                                           "-pkeyopt",
                                           "ec_paramgen_curve:P-256",
                                           "-nodes",
                                           "-subj",
                                           "/CN=Own",
                                           "-keyout",
                                           file("own") / "ca.key",
                                           "-out",
                                           file("own") / "ca.pem"};
  ASSERT_EQ(run_command(authority).status, 0);
  const CommandResult result = deploy({folder, "--dry-run"});
  EXPECT_THAT(result.errors, Not(HasSubstr("more than one certificate")));
  EXPECT_THAT(result.errors, HasSubstr("ca.key holds a private key that does not belong"));
}

TEST_F(Deploy, LooksOnlyInTheProjectThatItIsTold) {
  const std::string account(json_of({"account", "list"}).at("AccountList").at(0).at("AccountId").as_string());
  EXPECT_EQ(run({"project", "add", account, "edge"}).status, 0);
  EXPECT_EQ(deploy({put("live", wildcard())}).status, 0);
  const json::value there =
      deployed({"--project", "edge", "--domain", "a.example.net", "--create-domains", put("other", wildcard())});
  EXPECT_EQ(there.at("Effect"), "create");
  EXPECT_EQ(json_of({"domain", "list"}).at("DomainList").at(0).at("ProjectName"), "edge");
  EXPECT_EQ(deployed({"--project", "edge", put("other", wildcard())}).at("ChainID"), there.at("ChainID"));

  std::vector<std::string> words = as_root_of(server_);
  words.insert(words.begin(), {"cert", "deploy", "--name", "web", "--json", put("other", wildcard())});
  const CommandResult by_variable = run_livecert(words, {{"LIVECERT_PROJECT", "edge"}});
  EXPECT_THAT(by_variable.output, HasSubstr(std::string(there.at("ChainID").as_string()))) << by_variable.errors;
  expect_refused(deploy({file("live")}), "several certificates have the name web");
}

TEST_F(Deploy, NamesWhatCanBeNoDomain) {
  const std::string longer = std::string(61, 'a') + ".example.net";
  const std::string folder =
      put("live", pki_.upload(Pki::Leaf{.dns_names = {"live.example.net", "*.example.net", longer}}));
  const CommandResult result = deploy({"--all-names", "--create-domains", folder});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr(longer + " is left out"), Not(HasSubstr("*.example.net"))));
  EXPECT_EQ(count("domain"), 1U);
}

TEST_F(Deploy, ReadsItsKeyFromTheFileThatAVariableNames) {
  const std::string folder = put("live", wildcard());
  const CommandResult result =
      run_livecert({"cert", "deploy", "--name", "web", folder}, {{"LIVECERT_ENDPOINT", server_.http_url()},
                                                                 {"LIVECERT_CREDENTIALS", server_.credentials_file()},
                                                                 {"VOLC_ACCESSKEY", "AKLTanother"},
                                                                 {"VOLC_SECRETKEY", "another"}});
  EXPECT_EQ(result.status, 0) << result.errors;
}

}  // namespace
}  // namespace livecert::test

#include <csignal>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"
#include "support/pki.h"
#include "x509/pem.h"

// HTTPS with the bootstrap CA, for clients that trust it.
namespace livecert::test {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class Https : public testing::Test {
 protected:
  // Gets https://NAME/healthz at the server's port, trusting the CA file.
  [[nodiscard]] static CommandResult get(const ServerProcess& server, const std::string& name, const fs::path& ca) {
    return run_command({"curl", "-sS", "--cacert", ca.string(), "--connect-to", name + ":443:" + server.https(),
                        "https://" + name + "/healthz"});
  }
  [[nodiscard]] static CommandResult list_accounts(const ServerProcess& server, std::vector<std::string> more) {
    more.insert(more.begin(), {"account", "list", "--endpoint", server.https_url(), "--credentials",
                               server.credentials_file().string()});
    return run_livecert(std::move(more));
  }

  TemporaryDirectory directory_;
  const fs::path data_dir_ = directory_.path() / "data";
  const fs::path ca_ = data_dir_ / "ca.pem";
};

TEST_F(Https, IsServedToWhoeverTrustsTheBootstrapCa) {
  const ServerProcess server(data_dir_, {.https = true});
  const CommandResult listed = list_accounts(server, {"--ca-file", ca_.string()});
  EXPECT_EQ(listed.status, 0) << listed.errors;
  EXPECT_THAT(listed.output, HasSubstr("AccountId"));

  const CommandResult by_environment =
      run_livecert({"account", "list", "--credentials", server.credentials_file().string()},
                   {{"LIVECERT_ENDPOINT", server.https_url()}, {"LIVECERT_CA_FILE", ca_.string()}});
  EXPECT_EQ(by_environment.status, 0) << by_environment.errors;
}

TEST_F(Https, IsRefusedByWhoeverDoesNot) {
  const ServerProcess server(data_dir_, {.https = true});
  const CommandResult result = list_accounts(server, {});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr(server.https_url()));
  EXPECT_THAT(result.errors, HasSubstr("certificate"));
}

TEST_F(Https, AnswersToTheVendorsNames) {
  const ServerProcess server(data_dir_, {.https = true});
  for (const std::string name : {"live.volcengineapi.com", "open.volcengineapi.com", "localhost"}) {
    const CommandResult result = get(server, name, ca_);
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("\"ok\""));
  }
  EXPECT_NE(get(server, "example.net", ca_).status, 0);
}

TEST_F(Https, AnswersToNamesOfTheOperators) {
  const ServerProcess server(data_dir_, {.more = {"--host-names", "certs.example.net"}, .https = true});
  const CommandResult result = get(server, "certs.example.net", ca_);
  EXPECT_EQ(result.status, 0) << result.errors;
}

TEST_F(Https, AnswersToAnAddressThatIsNamed) {
  const ServerProcess server(data_dir_, {.more = {"--host-names", "192.0.2.7"}, .https = true});
  const CommandResult result = get(server, "192.0.2.7", ca_);
  EXPECT_EQ(result.status, 0) << result.errors;
}

// The service does not end for it, and connections that are open stay.
TEST_F(Https, ShowsOtherNamesAfterAReload) {
  const fs::path config = directory_.path() / "livecert.toml";
  write_file(config, "");
  ServerProcess server(data_dir_, {.more = {"--config", config.string()}, .https = true});
  EXPECT_NE(get(server, "certs.example.net", ca_).status, 0);
  write_file(config, "host_names = [\"certs.example.net\"]\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("proved by a handshake")) << server.log();
  EXPECT_EQ(get(server, "certs.example.net", ca_).status, 0);
  EXPECT_TRUE(server.logs("ALL CLIENTS MUST TRUST " + ca_.string())) << server.log();
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Https, ShowsTheCertificateOfItsOwnDomainAndEachRenewal) {
  const std::string name = "certs.example.net";
  ServerProcess server(data_dir_, {.more = {"--own-domain", name, "--domains", "auto"}, .https = true});
  EXPECT_TRUE(server.logs("the root account has bound no certificate that is valid now to " + name)) << server.log();
  EXPECT_EQ(get(server, "localhost", ca_).status, 0);

  const Pki pki(base::SystemClock().now());
  const fs::path roots = directory_.path() / "roots.pem";
  write_file(roots, x509::to_pem(pki.root()));
  Remote remote(server);
  const Answer made = remote.call("CreateCert", create_cert_body(pki.upload(name)));
  ASSERT_EQ(made.status, 200);
  const std::string chain = made.text("ChainID");
  ASSERT_EQ(remote.call("BindCert", R"({"ChainID":")" + chain + R"(","Domain":")" + name + R"(","HTTPS":true})").status,
            200);
  ASSERT_TRUE(server.logs("proved by a handshake")) << server.log();
  EXPECT_EQ(get(server, name, roots).status, 0);

  const auto shown = [&] {
    return run_command({"sh", "-c",
                        "openssl s_client -connect " + server.https() + " -servername " + name +
                            " </dev/null 2>/dev/null | openssl x509 -noout -fingerprint"})
        .output;
  };
  const std::string before = shown();
  ASSERT_EQ(remote.call("UpdateCert", create_cert_body(pki.upload(name), {{"ChainID", chain}})).status, 200);
  std::string after = before;
  for (int i = 0; i < 100 && after == before; ++i) {
    ::usleep(200'000);
    after = shown();
  }
  EXPECT_NE(after, before);
  EXPECT_EQ(get(server, name, roots).status, 0);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Https, IsProvedBySameCaAfterARestart) {
  std::string ca;
  {
    ServerProcess server(data_dir_, {.https = true});
    ca = read_file(ca_);
    server.kill();
  }
  write_file(directory_.path() / "trusted.pem", ca);
  const ServerProcess server(data_dir_, {.https = true});
  EXPECT_EQ(read_file(ca_), ca);
  EXPECT_EQ(get(server, "localhost", directory_.path() / "trusted.pem").status, 0);
}

// A client that trusts it trusts it only for these names.
TEST_F(Https, CaIsConstrainedToItsNames) {
  const ServerProcess server(data_dir_, {.https = true});
  const CommandResult text = run_command({"openssl", "x509", "-noout", "-text", "-in", ca_.string()});
  EXPECT_THAT(text.output, HasSubstr("X509v3 Name Constraints: critical"));
  const std::string constraints = text.output.substr(text.output.find("Name Constraints"));
  for (const std::string name :
       {"DNS:live.volcengineapi.com", "DNS:open.volcengineapi.com", "DNS:localhost", "IP:127.0.0.1"}) {
    EXPECT_THAT(constraints, HasSubstr(name));
  }
  EXPECT_THAT(text.output, HasSubstr("CA:TRUE, pathlen:0"));
}

TEST_F(Https, SpeaksNoTlsBefore12) {
  const ServerProcess server(data_dir_, {.https = true});
  const auto with = [&](const std::string& version) {
    return run_command({"openssl", "s_client", "-connect", server.https(), "-CAfile", ca_.string(),
                        "-verify_return_error", version, "-cipher", "DEFAULT@SECLEVEL=0"})
        .status;
  };
  EXPECT_EQ(with("-tls1_2"), 0);
  EXPECT_EQ(with("-tls1_3"), 0);
  EXPECT_NE(with("-tls1_1"), 0);
}

}  // namespace
}  // namespace livecert::test

#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"

// The changes that a running service applies at SIGHUP, and what `serve --check` reports before a start.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

std::string in_quotes(const fs::path& path) {
  return '"' + path.string() + '"';
}

class Reload : public testing::Test {
 protected:
  // The settings that every configuration here has, before those of a test.
  void write_config(const std::string& text) const { write_file(config_, "log_level = \"info\"\n" + text); }
  [[nodiscard]] std::string edge(const std::string& name) const {
    return "[[edge]]\nname = \"" + name + "\"\nkind = \"files\"\ndirectory = " + in_quotes(make_folder(name)) + "\n";
  }
  [[nodiscard]] fs::path make_folder(const std::string& name) const {
    fs::create_directories(directory_.path() / name);
    fs::permissions(directory_.path() / name, fs::perms::owner_all);
    return directory_.path() / name;
  }
  [[nodiscard]] ServerProcess start() const {
    return ServerProcess(directory_.path() / "data", {.more = {"--config", config_.string()}});
  }
  [[nodiscard]] static std::string edges_of(const ServerProcess& server) {
    std::vector<std::string> words{"edge", "status"};
    for (const std::string& flag : as_root_of(server)) words.push_back(flag);
    return run_livecert(std::move(words)).output;
  }

  TemporaryDirectory directory_;
  const fs::path config_ = directory_.path() / "livecert.toml";
};

TEST_F(Reload, ExchangesEdgesWithoutARestart) {
  write_config(edge("front"));
  ServerProcess server = start();
  EXPECT_THAT(edges_of(server), HasSubstr("front"));
  write_config(edge("back"));
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("applied: edge")) << server.log();
  std::string edges;
  for (int i = 0; i < 50 && edges.find("back") == std::string::npos; ++i) edges = edges_of(server);
  EXPECT_THAT(edges, HasSubstr("back"));
  EXPECT_THAT(edges, Not(HasSubstr("front")));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Reload, BeginsToDeliverWhenTheSettingAgainstItIsRemoved) {
  write_config("no_delivery = true\n" + edge("front"));
  ServerProcess server = start();
  EXPECT_THAT(edges_of(server), HasSubstr("no_delivery is set"));
  write_config(edge("front"));
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("applied: no_delivery")) << server.log();
  std::string edges = edges_of(server);
  for (int i = 0; i < 50 && edges.find("no_delivery") != std::string::npos; ++i) edges = edges_of(server);
  EXPECT_THAT(edges, Not(HasSubstr("no_delivery is set")));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Reload, NamesWhatNeedsARestart) {
  write_config("");
  ServerProcess server = start();
  write_config("node_id = 7\nkeep_versions = 3\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("need a restart: keep_versions, node_id")) << server.log();
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Reload, TakesNothingOfAConfigurationThatIsWrong) {
  write_config(edge("front"));
  ServerProcess server = start();
  write_config(edge("back") + edge("back"));
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("the configuration stays as it was: edge back: there is another edge of that name"))
      << server.log();
  write_config("rate_limit = \"many\"\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("rate_limit must be a number")) << server.log();
  EXPECT_THAT(edges_of(server), HasSubstr("front"));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Reload, TakesNothingOfAConfigurationWhoseFileOfRequestsCannotBeWritten) {
  write_config("");
  ServerProcess server = start();
  write_config("proof_interval = 20\naccess_log = \"/nonexistent/requests.log\"\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("the configuration stays as it was: access_log")) << server.log();
  EXPECT_THAT(server.log(), Not(HasSubstr("applied: ")));
  write_config("proof_interval = 20\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("applied: proof_interval")) << server.log();
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Reload, ChangesTheLogLevel) {
  write_config("");
  ServerProcess server = start();
  write_file(config_, "log_level = \"error\"\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("applied: log_level")) << server.log();
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr("stopped")));
}

// Each line is one JSON object, also with what a client wrote.
TEST_F(Reload, ChangesTheLogToJson) {
  write_config("");
  ServerProcess server = start();
  EXPECT_TRUE(server.logs(" info serving " + server.http_url()));
  write_config("log_format = \"json\"\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("applied: log_format")) << server.log();
  std::string log;
  for (int i = 0; i < 100 && log.find("\"action\":\"No") == std::string::npos; ++i) {
    static_cast<void>(Remote(server).try_call("No\"Such\\Action", "{}"));
    log = server.log();
  }
  EXPECT_EQ(server.stop(), 0);
  log = server.log();
  std::istringstream lines(log.substr(log.find("applied: log_format")));
  std::string line;
  std::getline(lines, line);  // the end of the line about it
  int accesses = 0;
  while (std::getline(lines, line)) {
    boost::system::error_code failure;
    const boost::json::value value = boost::json::parse(line, failure);
    ASSERT_FALSE(failure) << line;
    EXPECT_EQ(value.at("time").as_string().size(), 24U) << line;
    if (value.at("message").as_string() != "access") continue;
    ++accesses;
    EXPECT_GE(value.at("status").as_int64(), 400) << line;
    EXPECT_TRUE(value.at("request_id").is_string() && value.at("code").is_string() && value.at("ms").is_double())
        << line;
  }
  EXPECT_GT(accesses, 0) << log;
}

TEST_F(Reload, WritesRequestsIntoAFileApartAndOpensItAgain) {
  const fs::path file = directory_.path() / "access.log";
  const fs::path former = directory_.path() / "access.log.1";
  write_config("access_log = " + in_quotes(file) + "\n");
  ServerProcess server = start();
  const auto has_line = [&](const fs::path& where) {
    for (int i = 0; i < 100; ++i) {
      static_cast<void>(Remote(server).try_call("ListAccounts", "{}", kOwn));
      if (read_file(where).find(" info access request_id=") != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(has_line(file));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
  fs::rename(file, former);
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("no setting changed")) << server.log();
  EXPECT_TRUE(has_line(file));
  // A file that cannot be opened changes nothing.
  write_config("access_log = \"/nowhere/access.log\"\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(server.logs("access_log: /nowhere/access.log cannot be made")) << server.log();
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.log(), Not(HasSubstr("access request_id=")));
}

TEST_F(Reload, TheFirstLinesTellWhatRunsWhere) {
  write_config(edge("front"));
  ServerProcess server = start();
  for (const std::string& text :
       {std::string("livecert "), "store " + server.data_dir().string(), std::string("format "),
        "serving " + server.http_url(), std::string("edges: front (files)")}) {
    EXPECT_TRUE(server.logs(text)) << server.log();
  }
  EXPECT_EQ(server.stop(), 0);
}

class ServeCheck : public Reload {
 protected:
  [[nodiscard]] CommandResult check(const std::string& text) const {
    write_config("data_dir = " + in_quotes(directory_.path() / "data") + "\n" + text);
    return run_livecert({"serve", "--check", "--config", config_.string(), "--lang", "en"});
  }
};

TEST_F(ServeCheck, SaysWhatAFirstStartWouldDoAndMakesNothing) {
  const CommandResult result = check("http = \"127.0.0.1:0\"\n" + edge("front"));
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("There is no store yet"));
  EXPECT_THAT(result.output, HasSubstr("edge front: files"));
  EXPECT_FALSE(fs::exists(directory_.path() / "data"));
  EXPECT_FALSE(fs::exists(directory_.path() / "data.master-key"));
}

// nginx and HAProxy get files before their first domain, but not from a check.
TEST_F(ServeCheck, WritesNothingIntoTheFoldersOfEdges) {
  std::string edges;
  for (const std::string kind : {"nginx", "haproxy"}) {
    edges += "[[edge]]\nname = \"" + kind + "\"\nkind = \"" + kind + "\"\ndirectory = " + in_quotes(make_folder(kind)) +
             "\n";
  }
  const CommandResult result = check("http = \"127.0.0.1:0\"\n" + edges + "socket = \"/nowhere/socket\"\n");
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
  EXPECT_TRUE(fs::is_empty(directory_.path() / "nginx"));
  EXPECT_TRUE(fs::is_empty(directory_.path() / "haproxy"));
}

TEST_F(ServeCheck, NamesTheFolderOfAnEdgeThatIsMissing) {
  const CommandResult result =
      check("http = \"127.0.0.1:0\"\n[[edge]]\nname = \"front\"\nkind = \"nginx\"\ndirectory = \"/nowhere/nginx\"\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("error    edge front: "));
  EXPECT_THAT(result.output, HasSubstr("/nowhere"));
}

TEST_F(ServeCheck, WarnsOfASocketThatDoesNotAnswer) {
  const std::string folder = in_quotes(make_folder("haproxy"));
  const CommandResult result =
      check("http = \"127.0.0.1:0\"\n[[edge]]\nname = \"front\"\nkind = \"haproxy\"\ndirectory = " + folder +
            "\nsocket = " + in_quotes(directory_.path() / "haproxy" / "no.sock") + "\n");
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("warning  edge front: "));
  EXPECT_THAT(result.output, HasSubstr("no.sock"));
}

TEST_F(ServeCheck, KnowsAServiceThatRunsAndAPortThatIsTaken) {
  write_config("");
  ServerProcess server = start();
  const CommandResult own = check("http = " + in_quotes(server.http()) + "\n");
  EXPECT_EQ(own.status, 0) << own.output;
  EXPECT_THAT(own.output, HasSubstr("a service runs on it"));
  EXPECT_THAT(own.output, HasSubstr("The master key opens the store"));
  write_config("data_dir = " + in_quotes(directory_.path() / "other") + "\nhttp = " + in_quotes(server.http()) + "\n");
  const CommandResult other = run_livecert({"serve", "--check", "--config", config_.string(), "--lang", "en"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.output, HasSubstr("error    " + server.http()));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(ServeCheck, FindsAMasterKeyThatIsNotTheStores) {
  write_config("");
  {
    ServerProcess server = start();
    EXPECT_EQ(server.stop(), 0);
  }
  write_file(directory_.path() / "data.master-key", std::string(64, '0') + "\n");
  const CommandResult result = check("http = \"127.0.0.1:0\"\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("error    master key file "));
}

}  // namespace
}  // namespace livecert::test

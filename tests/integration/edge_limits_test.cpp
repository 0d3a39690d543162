// Limits of what edges may do to this process, and of what users who add edges may do to this machine.
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/remote.h"
#include "support/pki.h"

namespace livecert::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

class EdgeLimits : public testing::Test {
 protected:
  EdgeLimits() {
    ::chmod(path().c_str(), 0755);
    fs::create_directories(folder());
  }

  [[nodiscard]] const fs::path& path() const { return directory_.path(); }
  [[nodiscard]] fs::path folder() const { return path() / "edges" / "front"; }

  [[nodiscard]] std::unique_ptr<ServerProcess> serve(const std::string& settings) const {
    write_file(path() / "livecert.toml", settings);
    return std::make_unique<ServerProcess>(
        path() / "data", ServerProcess::Flags{.more = {"--config", path() / "livecert.toml", "--domains", "auto"}});
  }
  void bind(Remote& remote, const std::string& domain) const {
    const std::string chain = remote.call("CreateCert", create_cert_body(pki_.upload(domain))).text("ChainID");
    const json::object bound{{"ChainID", chain}, {"Domain", domain}, {"HTTPS", true}};
    EXPECT_EQ(remote.call("BindCert", json::serialize(bound)).status, 200);
  }
  static json::array edges(Remote& remote) {
    return remote.call("ListEdges", "{}", kOwn).result.at("EdgeList").as_array();
  }

 private:
  TemporaryDirectory directory_;
  base::SystemClock clock_;
  const Pki pki_{clock_.now()};
};

TEST_F(EdgeLimits, ACommandThatDoesNotEndDoesNotHoldTheStop) {
  const auto server = serve("[[edge]]\nname = \"front\"\nkind = \"files\"\ndirectory = \"" + folder().string() +
                            "\"\ncommand = [\"/bin/sh\", \"-c\", \"echo > " + (path() / "ready").string() +
                            "; trap : TERM; while :; do sleep 1; done\"]\n");
  Remote remote(*server);
  bind(remote, "live.example.net");
  ASSERT_TRUE(eventually([&] { return fs::exists(path() / "ready"); }));
  server->process().send_signal(SIGTERM);
  // Far less than the half minute that a command may take, and more than a busy machine needs for two seconds.
  EXPECT_EQ(server->process().wait(std::chrono::seconds(15)), 0);
  EXPECT_THAT(server->log(), testing::Not(HasSubstr("is not served")));
}

TEST_F(EdgeLimits, AnEdgeThatTheSettingsDoNotAllowAnyMoreIsKeptAndNotDeliveredTo) {
  const std::string roots = "edge_roots = [\"" + (path() / "edges").string() + "\"]\n";
  const json::object edge{{"Name", "front"}, {"Kind", "files"}, {"Directory", folder().string()}};
  {
    const auto server = serve(roots);
    Remote remote(*server);
    const Answer refused = remote.call("CreateEdge", R"({"Name":"far","Kind":"files","Directory":"/etc"})", kOwn);
    EXPECT_EQ(refused.code(), "InvalidParam");
    EXPECT_THAT(refused.message(), HasSubstr("directory must be below"));
    EXPECT_EQ(remote.call("CreateEdge", json::serialize(edge), kOwn).status, 200);
    bind(remote, "live.example.net");
    ASSERT_TRUE(eventually([&] { return fs::exists(folder() / "live.example.net.pem"); }));
    EXPECT_EQ(server->process().is_running(), true);
  }
  fs::remove(folder() / "live.example.net.pem");
  {
    const auto server = serve("edge_roots = [\"/srv/elsewhere\"]\n");
    Remote remote(*server);
    ASSERT_EQ(edges(remote).size(), 1U);
    EXPECT_THAT(std::string(edges(remote).at(0).at("Failure").as_string()), HasSubstr("it is not delivered to"));
    EXPECT_THAT(server->log(), HasSubstr("error edge front: it is not delivered to: directory must be below"));
    bind(remote, "more.example.net");
    EXPECT_FALSE(fs::exists(folder() / "more.example.net.pem"));
  }
  const auto server = serve(roots);
  EXPECT_TRUE(eventually([&] { return fs::exists(folder() / "live.example.net.pem"); })) << "nothing was lost";
  EXPECT_TRUE(eventually([&] { return fs::exists(folder() / "more.example.net.pem"); }));
}

}  // namespace
}  // namespace livecert::test

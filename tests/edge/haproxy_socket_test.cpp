// One command to a socket that may be anything.
#include "edge/drivers/haproxy_socket.h"

#include <array>
#include <future>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "edge/drivers/haproxy_answer.h"
#include "edge/drivers/haproxy_runtime.h"
#include "edge/privileges.h"
#include "support/pki.h"
#include "support/temporary_directory.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

// Listens; answers one connection, or some in turn, with these bytes when told to.
class OneAnswer {
 public:
  OneAnswer() : OneAnswer(std::filesystem::path()) {}
  explicit OneAnswer(std::filesystem::path at)
      : path_(at.empty() ? directory_.path() / "api.sock" : std::move(at)),
        listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path_.native(), std::begin(address.sun_path));
    LIVECERT_CHECK(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    LIVECERT_CHECK(::listen(listener_.get(), 0) == 0);
  }
  ~OneAnswer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // Skips a connection on which nothing was sent.
  void skip() const { const base::OwnedDescriptor connection(::accept(listener_.get(), nullptr, nullptr)); }

  // Sends the pieces one by one, and closes.
  void answer(std::vector<std::string> pieces) {
    thread_ = std::thread([this, pieces = std::move(pieces)] { answer_one(pieces); });
  }
  // Sends each answer on a new connection.
  void answer_each(std::vector<std::string> answers) {
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const std::string& answer : answers) answer_one({answer});
    });
  }

 private:
  void answer_one(const std::vector<std::string>& pieces) const {
    const base::OwnedDescriptor connection(::accept(listener_.get(), nullptr, nullptr));
    std::array<char, 16384> command{};
    if (::recv(connection.get(), command.data(), command.size(), 0) <= 0) return;
    for (const std::string& piece : pieces) ::send(connection.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path path_;
  base::OwnedDescriptor listener_;
  std::thread thread_;
};

HaproxySocket socket_at(const std::filesystem::path& path, std::chrono::milliseconds deadline) {
  return {{path.parent_path()}, path.filename(), deadline};
}

base::Error failure_of(const base::Result<base::WipedBuffer>& answer) {
  if (answer) return {ErrorCode::kInternal, "answered: " + std::string(base::as_text(*answer))};
  return answer.error();
}

TEST(HaproxySocket, PutsAnAnswerTogetherFromItsPieces) {
  OneAnswer server;
  server.answer({"one", " two\n", std::string(100'000, 'x'), "\n", "\n"});
  const auto answer = socket_at(server.path(), 1min).ask("show info\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(base::as_text(*answer), "one two\n" + std::string(100'000, 'x') + "\n\n");
}

TEST(HaproxySocket, TakesAnEmptyAnswerForOne) {
  OneAnswer server;
  server.answer({"\n"});
  const auto answer = socket_at(server.path(), 1min).ask("show ssl cert\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(base::as_text(*answer), "\n");
}

TEST(HaproxySocket, FailsWhenTheAnswerIsCutOff) {
  for (const char* const half : {"", "Comm", "Committing /x.pem\n", "Committing /x.pem\nSuccess!"}) {
    OneAnswer server;
    server.answer({half});
    const base::Error failure = failure_of(socket_at(server.path(), 1min).ask("commit ssl cert /x.pem\n"));
    EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure) << failure.message;
    EXPECT_THAT(failure.message, HasSubstr(server.path().string()));
  }
}

TEST(HaproxySocket, DoesNotWaitForEverForAnAnswer) {
  const OneAnswer server;
  const base::Error failure = failure_of(socket_at(server.path(), 20ms).ask("show info\n"));
  EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
}

TEST(HaproxySocket, DoesNotWaitForEverToBeLetIn) {
  const OneAnswer server;
  // No connection is accepted: the queue is full after the first one.
  for (int i = 0; i < 3; ++i) {
    const base::Error failure = failure_of(socket_at(server.path(), 20ms).ask("show info\n"));
    EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
  }
}

TEST(HaproxySocket, DoesNotWaitForEverToBeHeard) {
  const OneAnswer server;
  const std::string large(10'000'000, 'x');
  const base::Error failure = failure_of(socket_at(server.path(), 20ms).ask(large + "\n"));
  EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
}

TEST(HaproxySocket, WaitsNoLongerOnceLivecertStops) {
  const OneAnswer server;
  StopSignal stop;
  const HaproxySocket socket({server.path().parent_path()}, server.path().filename(), 5min, &stop);
  auto asked = std::async(std::launch::async, [&] { return failure_of(socket.ask("show info\n")); });
  stop.raise();
  EXPECT_THAT(asked.get().message, HasSubstr("because livecert stops"));
  // The same while the queue is full and no connection is accepted.
  EXPECT_THAT(failure_of(socket.ask("show info\n")).message, HasSubstr("because livecert stops"));
}

TEST(HaproxySocket, FollowsNoLinkToASocket) {
  const OneAnswer server;
  const test::TemporaryDirectory directory;
  std::filesystem::create_symlink(server.path(), directory.path() / "api.sock");
  EXPECT_THAT(failure_of(socket_at(directory.path() / "api.sock", 1min).ask("show info\n")).message,
              HasSubstr("is a symbolic link, which livecert does not follow"));
  std::filesystem::create_directory(directory.path() / "folder");
  EXPECT_THAT(failure_of(socket_at(directory.path() / "folder", 1min).ask("show info\n")).message,
              HasSubstr("is no socket"));
}

TEST(HaproxySocket, TellsNothingToASocketThatSomebodyElseServes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  const test::TemporaryDirectory directory;
  const std::filesystem::path folder = directory.path() / "run";
  std::filesystem::create_directory(folder);
  ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(folder.c_str(), 0777), 0);
  std::optional<OneAnswer> server;
  {
    const test::WithoutPrivileges without;
    server.emplace(folder / "api.sock");
  }
  EXPECT_THAT(failure_of(socket_at(server->path(), 1min).ask("show info\n")).message,
              HasSubstr("is served by user nobody, who is neither root nor the owner of the socket's folder"));
  // HAProxy's own folder, and its own socket in it.
  ASSERT_EQ(::chown(folder.c_str(), test::kNobody, test::kNobody), 0);
  server->skip();
  server->answer({"fine\n\n"});
  EXPECT_TRUE(socket_at(server->path(), 1min).ask("show info\n"));
}

TEST(HaproxySocket, IsNotReachedByAWayThatSomebodyElseCouldExchange) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  const OneAnswer server;
  ASSERT_EQ(::chmod(server.path().parent_path().c_str(), 0755), 0);
  const test::TemporaryDirectory directory;
  ASSERT_EQ(::chown(directory.path().c_str(), test::kNobody, test::kNobody), 0);
  std::filesystem::create_directory_symlink(server.path().parent_path(), directory.path() / "run");
  EXPECT_THAT(failure_of(socket_at(directory.path() / "run" / "api.sock", 1min).ask("show info\n")).message,
              HasSubstr("belongs to user nobody"));
}

TEST(HaproxySocket, GivesUpAnAnswerWithoutEnd) {
  OneAnswer server;
  server.answer(std::vector<std::string>(40, std::string(1U << 20U, 'x')));
  const base::Error failure = failure_of(socket_at(server.path(), 1min).ask("show ssl cert\n"));
  EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(failure.message, HasSubstr("end of its answer"));
}

TEST(HaproxySocket, SaysWhenNobodyListens) {
  const test::TemporaryDirectory directory;
  const base::Error missing = failure_of(socket_at(directory.path() / "none", 1min).ask("show info\n"));
  EXPECT_EQ(missing.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(missing.message, HasSubstr("No such file"));
  const base::Error long_path =
      failure_of(socket_at(directory.path() / std::string(200, 'x'), 1min).ask("show info\n"));
  EXPECT_EQ(long_path.code, ErrorCode::kUpstreamFailure);
}

TEST(HaproxyAnswer, TellsAJudgementFromATrouble) {
  const auto code_of = [](const char* answer) { return refusal("x", answer).code; };
  EXPECT_EQ(
      code_of("inconsistencies between private key and certificate loaded '/d/x.pem'.\nCan't commit /d/x.pem!\n\n"),
      ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(
      code_of("unable to load certificate from file '/d/x.pem'.\nCan't load the payload\nCan't update /d/x.pem!\n"),
      ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(code_of("Can't edit the crt-list: parsing [CLI:1]: unknown ssl keyword alpn\n\n"),
            ErrorCode::kUpstreamBadAnswer);
  for (const char* const trouble :
       {"Permission denied\n\n", "Unknown command. Please enter one of the following commands only:\n\n",
        "Can't edit the crt-list: crt-list '/d/crt-list' does not exist!\n\n",
        "Can't edit the crt-list: certificate '/d/x.pem' does not exist!\n\n",
        "Can't edit the crt-list: certificate '/d/x.pem' is empty!\n\n",
        "Can't replace a certificate which is not referenced by the configuration!\nCan't update /d/x.pem!\n\n",
        "No ongoing transaction! !\nCan't commit /d/x.pem!\n\n",
        "Can't update the certificate!\nOperations on certificates are currently locked!\n\n",
        "The ongoing transaction is about '/d/y.pem' but you are trying to set '/d/x.pem'\nCan't commit /d/x.pem!\n\n",
        "something else\n\n", "\n"}) {
    EXPECT_EQ(code_of(trouble), ErrorCode::kUpstreamFailure) << trouble;
  }
}

TEST(HaproxyAnswer, NamesTheOtherTransaction) {
  EXPECT_EQ(
      other_transaction("The ongoing transaction is about '/a b' but you are trying to abort a transaction for 'c'"),
      "/a b");
  EXPECT_EQ(other_transaction("No ongoing transaction!"), "");
  EXPECT_EQ(other_transaction("The ongoing transaction is about '/a"), "");
  EXPECT_EQ(transaction_written("Transaction updated for certificate /a.pem!\n\n"), "/a.pem");
  EXPECT_EQ(transaction_written("Transaction created for certificate /a.pem!\n\n"), "/a.pem");
  EXPECT_EQ(transaction_written("Can't load the payload\n\n"), "");
}

TEST(HaproxyAnswer, LeavesOutWhatThePayloadHolds) {
  const std::string key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqqZ0u3Y7bWlYc2Vj";
  const std::string payload = "-----BEGIN PRIVATE KEY-----\n" + key + "\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  const auto quoted = [&](const std::string& answer) {
    return refusal("HAProxy refuses", answer, base::as_bytes(payload)).message;
  };
  EXPECT_THAT(quoted("Unknown command: '" + key + "', but maybe one of the following ones is a better match:\n"),
              ::testing::AllOf(HasSubstr("Unknown command: '...', but maybe"), Not(HasSubstr(key.substr(0, 8)))));
  EXPECT_THAT(quoted("x" + key.substr(10, 30) + "/y"), Not(HasSubstr(key.substr(10, 8))));
  EXPECT_THAT(quoted("c2VjcmV0\n"), Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(quoted("unable to load\x01 certificate\n\n"), HasSubstr("HAProxy refuses: unable to load certificate"));
  EXPECT_LT(quoted(std::string(100'000, 'x')).size(), 400U);
}

// Names from HAProxy go to the log and into a receipt's failure.
TEST(HaproxyRuntime, NamesAnothersTransactionOnOneLine) {
  OneAnswer server;
  const std::string absent = "Can't display the certificate: Not found or the certificate is a bundle!\n\n";
  server.answer_each(
      {absent, "The ongoing transaction is about '/a\nforged\x1b[2J\x9f' but you are trying to abort one\n\n"});
  Order order;
  order.domain = "live.example.net";
  const CrtListFile file = make_crt_list_file(order);
  const std::vector<std::string> domains{std::string(order.domain)};
  const HaproxyTimes times{1min, 1min};
  const test::Pki pki(base::from_unix_seconds(1'780'000'000));
  HaproxyRuntime runtime(socket_at(server.path(), times.deadline), "/etc/haproxy/livecert", times);
  const auto done = runtime.put({file, base::as_bytes("pem"), pki.root(), domains});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, ::testing::StartsWith("a change of the certificate /a forged [2J that livecert"));
}

TEST(HaproxyRuntime, LeavesThePayloadOutOfTheNameOfWhatItWentTo) {
  const std::string key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqqZ0u3Y7bWlYc2Vj";
  Order order;
  order.domain = "live.example.net";
  const CrtListFile file = make_crt_list_file(order);
  const std::vector<std::string> domains{std::string(order.domain)};
  OneAnswer server;
  const std::string shown = "Filename: /etc/haproxy/livecert/" + file.name + "\nStatus: Used\n\n";
  const std::string none = "No ongoing transaction!\n\n";
  server.answer_each({shown, none, "Transaction updated for certificate x\n" + key + "!\n\n", none});
  const HaproxyTimes times{1min, 1min};
  const test::Pki pki(base::from_unix_seconds(1'780'000'000));
  HaproxyRuntime runtime(socket_at(server.path(), times.deadline), "/etc/haproxy/livecert", times);
  const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + key + "\n";
  const auto done = runtime.put({file, base::as_bytes(pem), pki.root(), domains});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, ::testing::EndsWith(" went to x ..."));
}

std::string observed_when(int clients, int all, int process = 7, int uptime = 100) {
  return "Name: HAProxy\nPid: " + std::to_string(process) + "\nUptime_sec: " + std::to_string(uptime) +
         "\nCumConns: " + std::to_string(all) + "\n\n# pxname,svname,conn_tot,\nfront,FRONTEND," +
         std::to_string(clients) + ",\nother,FRONTEND,3,\n\n";
}

// The connections that are neither ours nor those of clients.
TEST(HaproxyRuntime, CountsTheConnectionsOfOthers) {
  OneAnswer server;
  server.answer_each({observed_when(10, 20), observed_when(10, 21), observed_when(15, 28), observed_when(17, 29),
                      "Name: HAProxy\nPid: 7\nUptime_sec: 101\nCumConns: 41\n\n# pxname,svname,\nfront,FRONTEND,\n\n"});
  const HaproxyTimes times{1min, 1min};
  HaproxyRuntime runtime(socket_at(server.path(), times.deadline), "/etc/haproxy/livecert", times);
  const auto first = runtime.observe().value();
  EXPECT_FALSE(first.is_same_process) << "none was known";
  EXPECT_EQ(first.connections_of_others, 20 - 13 - 1);
  const auto second = runtime.observe().value();
  EXPECT_TRUE(second.is_same_process);
  EXPECT_EQ(second.connections_of_others, 6) << "only ours came";
  EXPECT_EQ(runtime.observe().value().connections_of_others, 7) << "one more, and five clients";
  EXPECT_LE(runtime.observe().value().connections_of_others, 7) << "clients came between the two numbers";
  EXPECT_EQ(runtime.observe().value().connections_of_others, std::nullopt) << "no such column";
}

TEST(HaproxyRuntime, KnowsANewProcessByItsNumberItsTimeOrItsCounter) {
  OneAnswer server;
  server.answer_each({observed_when(1, 50), observed_when(1, 60, 8), observed_when(1, 70, 8, 0),
                      observed_when(1, 5, 8, 0), observed_when(1, 6, 8, 1), "Name: HAProxy\n\n"});
  const HaproxyTimes times{1min, 1min};
  HaproxyRuntime runtime(socket_at(server.path(), times.deadline), "/etc/haproxy/livecert", times);
  for (const bool is_same : {false, false, false, false, true}) {
    EXPECT_EQ(runtime.is_same_process().value(), is_same);
  }
  const auto unknown = runtime.is_same_process();
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("HAProxy does not say which process it is"));
}

}  // namespace
}  // namespace livecert::edge

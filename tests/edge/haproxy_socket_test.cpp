// One command to a socket that may be anything.
#include "edge/haproxy_socket.h"

#include <array>
#include <future>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "edge/haproxy_answer.h"
#include "support/temporary_directory.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

// Listens; answers one connection with these bytes when told to.
class OneAnswer {
 public:
  OneAnswer() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path().native(), std::begin(address.sun_path));
    LIVECERT_CHECK(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    LIVECERT_CHECK(::listen(listener_.get(), 0) == 0);
  }
  ~OneAnswer() {
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "api.sock"; }

  // Sends the pieces one by one, and closes.
  void answer(std::vector<std::string> pieces) {
    thread_ = std::thread([this, pieces = std::move(pieces)] {
      const base::OwnedDescriptor connection(::accept(listener_.get(), nullptr, nullptr));
      std::array<char, 4096> command{};
      if (::recv(connection.get(), command.data(), command.size(), 0) <= 0) return;
      for (const std::string& piece : pieces) ::send(connection.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
    });
  }

 private:
  test::TemporaryDirectory directory_;
  base::OwnedDescriptor listener_;
  std::thread thread_;
};

base::Error failure_of(const base::Result<base::WipedBuffer>& answer) {
  if (answer) return {ErrorCode::kInternal, "answered: " + std::string(base::as_text(*answer))};
  return answer.error();
}

TEST(HaproxySocket, PutsAnAnswerTogetherFromItsPieces) {
  OneAnswer server;
  server.answer({"one", " two\n", std::string(100'000, 'x'), "\n", "\n"});
  const auto answer = HaproxySocket(server.path(), 1min).ask("show info\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(base::as_text(*answer), "one two\n" + std::string(100'000, 'x') + "\n\n");
}

TEST(HaproxySocket, TakesAnEmptyAnswerForOne) {
  OneAnswer server;
  server.answer({"\n"});
  const auto answer = HaproxySocket(server.path(), 1min).ask("show ssl cert\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(base::as_text(*answer), "\n");
}

TEST(HaproxySocket, FailsWhenTheAnswerIsCutOff) {
  for (const char* const half : {"", "Comm", "Committing /x.pem\n", "Committing /x.pem\nSuccess!"}) {
    OneAnswer server;
    server.answer({half});
    const base::Error failure = failure_of(HaproxySocket(server.path(), 1min).ask("commit ssl cert /x.pem\n"));
    EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure) << failure.message;
    EXPECT_THAT(failure.message, HasSubstr(server.path().string()));
  }
}

TEST(HaproxySocket, DoesNotWaitForEverForAnAnswer) {
  const OneAnswer server;
  const base::Error failure = failure_of(HaproxySocket(server.path(), 20ms).ask("show info\n"));
  EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
}

TEST(HaproxySocket, DoesNotWaitForEverToBeLetIn) {
  const OneAnswer server;
  // Nobody accepts: the queue is full after the first.
  for (int i = 0; i < 3; ++i) {
    const base::Error failure = failure_of(HaproxySocket(server.path(), 20ms).ask("show info\n"));
    EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
  }
}

TEST(HaproxySocket, DoesNotWaitForEverToBeHeard) {
  const OneAnswer server;
  const std::string large(10'000'000, 'x');
  const base::Error failure = failure_of(HaproxySocket(server.path(), 20ms).ask(large + "\n"));
  EXPECT_THAT(failure.message, HasSubstr("did not answer within 20 ms"));
}

TEST(HaproxySocket, GivesUpAnAnswerWithoutEnd) {
  OneAnswer server;
  server.answer(std::vector<std::string>(40, std::string(1U << 20U, 'x')));
  const base::Error failure = failure_of(HaproxySocket(server.path(), 1min).ask("show ssl cert\n"));
  EXPECT_EQ(failure.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(failure.message, HasSubstr("end of its answer"));
}

TEST(HaproxySocket, SaysWhenNobodyListens) {
  const test::TemporaryDirectory directory;
  const base::Error missing = failure_of(HaproxySocket(directory.path() / "none", 1min).ask("show info\n"));
  EXPECT_EQ(missing.code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(missing.message, HasSubstr("No such file"));
  const base::Error long_path =
      failure_of(HaproxySocket(directory.path() / std::string(200, 'x'), 1min).ask("show info\n"));
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

}  // namespace
}  // namespace livecert::edge

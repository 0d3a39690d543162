#include "outgoing/process.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <linux/landlock.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/support.h"
#include "outgoing/answer_requests.h"
#include "outgoing/confinement.h"
#include "outgoing/mail_server.h"
#include "support/temporary_directory.h"
#include "support/tiny_server.h"

// The process for outgoing calls: this test as one (main.cpp), and programs that only pretend to be one.
namespace livecert::outgoing::test {
namespace {

using base::ErrorCode;
using livecert::test::make_answer;
using livecert::test::TemporaryDirectory;
using livecert::test::TinyServer;
using net::test::eventually;
using net::test::ToyServer;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ProcessTest : public testing::Test {
 protected:
  [[nodiscard]] Process::Options options(std::string program = "/proc/self/exe") {
    Process::Options options;
    options.program = std::move(program);
    options.report = [this](const std::string& line) {
      const std::scoped_lock lock(mutex_);
      reports_.push_back(line);
    };
    options.shortest_pause = milliseconds(1);
    options.longest_pause = milliseconds(20);
    return options;
  }
  [[nodiscard]] bool reported(const std::string& text) {
    return eventually([&] {
      const std::scoped_lock lock(mutex_);
      return std::ranges::any_of(reports_,
                                 [&](const std::string& line) { return line.find(text) != std::string::npos; });
    });
  }
  static Call call_to(std::string url, milliseconds timeout = std::chrono::seconds(60)) {
    Call call;
    call.method = "GET";
    call.url = std::move(url);
    call.timeout = timeout;
    return call;
  }
  static std::string url_of(const ToyServer& toy, const std::string& target) {
    return "http://" + toy.server->addresses().http->to_string() + target;
  }
  static net::Limits limits_for_many() {
    net::Limits limits;
    limits.answer_time = std::chrono::seconds(60);
    return limits;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> reports_;
};

TEST_F(ProcessTest, SendsACallAsItIsAndGivesItsAnswer) {
  const TinyServer server(
      [](const http::Request&) { return make_answer("429 Too Many Requests", "slow down", "Retry-After: 30\r\n"); });
  Process process(options());
  Call call{"PUT", server.url() + "/hook?a=1", {{"Content-Type", "application/json"}, {"X-Empty", ""}}, "{}"};
  const auto answer = process.call(call);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "slow down");
  EXPECT_EQ(answer->retry_after, std::chrono::seconds(30));
  ASSERT_EQ(server.requests().size(), 1U);
  const http::Request request = server.requests().front();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/hook?a=1");
  EXPECT_EQ(request.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(request.headers.find("X-Empty"), "");
  EXPECT_EQ(base::as_text(request.body), "{}");
}

TEST_F(ProcessTest, FollowsNoRedirectAndCutsALongAnswer) {
  const TinyServer server([](const http::Request& request) {
    if (request.target == "/moved") return make_answer("302 Found", "", "Location: /elsewhere\r\n");
    return make_answer("500 No", std::string(5000, 'x'));
  });
  Process process(options());
  EXPECT_EQ(process.call(call_to(server.url() + "/moved"))->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
  Call call = call_to(server.url() + "/long");
  call.max_answer_bytes = 100;
  const auto answer = process.call(call);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body, std::string(100, 'x'));
}

TEST_F(ProcessTest, ErrorsNameTheHostAndNoSecret) {
  Process process(options());
  const auto refused = process.call(call_to("http://user:secret@127.0.0.1:1/secret?token=secret"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(refused.error().message, testing::StartsWith("127.0.0.1:1: "));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
  for (const std::string url : {"file:///etc/hostname", "smtp://127.0.0.1:1", "secret", ""}) {
    const auto answer = process.call(call_to(url));
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, ErrorCode::kUpstreamFailure);
    EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
  }
}

TEST_F(ProcessTest, SendsNoFieldWithALineBreak) {
  const TinyServer server([](const http::Request&) { return make_answer("200 OK", ""); });
  Process process(options());
  for (const auto& [name, value] : {std::pair("A\r\nB", "1"), std::pair("A", "1\r\nB: 2"), std::pair("", "1")}) {
    Call call = call_to(server.url());
    call.headers.emplace_back(name, value);
    EXPECT_FALSE(process.call(call));
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(ProcessTest, SendsMail) {
  const MailServer server;
  Process process(options());
  Mail mail;
  mail.url = server.url();
  mail.demand_tls = false;
  mail.from = "livecert@a.example";
  mail.to = {"x@b.example", "y@b.example"};
  mail.message = "Subject: ends soon\r\n\r\n.dot\r\n";
  const auto answer = process.mail(mail);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 250);
  const std::vector<std::string> lines = server.lines();
  EXPECT_THAT(lines, Contains(HasSubstr("MAIL FROM:<livecert@a.example>")));
  EXPECT_THAT(lines, Contains("RCPT TO:<x@b.example>"));
  EXPECT_THAT(lines, Contains("RCPT TO:<y@b.example>"));
  EXPECT_THAT(lines, Contains("Subject: ends soon"));
  EXPECT_THAT(lines, Contains("..dot"));
}

TEST_F(ProcessTest, AMailThatIsRefusedIsAnAnswerWithTheServersWords) {
  const MailServer server([](const std::string& line) -> std::string {
    return line.starts_with("RCPT") ? "550-5.1.1 nobody\r\n550 5.1.1 of that name" : "";
  });
  Process process(options());
  Mail mail;
  mail.url = server.url();
  mail.demand_tls = false;
  mail.from = "livecert@a.example";
  mail.to = {"x@b.example"};
  const auto answer = process.mail(mail);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 550);
  EXPECT_EQ(answer->body, "550-5.1.1 nobody\r\n550 5.1.1 of that name\r\n");
}

TEST_F(ProcessTest, GivesNoPasswordToAMailServerWithoutTls) {
  const MailServer server([](const std::string& line) -> std::string {
    return line.starts_with("EHLO") ? "250-mail.example\r\n250 AUTH PLAIN LOGIN" : "";
  });
  Process process(options());
  Mail mail;
  mail.url = server.url();
  mail.user = "user";
  mail.password = "secret";
  mail.from = "livecert@a.example";
  mail.to = {"x@b.example"};
  const auto answer = process.mail(mail);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUpstreamFailure);
  for (const std::string& line : server.lines())
    EXPECT_FALSE(line.starts_with("AUTH") || line.starts_with("MAIL")) << line;
}

TEST_F(ProcessTest, MakesManyCallsAtOnceAndTheOthersWait) {
  ToyServer toy(limits_for_many());
  Process process(options());
  std::vector<std::future<int>> calls;
  for (int i = 0; i < kCallsAtOnce + 20; ++i) {
    calls.push_back(std::async(std::launch::async, [&] {
      const auto answer = process.call(call_to(url_of(toy, "/pending")));
      return answer ? answer->status : 0;
    }));
  }
  EXPECT_TRUE(eventually([&] { return toy.handler.pending() == kCallsAtOnce; }));
  const auto hurried = process.call(call_to(url_of(toy, "/"), milliseconds(50)));
  ASSERT_FALSE(hurried);
  EXPECT_EQ(hurried.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(toy.handler.pending(), std::size_t{kCallsAtOnce});
  toy.handler.answer_pending();
  EXPECT_TRUE(eventually([&] { return toy.handler.pending() == 20; }));
  toy.handler.answer_pending();
  for (std::future<int>& call : calls) EXPECT_EQ(call.get(), 200);
}

TEST_F(ProcessTest, ThatIsKilledFailsItsCallsAndTheNextCallWorks) {
  ToyServer toy;
  Process process(options());
  const auto first = process.id();
  auto call = std::async(std::launch::async, [&] { return process.call(call_to(url_of(toy, "/hold"))); });
  toy.handler.wait_until_entered(1);
  ASSERT_EQ(::kill(*first, SIGKILL), 0);
  const auto answer = call.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(answer.error().message, HasSubstr("ended before the answer came"));
  EXPECT_EQ(process.call(call_to(url_of(toy, "/")))->status, 200);
  EXPECT_NE(process.id(), first);
  EXPECT_TRUE(reported("signal 9"));
}

TEST_F(ProcessTest, ThatIsToEndFailsTheCallsUnderWay) {
  ToyServer toy;
  Process process(options());
  auto call = std::async(std::launch::async, [&] { return process.call(call_to(url_of(toy, "/hold"))); });
  toy.handler.wait_until_entered(1);
  process.stop();
  const auto answer = call.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(answer.error().message, HasSubstr("the service is stopping"));
  EXPECT_FALSE(process.call(call_to(url_of(toy, "/"))));
}

TEST_F(ProcessTest, ThatIsStoppedKeepsNoCallBeyondItsTime) {
  ToyServer toy;
  Process process(options());  // its grace is long, so that it is not started again
  ASSERT_EQ(::kill(*process.id(), SIGSTOP), 0);
  // The second is larger than what the socket holds.
  for (const std::size_t size : {0UL, 1'000'000UL}) {
    Call call = call_to(url_of(toy, "/"), milliseconds(50));
    call.body.assign(size, 'x');
    const auto answer = process.call(call);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kDeadlineExceeded);
  }
  ASSERT_EQ(::kill(*process.id(), SIGCONT), 0);
  EXPECT_EQ(process.call(call_to(url_of(toy, "/")))->status, 200);
}

TEST_F(ProcessTest, ThatHangsIsStartedAgain) {
  ToyServer toy;
  Process::Options hasty = options();
  hasty.grace = milliseconds(50);
  Process process(std::move(hasty));
  const auto first = process.id();
  ASSERT_EQ(::kill(*first, SIGSTOP), 0);
  EXPECT_FALSE(process.call(call_to(url_of(toy, "/"), milliseconds(20))));
  EXPECT_TRUE(reported("does not answer"));
  EXPECT_EQ(process.call(call_to(url_of(toy, "/")))->status, 200);
  EXPECT_NE(process.id(), first);
}

TEST_F(ProcessTest, EndsWithItsOwner) {
  std::optional<pid_t> id;
  {
    Process process(options());
    id = process.id();
    ASSERT_TRUE(id);
  }
  EXPECT_NE(::kill(*id, 0), 0);
}

TEST_F(ProcessTest, ThatCannotBeStartedFailsCallsInTheirTime) {
  Process process(options("/nowhere/livecert"));
  EXPECT_TRUE(reported("cannot be started: No such file or directory"));
  const auto answer = process.call(call_to("http://127.0.0.1:1/", milliseconds(50)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDeadlineExceeded);
}

// A program that reads a byte of the request and then sends these bytes.
class HostileTest : public ProcessTest {
 protected:
  std::string program(const std::string& octal_bytes) {
    const std::string path = directory_.path() / "hostile";
    std::ofstream(path) << "#!/bin/sh\nhead -c 1 <&3 >/dev/null\nprintf '" << octal_bytes << "' >&3\nexec sleep 60\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(HostileTest, IsEndedWhateverItSends) {
  const std::string no_size = "\\0\\0\\0\\0";
  const std::string first = "\\0\\0\\0\\0\\0\\0\\0\\001";  // the id of the first call
  const std::string zero = "\\0\\0\\0\\0\\0\\0\\0\\0";
  const std::map<std::string, std::string> sent{
      {"a frame without end", "\\377\\377\\377\\377" + first + "\\201"},
      {"an answer without content", no_size + first + "\\201"},
      {"an answer of no kind", no_size + first + "\\0"},
      {"a request", no_size + first + "\\001"},
      {"an answer to no call", "\\0\\0\\0\\021\\0\\0\\0\\0\\0\\0\\0\\011\\201" + zero + zero + "\\0"},
      {"another kind of answer", "\\0\\0\\0\\011" + first + "\\202" + zero + "\\0"},
      {"an answer beyond its limit", "\\0\\0\\0\\022" + first + "\\201" + zero + "\\0\\0\\0\\0\\0\\0\\0\\001x\\0"},
  };
  for (const auto& [what, bytes] : sent) {
    SCOPED_TRACE(what);
    Process process(options(program(bytes)));
    Call call = call_to("http://127.0.0.1:1/");
    call.max_answer_bytes = 0;
    const auto answer = process.call(call);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUpstreamFailure);
    EXPECT_THAT(answer.error().message, HasSubstr("ended before the answer came"));
    EXPECT_TRUE(reported("sent what is no answer"));
  }
}

// The control: the same script with an answer that fits is believed.
TEST_F(HostileTest, IsBelievedWhatFits) {
  Process process(
      options(program("\\0\\0\\0\\021\\0\\0\\0\\0\\0\\0\\0\\001\\201\\0\\0\\0\\0\\0\\0\\0\\310"
                      "\\0\\0\\0\\0\\0\\0\\0\\0\\0")));
  const auto answer = process.call(call_to("http://127.0.0.1:1/"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
}

// A process of its own, since what it gives up it does not get back.
TEST(ConfinementDeathTest, ReadsNoFileOfTheServiceAndWritesNone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  if (::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
    GTEST_SKIP() << "this kernel has no Landlock";
  }
  const TemporaryDirectory directory;
  const std::string key = directory.path() / "master.key";
  std::ofstream(key) << "secret";
  constexpr int kReadsKey = 1;
  constexpr int kWrites = 2;
  constexpr int kReadsNames = 4;
  EXPECT_EXIT(
      {
        std::signal(SIGXFSZ, SIG_IGN);
        confine_this_process();
        int can = std::ifstream(key).good() ? kReadsKey : 0;
        if (std::ofstream("/etc/livecert-test").good()) can |= kWrites;
        if (std::ifstream("/etc/nsswitch.conf").good()) can |= kReadsNames;
        ::_exit(can);
      },
      testing::ExitedWithCode(kReadsNames), "");
}

}  // namespace
}  // namespace livecert::outgoing::test

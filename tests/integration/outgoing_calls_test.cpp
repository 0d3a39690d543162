#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/remote.h"
#include "support/memory_search.h"
#include "support/pki.h"
#include "support/tiny_server.h"

// The service and its process for outgoing calls, as the system shows them: which of the two has keys, and which has
// libcurl.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string proc_file(pid_t process, const std::string& name) {
  return read_file("/proc/" + std::to_string(process) + "/" + name);
}

// The child of any thread of the process that has this name.
std::optional<pid_t> find_child(pid_t process, const std::string& name) {
  for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::istringstream children(read_file(thread.path() / "children"));
    for (pid_t child = 0; children >> child;) {
      if (proc_file(child, "comm") == name + "\n") return child;
    }
  }
  return std::nullopt;
}

bool is_gone(pid_t process) {
  // An orphan that has ended may wait for a while until the system's first process takes note of it.
  return ::kill(process, 0) != 0 || proc_file(process, "status").find("State:\tZ") != std::string::npos;
}

template <typename Condition>
bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::usleep(5000);
  }
  return true;
}

class OutgoingCalls : public testing::Test {
 protected:
  OutgoingCalls()
      : pki_(base::SystemClock().now()),
        issuer_([this](const http::Request&) {
          return make_answer("200 OK", std::string(base::as_text(pki_.intermediate().der())));
        }),
        flags_{.more = {"--fetch-issuers", "true", "--insecure-fetch-ports",
                        issuer_.authority().substr(issuer_.authority().find(':') + 1)}} {
    start();
  }

  void start() { server_.emplace(directory_.path() / "data", flags_); }

  // A chain whose intermediate the service has to fetch; returns the key.
  std::string upload_incomplete(const std::string& name) {
    const PemPair pair = pki_.upload_without_intermediate(
        {.common_name = name, .dns_names = {name}, .ca_issuers_url = issuer_.url() + "/" + name + ".der"});
    EXPECT_EQ(Remote(*server_).call("CreateCert", create_cert_body(pair)).status, 200) << server_->log();
    return pair.key;
  }
  [[nodiscard]] pid_t child() {
    std::optional<pid_t> found;
    EXPECT_TRUE(
        eventually([&] { return (found = find_child(server_->process().id(), "outgoing-calls")).has_value(); }));
    return found.value_or(-1);
  }

  TemporaryDirectory directory_;
  Pki pki_;
  TinyServer issuer_;
  ServerProcess::Flags flags_;
  std::optional<ServerProcess> server_;
};

TEST_F(OutgoingCalls, TheServiceFetchesIssuersWithoutLibcurl) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root sees what a service has loaded";
  upload_incomplete("a.example.net");
  EXPECT_EQ(issuer_.requests().size(), 1U);
  EXPECT_THAT(proc_file(child(), "maps"), HasSubstr("libcurl"));
  const std::string maps = proc_file(server_->process().id(), "maps");
  EXPECT_THAT(maps, HasSubstr("libsqlite3"));
  for (const std::string library : {"libcurl", "libldap", "libssh2", "libgnutls", "libnghttp2"}) {
    EXPECT_THAT(maps, Not(HasSubstr(library)));
  }
}

TEST_F(OutgoingCalls, TheOtherProcessHasNoKey) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root reads the memory of other processes";
  const std::string key = upload_incomplete("a.example.net");
  constexpr std::size_t kPiece = 24;
  const auto count = [&](pid_t process, const std::string& secret) {
    MemorySearch search(process);
    for (std::size_t at = 0; at + kPiece <= secret.size(); at += kPiece) {
      search.add_pattern(base::as_bytes(std::string_view(secret).substr(at, kPiece)));
    }
    return search.count_occurrences();
  };
  const auto master_key = base::parse_hex(read_file(directory_.path() / "data.master-key").substr(0, 64));
  ASSERT_TRUE(master_key);
  const std::string master(master_key->begin(), master_key->end());
  // The control: the service has the path of its store, so the search finds that. Its master key is in memory that is
  // not read from outside (Dump.* in dump_test.cpp).
  EXPECT_GT(count(server_->process().id(), (directory_.path() / "data" / "livecert.db").string()), 0U);
  const pid_t other = child();
  EXPECT_EQ(count(other, master), 0U);
  EXPECT_EQ(count(other, base::to_hex(*master_key)), 0U);
  EXPECT_EQ(count(other, std::string(base::as_text(server_->root().secret.reveal(base::SecretAccess())))), 0U);
  EXPECT_EQ(count(other, key.substr(key.find('\n') + 1)), 0U);
}

TEST_F(OutgoingCalls, TheOtherProcessInheritsNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root sees what other processes have";
  const pid_t other = child();
  EXPECT_TRUE(eventually([&] { return proc_file(other, "status").find("NoNewPrivs:\t1") != std::string::npos; }));
  EXPECT_EQ(proc_file(other, "environ"), "");
  EXPECT_THAT(proc_file(other, "limits"), testing::ContainsRegex("Max core file size +0 +0 "));
  const fs::directory_iterator descriptors("/proc/" + std::to_string(other) + "/fd");
  EXPECT_EQ(std::distance(begin(descriptors), end(descriptors)), 4) << "three and a socket";
}

TEST_F(OutgoingCalls, GoOnAfterTheOtherProcessWasKilled) {
  ASSERT_EQ(::kill(child(), SIGKILL), 0);
  EXPECT_TRUE(server_->logs("the process for outgoing calls ended (signal 9): it is started again"));
  upload_incomplete("a.example.net");
  EXPECT_EQ(issuer_.requests().size(), 1U);
}

TEST_F(OutgoingCalls, TheOtherProcessEndsWithTheService) {
  pid_t other = child();
  server_->kill();
  EXPECT_TRUE(eventually([&] { return is_gone(other); }));
  start();
  other = child();
  ASSERT_EQ(::kill(other, SIGSTOP), 0);  // it cannot see that its socket is closed
  server_->kill();
  EXPECT_TRUE(eventually([&] { return is_gone(other); }));
}

TEST_F(OutgoingCalls, AStopOfAllProcessesAtOnceIsAStop) {
  // As systemd does it: every process of the unit gets the signal.
  const pid_t other = child();
  ASSERT_EQ(::kill(other, SIGTERM), 0);
  upload_incomplete("a.example.net");
  EXPECT_EQ(child(), other);
  EXPECT_EQ(server_->stop(), 0);
  EXPECT_TRUE(is_gone(other));
  EXPECT_THAT(server_->log(), Not(HasSubstr("outgoing calls")));
}

}  // namespace
}  // namespace livecert::test

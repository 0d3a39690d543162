#include "edge/drivers/inspection.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/privileges.h"
#include "support/child_process.h"

namespace livecert::edge {
namespace {

namespace fs = std::filesystem;
using test::ChildProcess;
using test::run_command;
using ::testing::HasSubstr;

class Inspection : public ::testing::Test {
 protected:
  Inspection() {
    fs::permissions(directory_.path(), fs::perms(0755));
    definition_.name = "srs";
    definition_.kind = Kind::kSrs;
    definition_.file = folder() / "live.pem";
  }
  [[nodiscard]] fs::path folder() const { return directory_.path() / "edge"; }
  [[nodiscard]] std::string trouble() const {
    const auto fit = inspect_place(definition_, "");
    return fit ? "" : fit.error().message;
  }

  test::TemporaryDirectory directory_;
  Definition definition_;
};

TEST_F(Inspection, SaysWhatIsWrongWithTheFolderBeforeAnythingIsWritten) {
  EXPECT_THAT(trouble(), HasSubstr(folder().string() + " cannot be opened"));
  fs::create_directory(folder());
  EXPECT_EQ(trouble(), "");
  fs::permissions(folder(), fs::perms(0777));
  EXPECT_THAT(trouble(), HasSubstr("chmod go-w"));
  fs::permissions(folder(), fs::perms(0555));
  const test::WithoutPrivileges nobody;
  EXPECT_THAT(trouble(), HasSubstr("cannot be written: "));
}

TEST_F(Inspection, NamesTheUserOfTheServerWhoMayNotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root starts a server of another user";
  fs::create_directory(folder());
  test::write_file(definition_.file, "chain and key");
  fs::permissions(definition_.file, fs::perms(0400));
  EXPECT_EQ(explain_unreadable(definition_, "live.example.net"), std::nullopt) << "no such server runs";
  // Any process of this name counts as the server.
  const fs::path program = directory_.path() / "srs";
  fs::copy_file("/bin/sleep", program);
  const ChildProcess server({"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program, "60"});
  const auto explained = [&](const std::string& what) {
    for (int i = 0; i < 500; ++i) {
      const auto cause = explain_unreadable(definition_, "live.example.net");
      if (cause.value_or("") == "" ? what.empty() : !what.empty() && cause->find(what) != std::string::npos)
        return true;
      ::usleep(10'000);
    }
    return false;
  };
  EXPECT_TRUE(explained("srs runs as nobody, who may not read " + definition_.file.string()));
  fs::permissions(definition_.file, fs::perms(0440));
  EXPECT_TRUE(explained("may not read"));
  ASSERT_EQ(::chown(definition_.file.c_str(), 0, test::kNobody), 0);
  EXPECT_TRUE(explained(""));
  fs::permissions(folder(), fs::perms(0700));
  EXPECT_TRUE(explained("srs runs as nobody, who may not enter " + folder().string()));
}

TEST_F(Inspection, SaysNothingOfServersThatReadAsRoot) {
  definition_.kind = Kind::kHaproxy;
  EXPECT_EQ(explain_unreadable(definition_, "live.example.net"), std::nullopt);
}

}  // namespace
}  // namespace livecert::edge

// The files for HAProxy, and the driver's work on them.
#include <array>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/crt_list.h"
#include "edge/drivers/drivers.h"
#include "edge/file_size_limit.h"
#include "edge/orders.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using test::read_file;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kDomain = "live.example.net";

Order order_with(domain::TlsSwitches tls) {
  return {.domain = domain::DomainName::parse(kDomain).value(),
          .account = base::AccountId(2100000001),
          .project = "default",
          .chain = base::ChainId(),
          .version = base::CertId(1),
          .tls = std::move(tls),
          .ends_at = {}};
}

TEST(CrtList, SaysTheSwitchesInTheLineAndInTheName) {
  struct Case {
    domain::TlsSwitches tls;
    std::string line;
  };
  const std::array cases{
      Case{{true, false, domain::TlsVersion::k12},
           "/d/live.example.net.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] live.example.net"},
      Case{{true, true, domain::TlsVersion::k12, domain::TlsVersion::k13},
           "/d/live.example.net.tls12-tls13.h2.pem [ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 alpn h2,http/1.1] "
           "live.example.net"},
      Case{{true, false, domain::TlsVersion::k10, domain::TlsVersion::k11},
           "/d/live.example.net.tls10-tls11.h1.pem [ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1 alpn http/1.1] "
           "live.example.net"},
  };
  for (const Case& each : cases) {
    const CrtListEntry entry = make_crt_list_entry(order_with(each.tls));
    EXPECT_EQ(to_line("/d", entry), each.line);
    EXPECT_EQ(parse_crt_list_file(entry.file), entry);
  }
}

TEST(CrtList, KnowsOnlyItsOwnNames) {
  for (const char* const name :
       {"", ".pem", "x.pem", "live.example.net.pem", "live.example.net.h1.pem", "live.example.net.tls12.h3.pem",
        "live.example.net.tls14.h1.pem", "live.example.net.tls12-.h1.pem", "live.example.net.-tls12.h1.pem",
        "live.example.net.tls12.h1.pem.ocsp", "tls12.h1.pem", ".tls12.h1.pem", "Live.example.net.tls12.h1.pem",
        "../x.net.tls12.h1.pem", "a b.net.tls12.h1.pem", "crt-list"}) {
    EXPECT_EQ(parse_crt_list_file(name), std::nullopt) << name;
  }
  // A domain may look like the rest of a name.
  EXPECT_EQ(parse_crt_list_file("x.tls12.h1.pem.tls13.h2.pem")->domain, "x.tls12.h1.pem");
}

TEST(CrtList, ReadsWhatItWroteAndNothingElse) {
  CrtList list;
  for (const char* const domain : {"b.example.net", "a.example.net", "c.example.net"}) {
    Order order = order_with({.https = true});
    order.domain = domain::DomainName::parse(domain).value();
    list.emplace(domain, make_crt_list_entry(order));
  }
  const std::string text = to_text("/d", list);
  EXPECT_LT(text.find("a.example.net"), text.find("b.example.net"));
  EXPECT_EQ(parse_crt_list("/d", text), list);
  EXPECT_TRUE(parse_crt_list("/other", text).empty());
  EXPECT_TRUE(parse_crt_list("/d", "").empty());
  for (const char* const line :
       {"/d/a.example.net.tls12.h1.pem", "/d/a.example.net.tls12.h1.pem a.example.net\n",
        "/d/a.example.net.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] b.example.net\n",
        "/d/a.example.net.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] a.example.net",  // cut off
        "#/d/a.example.net.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] a.example.net\n", "/etc/default.pem\n"}) {
    EXPECT_TRUE(parse_crt_list("/d", line).empty()) << line;
  }
}

class HaproxyFolderTest : public ::testing::Test {
 protected:
  HaproxyFolderTest() {
    definition_.name = "haproxy";
    definition_.kind = Kind::kHaproxy;
    definition_.directory = directory_.path();
    definition_.socket = directory_.path() / "api.sock";
    restart();
  }
  // Restarts livecert.
  void restart() { driver_ = make_haproxy_driver(definition_).value(); }

  [[nodiscard]] std::filesystem::path list() const { return directory_.path() / "crt-list"; }
  [[nodiscard]] std::filesystem::path file_of(const Ordered& ordered) const {
    return directory_.path() / make_crt_list_entry(ordered.order).file;
  }
  [[nodiscard]] std::vector<std::string> listed() const {
    std::vector<std::string> domains;
    for (const auto& [domain, entry] : parse_crt_list(directory_.path(), read_file(list()))) domains.push_back(domain);
    return domains;
  }
  [[nodiscard]] bool is_written(const Ordered& ordered) {
    return driver_->is_written(ordered.order, loader_of(ordered, loads_)).value();
  }
  // HAProxy would not start with a line whose file is missing.
  void expect_startable() const {
    for (const auto& [domain, entry] : parse_crt_list(directory_.path(), read_file(list()))) {
      EXPECT_TRUE(std::filesystem::exists(directory_.path() / entry.file)) << entry.file;
    }
  }

  test::TemporaryDirectory directory_;
  Definition definition_;
  std::unique_ptr<Driver> driver_;
  int loads_ = 0;
};

TEST_F(HaproxyFolderTest, HasAnEmptyListFromTheBeginning) {
  EXPECT_TRUE(std::filesystem::exists(list()));
  EXPECT_TRUE(listed().empty());
}

TEST_F(HaproxyFolderTest, TellsTheVersionItWroteFromAnother) {
  const Ordered one = make_ordered(kDomain);
  const Ordered two = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(one.delivery()));
  ASSERT_TRUE(driver_->write(two.delivery()));
  EXPECT_FALSE(is_written(one));
  EXPECT_TRUE(is_written(two));
}

TEST_F(HaproxyFolderTest, IsWrittenOnlyWhenFileAndLineAre) {
  const Ordered ordered = make_ordered(kDomain);
  EXPECT_FALSE(is_written(ordered));
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(is_written(ordered));
  EXPECT_EQ(loads_, 0);
  EXPECT_FALSE(is_written(make_ordered("other.example.net")));
  Ordered switched = make_ordered(kDomain);
  switched.order.tls.http2 = true;
  EXPECT_FALSE(is_written(switched));
}

TEST_F(HaproxyFolderTest, LoadsTheBundleOnlyWhenTheFileWasTouched) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  restart();
  EXPECT_TRUE(is_written(ordered));
  EXPECT_EQ(loads_, 1);
  EXPECT_TRUE(is_written(ordered));
  EXPECT_EQ(loads_, 1);
  ::chmod(file_of(ordered).c_str(), 0644);
  EXPECT_FALSE(is_written(ordered));
  ::chmod(file_of(ordered).c_str(), 0400);
  EXPECT_TRUE(is_written(ordered));
}

TEST_F(HaproxyFolderTest, NoticesWhatAnotherHandDidToTheFile) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  std::filesystem::remove(file_of(ordered));
  EXPECT_FALSE(is_written(ordered));
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(is_written(ordered));
}

TEST_F(HaproxyFolderTest, UndoesWhatAnotherHandDidToTheList) {
  const Ordered a = make_ordered("a.example.net");
  const Ordered b = make_ordered("b.example.net");
  ASSERT_TRUE(driver_->write(a.delivery()));
  ASSERT_TRUE(driver_->write(b.delivery()));
  const std::string whole = read_file(list());
  std::filesystem::remove(list());
  write_file(list(), "# mine now\n" + to_line(directory_.path(), make_crt_list_entry(b.order)) + "\nrubbish");
  EXPECT_FALSE(is_written(a));
  EXPECT_TRUE(is_written(b));
  ASSERT_TRUE(driver_->write(a.delivery()));
  EXPECT_EQ(read_file(list()), whole);
}

TEST_F(HaproxyFolderTest, KeepsTheLinesOfOthersAcrossARestart) {
  ASSERT_TRUE(driver_->write(make_ordered("a.example.net").delivery()));
  restart();
  ASSERT_TRUE(driver_->write(make_ordered("b.example.net").delivery()));
  EXPECT_THAT(listed(), ElementsAre("a.example.net", "b.example.net"));
}

TEST_F(HaproxyFolderTest, DropsALineWhoseFileIsGone) {
  const Ordered gone = make_ordered("a.example.net");
  ASSERT_TRUE(driver_->write(gone.delivery()));
  ASSERT_TRUE(driver_->write(make_ordered("b.example.net").delivery()));
  std::filesystem::remove(file_of(gone));
  restart();
  EXPECT_THAT(listed(), ElementsAre("b.example.net"));
  expect_startable();
}

TEST_F(HaproxyFolderTest, DoesNotRewriteTheListForARenewal) {
  ASSERT_TRUE(driver_->write(make_ordered(kDomain).delivery()));
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(list().c_str(), &before), 0);
  ASSERT_TRUE(driver_->write(make_ordered(kDomain).delivery()));
  ASSERT_EQ(::stat(list().c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(HaproxyFolderTest, IsNotWrittenWhileFilesOfOtherSwitchesAreThere) {
  Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  ordered.order.tls.http2 = true;
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  // It was not activated: a crash here must not leave the old line in a HAProxy that runs.
  EXPECT_FALSE(is_written(ordered));
  restart();
  EXPECT_FALSE(is_written(ordered));
  expect_startable();
}

TEST_F(HaproxyFolderTest, ListsNothingBeforeItsFileIsThereAndNothingAfterItIsGone) {
  // A folder in the file's place makes the n-th step fail.
  const Ordered ordered = make_ordered(kDomain);
  std::filesystem::create_directories(file_of(ordered) / "x");
  const auto refused = driver_->write(ordered.delivery());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_TRUE(listed().empty());
}

TEST_F(HaproxyFolderTest, KeepsItsListWhenTheDiskIsFull) {
  std::vector<Ordered> many;
  for (int i = 0; i < 40; ++i) many.push_back(make_ordered("d" + std::to_string(i) + ".example.net"));
  for (const Ordered& ordered : many) ASSERT_TRUE(driver_->write(ordered.delivery()));
  const std::string before = read_file(list());
  const Ordered last = make_ordered(kDomain);
  {
    // Enough for the certificate, not for the list.
    const WithFileSizeLimit limit(before.size());
    const auto refused = driver_->write(last.delivery());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
    EXPECT_THAT(refused.error().message, HasSubstr("crt-list"));
  }
  EXPECT_TRUE(std::filesystem::exists(file_of(last)));
  EXPECT_EQ(read_file(list()), before);
  EXPECT_FALSE(is_written(last));
  EXPECT_TRUE(is_written(many.front()));
  ASSERT_TRUE(driver_->write(last.delivery()));
  EXPECT_TRUE(is_written(last));
  EXPECT_EQ(listed().size(), 41U);
}

TEST_F(HaproxyFolderTest, DoesNotOverwriteAListThatItCannotRead) {
  ASSERT_TRUE(driver_->write(make_ordered("a.example.net").delivery()));
  const std::filesystem::path elsewhere = directory_.path() / "elsewhere";
  std::filesystem::rename(list(), elsewhere);
  std::filesystem::create_symlink(elsewhere, list());
  const auto refused = driver_->write(make_ordered("b.example.net").delivery());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_THAT(refused.error().message, HasSubstr(list().string()));
  EXPECT_THAT(read_file(elsewhere), HasSubstr("a.example.net"));
}

TEST_F(HaproxyFolderTest, ComesRightWhenTheFolderAppears) {
  definition_.directory = directory_.path() / "later";
  restart();
  const Ordered ordered = make_ordered(kDomain);
  const auto refused = driver_->write(ordered.delivery());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUpstreamFailure);
  EXPECT_FALSE(driver_->is_written(ordered.order, loader_of(ordered, loads_)));
  ASSERT_EQ(::mkdir(definition_.directory.c_str(), 0755), 0);
  EXPECT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(driver_->is_written(ordered.order, loader_of(ordered, loads_)).value());
}

TEST_F(HaproxyFolderTest, RefusesPathsThatMeanSomethingToHaproxy) {
  for (const char* const path : {"", "relative", "/a b", "/a[b", "/a]b", "/a#b", "/a'b", "/a\"b", "/a\\b", "/a\nb",
                                 "/a;b", "/a:b", "/a$b", "/a%b", "/a<b", "/a*b", "/\xc3\xa4"}) {
    definition_.directory = path;
    const auto made = make_haproxy_driver(definition_);
    ASSERT_FALSE(made) << path;
    EXPECT_EQ(made.error().code, ErrorCode::kConfiguration);
    EXPECT_THAT(made.error().message, HasSubstr("directory"));
  }
  definition_.directory = directory_.path();
  for (const std::string& path : {std::string("relative"), "/" + std::string(107, 'x')}) {
    definition_.socket = path;
    const auto made = make_haproxy_driver(definition_);
    ASSERT_FALSE(made) << path;
    EXPECT_EQ(made.error().code, ErrorCode::kConfiguration);
  }
}

}  // namespace
}  // namespace livecert::edge

// The files for HAProxy, and the driver's work on them.
#include "edge/drivers/haproxy_folder.h"

#include <algorithm>
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

using Names = std::vector<std::string>;

TEST(CrtList, SaysTheSwitchesInTheLineAndInTheName) {
  struct Case {
    domain::TlsSwitches tls;
    std::string line;
  };
  const std::array cases{
      Case{{true, false, domain::TlsVersion::k12}, "/d/1.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] a.net b.net"},
      Case{{true, true, domain::TlsVersion::k12, domain::TlsVersion::k13},
           "/d/1.tls12-tls13.h2.pem [ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 alpn h2,http/1.1] a.net b.net"},
      Case{{true, false, domain::TlsVersion::k10, domain::TlsVersion::k11},
           "/d/1.tls10-tls11.h1.pem [ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1 alpn http/1.1] a.net b.net"},
  };
  for (const Case& each : cases) {
    const CrtListFile file = make_crt_list_file(order_with(each.tls));
    EXPECT_EQ(to_line("/d", file, Names{"a.net", "b.net"}), each.line);
    EXPECT_EQ(parse_crt_list_file(file.name), file);
  }
}

TEST(CrtList, KnowsOnlyItsOwnNames) {
  for (const char* const name : {"",
                                 ".pem",
                                 "x.pem",
                                 "live.example.net.pem",
                                 "live.example.net.h1.pem",
                                 "live.example.net.tls12.h3.pem",
                                 "live.example.net.tls14.h1.pem",
                                 "live.example.net.tls12-.h1.pem",
                                 "live.example.net.-tls12.h1.pem",
                                 "live.example.net.tls12.h1.pem.ocsp",
                                 "tls12.h1.pem",
                                 ".tls12.h1.pem",
                                 "Live.example.net.tls12.h1.pem",
                                 "../x.net.tls12.h1.pem",
                                 "a b.net.tls12.h1.pem",
                                 "crt-list",
                                 "01.tls12.h1.pem",
                                 "0.tls12.h1.pem",
                                 "-1.tls12.h1.pem",
                                 "99999999999999999999.tls12.h1.pem"}) {
    EXPECT_EQ(parse_crt_list_file(name), std::nullopt) << name;
  }
  EXPECT_EQ(parse_crt_list_file("17.tls12.h1.pem")->only_domain, "");
  // Earlier versions of livecert had a file for each domain, which may look like the rest of a name.
  EXPECT_EQ(parse_crt_list_file("x.tls12.h1.pem.tls13.h2.pem")->only_domain, "x.tls12.h1.pem");
}

TEST(CrtList, ReadsWhatItWroteAndNothingElse) {
  CrtList list;
  list.set("old.example.net", "old.example.net.tls12.h1.pem");
  for (int i = 0; i < 101; ++i) list.set("d" + std::to_string(i) + ".example.net", "17.tls12.h1.pem");
  const std::string text = to_text("/d", list);
  EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 3 + 1) << "a comment, and lines of at most fifty names";
  EXPECT_EQ(parse_crt_list("/d", text).by_file(), list.by_file());
  EXPECT_EQ(parse_crt_list("/other", text).size(), 0U);
  EXPECT_EQ(parse_crt_list("/d", "").size(), 0U);
  const std::string begin = "/d/17.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1]";
  std::string too_many = begin;
  for (std::size_t i = 0; i <= kNamesInLine; ++i) too_many += " d" + std::to_string(i) + ".net";
  EXPECT_EQ(parse_crt_list("/d", begin + " a.net\n").size(), 1U);
  for (const std::string& line :
       {std::string("/d/17.tls12.h1.pem"), std::string("/d/17.tls12.h1.pem a.net\n"), begin + "\n", begin + " \n",
        begin + " a.net", begin + " a.net \n", begin + " A.net\n", begin + " !a.net\n", "#" + begin + " a.net\n",
        begin + " a.net  b.net\n", too_many + "\n",
        std::string("/d/a.net.tls12.h1.pem [ssl-min-ver TLSv1.2 alpn http/1.1] b.net\n"),
        std::string("/etc/default.pem\n")}) {
    EXPECT_EQ(parse_crt_list("/d", line).size(), 0U) << line;
  }
}

TEST(CrtList, KnowsTheDomainsOfAFile) {
  CrtList list;
  list.set("a.net", "1.tls12.h1.pem");
  list.set("b.net", "1.tls12.h1.pem");
  list.set("b.net", "2.tls12.h1.pem");
  EXPECT_EQ(list.uses_of("1.tls12.h1.pem"), 1U);
  EXPECT_EQ(*list.file_of("b.net"), "2.tls12.h1.pem");
  EXPECT_THAT(list.domains_of({"2.tls12.h1.pem"}), ElementsAre("b.net"));
  EXPECT_TRUE(list.erase("a.net"));
  EXPECT_FALSE(list.erase("a.net"));
  EXPECT_EQ(list.uses_of("1.tls12.h1.pem"), 0U);
}

TEST(CrtList, ReadsTheLinesOfARunningHaproxy) {
  const auto lines = parse_running_lines("/d",
                                         "# /d/crt-list\n"
                                         "/d/1.tls12.h1.pem:3 [alpn h2  ssl-min-ver TLSv1.2] a.net b.net\n"
                                         "/d/2.pem:12 c.net !d.net\n"
                                         "/d/2.pem:13\n"
                                         "/other/2.pem:14 e.net\n"
                                         "/d/2.pem f.net\n/d/2.pem:x g.net\n/d/2.pem:15 [alpn h.net\n\n");
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 3U);
  EXPECT_EQ((*lines)[0].file, "1.tls12.h1.pem");
  EXPECT_EQ((*lines)[0].number, 3U);
  EXPECT_THAT((*lines)[0].domains, ElementsAre("a.net", "b.net"));
  EXPECT_EQ((*lines)[1].number, 12U);
  EXPECT_TRUE((*lines)[2].domains.empty());
  EXPECT_EQ(parse_running_lines("/d", "didn't find the specified filename\n\n"), std::nullopt);
  EXPECT_EQ(parse_running_lines("/d", "# /other/crt-list\n\n"), std::nullopt);
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
    return directory_.path() / make_crt_list_file(ordered.order).name;
  }
  [[nodiscard]] std::vector<std::string> listed() const {
    std::vector<std::string> all;
    for (const auto& [file, domains] : parse_crt_list(directory_.path(), read_file(list())).by_file()) {
      all.insert(all.end(), domains.begin(), domains.end());
    }
    return all;
  }
  [[nodiscard]] bool is_written(const Ordered& ordered) {
    return driver_->is_written(ordered.order, loader_of(ordered, loads_)).value();
  }
  // HAProxy would not start with a line whose file is missing.
  void expect_startable() const {
    for (const auto& [file, domains] : parse_crt_list(directory_.path(), read_file(list())).by_file()) {
      EXPECT_TRUE(std::filesystem::exists(directory_.path() / file)) << file;
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
  write_file(list(), "# mine now\n" +
                         to_line(directory_.path(), make_crt_list_file(b.order), Names{std::string(b.order.domain)}) +
                         "\nrubbish");
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

TEST_F(HaproxyFolderTest, DoesNotRewriteTheListForTheSameVersion) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(list().c_str(), &before), 0);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  ASSERT_EQ(::stat(list().c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(HaproxyFolderTest, KeepsTheFormerFileUntilTheNextStart) {
  const Ordered former = make_ordered(kDomain);
  const Ordered next = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(former.delivery()));
  ASSERT_TRUE(driver_->write(next.delivery()));
  // It was not activated: HAProxy may refuse it, and the former one is listed again then.
  EXPECT_TRUE(std::filesystem::exists(file_of(former)));
  EXPECT_TRUE(is_written(next));
  expect_startable();
  restart();
  EXPECT_FALSE(std::filesystem::exists(file_of(former)));
  EXPECT_TRUE(is_written(next));
  expect_startable();
}

TEST_F(HaproxyFolderTest, HasOneFileForAllDomainsOfAVersion) {
  const Ordered ordered = make_ordered("d0.example.net");
  std::vector<Order> orders(120, ordered.order);
  std::vector<Delivery> deliveries;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    orders[i].domain = domain::DomainName::parse("d" + std::to_string(i) + ".example.net").value();
    deliveries.push_back({orders[i], ordered.bundle});
  }
  for (const auto& result : driver_->write_all(deliveries)) EXPECT_TRUE(result);
  EXPECT_EQ(listed().size(), 120U);
  EXPECT_EQ(std::ranges::count(read_file(list()), '\n'), 1 + 3);
  for (const Order& order : orders) EXPECT_TRUE(driver_->is_written(order, loader_of(ordered, loads_)).value());
  EXPECT_EQ(loads_, 0);
  // The key comes first, because HAProxy reads such a file faster.
  EXPECT_TRUE(read_file(file_of(ordered)).starts_with("-----BEGIN PRIVATE KEY-----"));
}

// What livecert 0.x wrote: a file for each domain.
TEST_F(HaproxyFolderTest, TakesOverAFolderWithAFileForEachDomain) {
  const Ordered ordered = make_ordered(kDomain);
  const CrtListFile old = parse_crt_list_file(std::string(kDomain) + ".tls12.h1.pem").value();
  write_file(directory_.path() / old.name, "the old form");
  ::chmod((directory_.path() / old.name).c_str(), 0400);
  const std::string line = to_line(directory_.path(), old, Names{kDomain}) + "\n";
  std::filesystem::remove(list());
  write_file(list(), line);
  restart();
  EXPECT_THAT(read_file(list()), HasSubstr(line)) << "HAProxy may start at any time";
  expect_startable();
  EXPECT_FALSE(is_written(ordered));
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(is_written(ordered));
  EXPECT_TRUE(std::filesystem::exists(directory_.path() / old.name)) << "HAProxy still serves it";
  expect_startable();
}

TEST_F(HaproxyFolderTest, NamesTheDomainsWhoseFilesOrLinesWereTouched) {
  const Ordered a = make_ordered("a.example.net");
  const Ordered b = make_ordered("b.example.net");
  const Ordered c = make_ordered("c.example.net");
  HaproxyFolder folder(FileDrop(place_of(definition_), definition_.access));
  for (const auto& result : folder.put_all(std::array{a.delivery(), b.delivery(), c.delivery()})) EXPECT_TRUE(result);
  const base::SteadyTime now = base::SystemClock().steady_now();
  EXPECT_TRUE(folder.find_touched(now).empty());
  ::chmod(file_of(a).c_str(), 0644);
  EXPECT_THAT(folder.find_touched(now), ElementsAre("a.example.net"));
  std::filesystem::remove(list());
  write_file(list(),
             to_line(directory_.path(), make_crt_list_file(b.order), Names{std::string(b.order.domain)}) + "\n");
  EXPECT_THAT(folder.find_touched(now), ::testing::IsSupersetOf({"a.example.net", "c.example.net"}));
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

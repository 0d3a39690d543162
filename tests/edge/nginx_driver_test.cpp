#include "edge/drivers/nginx_driver.h"

#include <algorithm>
#include <atomic>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/drivers.h"
#include "edge/drivers/pem_text.h"
#include "edge/nginx_server.h"
#include "edge/orders.h"
#include "edge/privileges.h"
#include "edge/socket_client.h"
#include "support/fake_clock.h"

namespace livecert::edge {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const std::string kDomain = "live.example.net";

Definition definition_for(const std::filesystem::path& folder, FileAccess access = {}) {
  Definition definition;
  definition.name = "front";
  definition.kind = Kind::kNginx;
  definition.directory = folder;
  definition.access = access;
  return definition;
}

std::string pem_of(const Bundle& bundle) {
  return std::string(base::as_text(combined_pem(bundle, base::SecretAccess())));
}

std::vector<std::string> listing(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

// A host name of that many characters that begins with letters of both cases.
std::string name_of_length(std::size_t size) {
  std::string name;
  for (std::size_t i = 0; i < size; ++i) name += static_cast<char>((i % 2 == 0 ? 'A' : 'a') + static_cast<int>(i % 26));
  name[size - 2] = '.';
  return name;
}

class NginxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    driver_ = make_nginx_driver(definition_for(server_.folder())).value();
    ASSERT_TRUE(server_.start()) << server_.complaints();
  }
  [[nodiscard]] Shown show(const std::string& name) const { return shake_hands(server_.socket(), name); }

  NginxServer server_;
  std::unique_ptr<Driver> driver_;
};

TEST_F(NginxTest, ServesANewDomainWithoutAReload) {
  EXPECT_TRUE(show(kDomain).is_refused());
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  const std::array deliveries{ordered.delivery()};
  const auto activated = driver_->activate(deliveries);
  ASSERT_EQ(activated.size(), 1U);
  EXPECT_TRUE(activated[0]);

  const Shown shown = show(kDomain);
  EXPECT_TRUE(shown.is(ordered.leaf())) << shown.reason << server_.log();
  EXPECT_EQ(shown.chain.size(), 2U) << "with its intermediate";
  EXPECT_TRUE(shake_hands(server_.bare_socket(), kDomain).is(ordered.leaf())) << "a server without the root line";
}

TEST_F(NginxTest, ServesEachDomainItsOwn) {
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_rsa_ordered("push.example.net");
  ASSERT_TRUE(driver_->write(one.delivery()));
  ASSERT_TRUE(driver_->write(other.delivery()));
  EXPECT_TRUE(show(kDomain).is(one.leaf()));
  EXPECT_TRUE(show("push.example.net").is(other.leaf()));
}

TEST_F(NginxTest, ServesADomainHoweverTheClientWritesIt) {
  for (const std::size_t size : {3U, 4U, 9U, 10U, 18U, 19U, 36U, 54U, 55U, 59U, 60U}) {
    const std::string sent = name_of_length(size);
    const Ordered ordered = make_ordered(base::to_ascii_lower(sent));
    ASSERT_TRUE(driver_->write(ordered.delivery()));
    EXPECT_TRUE(show(sent).is(ordered.leaf())) << sent << "\n" << server_.log();
    EXPECT_TRUE(show(base::to_ascii_lower(sent)).is(ordered.leaf())) << sent;
    EXPECT_TRUE(shake_hands(server_.bare_socket(), sent).is(ordered.leaf())) << sent;
  }
  const Ordered ordered = make_ordered("a1-b2.x--y.0.example");
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(show("A1-b2.X--Y.0.exAMPLE").is(ordered.leaf())) << server_.log();
}

TEST_F(NginxTest, NeverFailsAHandshakeNorShowsAnOlderLeafWhileADomainIsUpdated) {
  constexpr std::size_t kVersions = 40;
  std::vector<Ordered> versions;
  for (std::size_t i = 0; i < kVersions; ++i) {
    versions.push_back(i % 3 == 0 ? make_rsa_ordered(kDomain) : make_ordered(kDomain));
  }
  ASSERT_TRUE(driver_->write(versions[0].delivery()));

  std::atomic<std::size_t> written = 0;
  std::atomic<int> shown_count = 0;
  std::vector<std::string> wrong;
  std::thread client([&] {
    while (written < kVersions - 1) {
      const std::size_t oldest = written;
      const Shown shown = show(kDomain);
      ++shown_count;
      const auto found = std::ranges::find_if(versions, [&](const Ordered& one) { return shown.is(one.leaf()); });
      if (found == versions.end()) wrong.push_back("failed: " + shown.reason);
      if (static_cast<std::size_t>(found - versions.begin()) < oldest) wrong.emplace_back("an older leaf");
    }
  });
  for (std::size_t i = 1; i < kVersions; ++i) {
    const int before = shown_count;
    const bool is_written = driver_->write(versions[i].delivery()).has_value();
    EXPECT_TRUE(is_written);
    written = i;
    while (shown_count <= before && i + 1 < kVersions) std::this_thread::yield();
  }
  client.join();
  EXPECT_THAT(wrong, IsEmpty()) << server_.log();
  EXPECT_GE(shown_count, static_cast<int>(kVersions) - 2);
  EXPECT_TRUE(show(kDomain).is(versions.back().leaf()));
}

TEST_F(NginxTest, NeverReadsOutsideItsFolder) {
  const Ordered ordered = make_ordered("outside.example.net");
  test::write_file(server_.outside(), pem_of(ordered.bundle));
  ASSERT_TRUE(shake_hands(server_.naive_socket(), "../outside").is(ordered.leaf())) << "the attack works without a map";

  const std::string here = server_.folder().filename();
  for (const std::string& name :
       {std::string("../outside"), "../" + here + "/../outside", std::string("x/../../outside"),
        std::string("a.b/../../outside"), std::string("..%2foutside"), server_.outside().string(),
        server_.outside().string() + "\n", std::string("../OUTSIDE"), std::string("..\\outside")}) {
    EXPECT_TRUE(show(name).is_refused()) << name;
    EXPECT_TRUE(shake_hands(server_.bare_socket(), name).is_refused()) << name;
  }
}

TEST_F(NginxTest, ReadsNothingInItsFolderButWhatIsNamedAfterADomain) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  const std::string pem = pem_of(ordered.bundle);
  const std::vector<std::string> names{
      ".hidden",    "-a.example",    "a-.example",  "a..example",       "a.example.",
      "single",     "a.example\n",   "a_b.example", "a b.example",      "*.example",
      "a.example;", "a.example$pid", "a.{b}",       "\xc3\xa4.example", base::to_ascii_lower(name_of_length(61))};
  for (const std::string& name : names) {
    test::write_file(server_.folder() / (name + ".pem"), pem);
    EXPECT_TRUE(show(name).is_refused()) << name;
    EXPECT_TRUE(shake_hands(server_.bare_socket(), name).is_refused()) << name;
  }
  EXPECT_TRUE(show(".versions/" + ordered.order.version.to_string()).is_refused());
  EXPECT_TRUE(show("").is_refused()) << "no server name at all";
  EXPECT_TRUE(show(kDomain).is(ordered.leaf()));
}

TEST_F(NginxTest, HandsOutNoFileThoughTheLinkIsItsRoot) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  const std::vector<std::string> paths{"/",           "/.",
                                       "/..",         "/../" + kDomain + ".pem",
                                       "/index.html", "/%2e%2e/" + kDomain + ".pem",
                                       "//../x",      "/livecert.map.conf"};
  for (const std::string& path : paths) {
    const auto answer =
        test::run_command({"curl", "--silent", "--show-error", "--insecure", "--include", "--path-as-is",
                           "--unix-socket", server_.socket(), "https://" + kDomain + path});
    EXPECT_EQ(answer.status, 0) << path << ": " << answer.errors;
    EXPECT_THAT(answer.output, ::testing::AnyOf(HasSubstr("HTTP/1.1 404"), HasSubstr("HTTP/1.1 400"))) << path;
    EXPECT_THAT(answer.output, Not(HasSubstr("-----BEGIN"))) << path;
  }
}

TEST_F(NginxTest, TurnsNamesOfAnotherShapeAwayWithoutAWordInTheLog) {
  const std::string before = server_.log();
  for (const std::string name : {"", "../outside", "/etc/passwd", "a..b"}) EXPECT_TRUE(show(name).is_refused());
  EXPECT_EQ(server_.log(), before);
}

TEST_F(NginxTest, RefusesANameItHasNothingForAndGoesOnServingTheOthers) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(show("unknown.example.net").is_refused());
  EXPECT_TRUE(show("sub." + kDomain).is_refused());
  EXPECT_TRUE(show(kDomain).is(ordered.leaf()));
}

TEST_F(NginxTest, ServesNothingForADomainThatWasWithdrawn) {
  const Ordered ordered = make_ordered(kDomain);
  const Ordered other = make_ordered("push.example.net");
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  ASSERT_TRUE(driver_->write(other.delivery()));
  const std::vector<std::string> domains{kDomain, "never-there.example.net"};
  ASSERT_TRUE(driver_->withdraw(domains));
  EXPECT_TRUE(show(kDomain).is_refused());
  EXPECT_TRUE(show("push.example.net").is(other.leaf()));
  EXPECT_EQ(listing(server_.folder() / ".versions").size(), 1U) << "its key is gone";
}

TEST_F(NginxTest, ServesAgainWhatWasRepaired) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  std::filesystem::remove(server_.folder() / (kDomain + ".pem"));
  test::write_file(server_.folder() / (kDomain + ".pem"), "garbage");
  EXPECT_TRUE(show(kDomain).is_refused());
  ASSERT_TRUE(driver_->write(ordered.delivery()));
  EXPECT_TRUE(show(kDomain).is(ordered.leaf()));
}

TEST(NginxWorker, NeedsTheRightToReadAndSaysSo) {
  NginxServer server;
  const bool is_root = ::geteuid() == 0;
  auto owners = make_nginx_driver(definition_for(server.folder())).value();
  ASSERT_TRUE(is_root ? server.start_with_worker_of("nobody nogroup") : server.start()) << server.complaints();
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(owners->write(ordered.delivery()));
  if (!is_root) ::chmod((server.folder() / (kDomain + ".pem")).c_str(), 0);
  EXPECT_TRUE(shake_hands(server.socket(), kDomain).is_refused());
  EXPECT_THAT(server.log(), HasSubstr("Permission denied"));

  const unsigned group = is_root ? test::kNobody : ::getegid();
  auto groups = make_nginx_driver(definition_for(server.folder(), {.mode = 0640, .group = group})).value();
  int loaded = 0;
  EXPECT_FALSE(*groups->is_written(ordered.order, loader_of(ordered, loaded)));
  ASSERT_TRUE(groups->write(ordered.delivery()));
  EXPECT_TRUE(shake_hands(server.socket(), kDomain).is(ordered.leaf())) << server.log();
  EXPECT_TRUE(*groups->is_written(ordered.order, loader_of(ordered, loaded)));
}

class NginxDriverTest : public ::testing::Test {
 protected:
  NginxDriverTest() { std::filesystem::create_directory(folder()); }

  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "certificates"; }
  [[nodiscard]] std::unique_ptr<Driver> make() const {
    return make_nginx_driver(definition_for(folder()), clock_).value();
  }
  [[nodiscard]] std::vector<std::string> versions() const { return listing(folder() / ".versions"); }
  [[nodiscard]] static std::string version_of(const Ordered& ordered) {
    return ordered.order.version.to_string() + ".pem";
  }

  std::shared_ptr<test::FakeClock> clock_ = std::make_shared<test::FakeClock>(base::from_unix_seconds(1'800'000'000));
  int loaded_ = 0;

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(NginxDriverTest, WritesTheMapBeforeTheFirstDomain) {
  const auto driver = make();
  EXPECT_THAT(listing(folder()), UnorderedElementsAre("livecert.map.conf", ".versions"));
  EXPECT_THAT(test::read_file(folder() / "livecert.map.conf"), HasSubstr(folder().string() + "/$ssl_server_name.pem"));
}

TEST_F(NginxDriverTest, RestoresTheMap) {
  const auto driver = make();
  const std::string map = test::read_file(folder() / "livecert.map.conf");
  std::filesystem::remove(folder() / "livecert.map.conf");
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_EQ(test::read_file(folder() / "livecert.map.conf"), map);
}

TEST_F(NginxDriverTest, GoesToWorkWhenItsFolderIsThere) {
  std::filesystem::remove(folder());
  const auto driver = make();
  const Ordered ordered = make_ordered(kDomain);
  const auto done = driver->write(ordered.delivery());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_THAT(done.error().message, HasSubstr("create it and give it to the user that runs livecert"));
  EXPECT_FALSE(driver->is_written(ordered.order, loader_of(ordered, loaded_)));

  std::filesystem::create_directory(folder());
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_EQ(test::read_file(folder() / (kDomain + ".pem")), pem_of(ordered.bundle));
  std::filesystem::remove_all(folder());
  std::filesystem::create_directory(folder());
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_TRUE(driver->write(ordered.delivery()));
}

TEST_F(NginxDriverTest, LoadsTheKeyOnlyWhenTheFileWasTouched) {
  const Ordered ordered = make_ordered(kDomain);
  auto driver = make();
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_EQ(loaded_, 0);

  driver = make();
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_EQ(loaded_, 1) << "once after a start";

  const auto file = folder() / ".versions" / version_of(ordered);
  std::filesystem::remove(file);
  test::write_file(file, pem_of(make_ordered(kDomain).bundle));
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
}

TEST_F(NginxDriverTest, PassesOnThatTheKeyCannotBeLoaded) {
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(make()->write(ordered.delivery()));
  const auto fail = [](const Order&) -> base::Result<Bundle> {
    return base::Error{base::ErrorCode::kNotFound, "gone"};
  };
  EXPECT_EQ(make()->is_written(ordered.order, fail).error().code, base::ErrorCode::kNotFound);
}

TEST_F(NginxDriverTest, SeesThatAnotherVersionIsLinked) {
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(one.delivery()));
  ASSERT_TRUE(driver->write(other.delivery()));
  EXPECT_FALSE(*driver->is_written(one.order, loader_of(one, loaded_)));
  EXPECT_TRUE(*driver->is_written(other.order, loader_of(other, loaded_)));
}

TEST_F(NginxDriverTest, KeepsTheFormerVersionOnlyAsLongAsAHandshakeMayNeedIt) {
  const Ordered first = make_ordered(kDomain);
  const Ordered second = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(first.delivery()));
  ASSERT_TRUE(driver->write(second.delivery()));
  EXPECT_TRUE(*driver->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first), version_of(second)));
  clock_->advance(std::chrono::seconds(10));
  EXPECT_TRUE(*driver->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second)));
}

TEST_F(NginxDriverTest, KeepsAVersionThatIsLinkedAgain) {
  const Ordered first = make_ordered(kDomain);
  const Ordered second = make_ordered(kDomain);
  const auto driver = make();
  for (const Ordered* ordered : {&first, &second, &first}) ASSERT_TRUE(driver->write(ordered->delivery()));
  clock_->advance(std::chrono::seconds(10));
  EXPECT_TRUE(*driver->is_written(first.order, loader_of(first, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first)));
  EXPECT_EQ(test::read_file(folder() / (kDomain + ".pem")), pem_of(first.bundle));
}

// Two domains of one version.
class SharedVersion : public NginxDriverTest {
 protected:
  static Ordered for_other(const Ordered& ordered) {
    Ordered other{ordered.order, copy_of(ordered.bundle)};
    other.order.domain = "other.example.net";
    return other;
  }
  ::testing::AssertionResult write(Driver& driver, const std::vector<const Ordered*>& all) {
    std::vector<Delivery> deliveries;
    for (const Ordered* ordered : all) deliveries.push_back(ordered->delivery());
    for (const auto& done : driver.write_all(deliveries)) {
      if (!done) return ::testing::AssertionFailure() << done.error().message;
    }
    return ::testing::AssertionSuccess();
  }

  const Ordered first_ = make_ordered(kDomain);
  const Ordered first_other_ = for_other(first_);
  const Ordered second_ = make_ordered(kDomain);
  const Ordered second_other_ = for_other(second_);
};

TEST_F(SharedVersion, IsOneFile) {
  const auto driver = make();
  ASSERT_TRUE(write(*driver, {&first_, &first_other_}));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_)));
  for (const Ordered* ordered : {&first_, &first_other_}) {
    EXPECT_EQ(test::read_file(folder() / (std::string(ordered->order.domain) + ".pem")), pem_of(first_.bundle));
    EXPECT_TRUE(*driver->is_written(ordered->order, loader_of(*ordered, loaded_)));
  }
}

TEST_F(SharedVersion, StaysUntilNoDomainUsesIt) {
  ASSERT_TRUE(write(*make(), {&first_, &first_other_}));
  const auto driver = make();
  ASSERT_TRUE(write(*driver, {&second_}));
  clock_->advance(std::chrono::seconds(10));
  driver->tidy();
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_), version_of(second_)));
  EXPECT_EQ(test::read_file(folder() / "other.example.net.pem"), pem_of(first_.bundle));
  ASSERT_TRUE(write(*driver, {&second_other_}));
  driver->tidy();
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_), version_of(second_))) << "somebody may read it";
  clock_->advance(std::chrono::seconds(10));
  driver->tidy();
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second_)));
}

// The fleet tidies at least every 2.6 seconds (isolation_test.cpp), and a reader has ten seconds.
TEST_F(SharedVersion, LeavesTheFolderWithinFifteenSecondsWithItsKey) {
  constexpr std::chrono::milliseconds kTidyEvery(2600);
  const auto driver = make();
  ASSERT_TRUE(write(*driver, {&first_, &first_other_}));
  ASSERT_TRUE(write(*driver, {&second_, &second_other_}));
  for (auto passed = kTidyEvery; passed <= std::chrono::seconds(15); passed += kTidyEvery) {
    clock_->advance(kTidyEvery);
    driver->tidy();
  }
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second_)));
}

TEST_F(SharedVersion, IsRemovedWithTheLastDomain) {
  const auto driver = make();
  ASSERT_TRUE(write(*driver, {&first_, &first_other_}));
  ASSERT_TRUE(driver->withdraw(std::vector{kDomain}));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_)));
  ASSERT_TRUE(driver->withdraw(std::vector<std::string>{"other.example.net"}));
  EXPECT_THAT(versions(), IsEmpty());
}

TEST_F(SharedVersion, IsTouchedForAllItsDomains) {
  const auto driver = make();
  ASSERT_TRUE(write(*driver, {&first_, &first_other_}));
  EXPECT_THAT(driver->find_touched(), ::testing::Optional(IsEmpty()));
  std::filesystem::remove(folder() / ".versions" / version_of(first_));
  EXPECT_THAT(driver->find_touched(), ::testing::Optional(UnorderedElementsAre(kDomain, "other.example.net")));
  ASSERT_TRUE(write(*driver, {&first_}));
  EXPECT_EQ(test::read_file(folder() / "other.example.net.pem"), pem_of(first_.bundle));
}

TEST_F(SharedVersion, IsNotRemovedWhenALinkToItFails) {
  std::filesystem::create_directory(folder() / "other.example.net.pem");
  const auto driver = make();
  EXPECT_FALSE(write(*driver, {&first_, &first_other_}));
  EXPECT_EQ(test::read_file(folder() / (kDomain + ".pem")), pem_of(first_.bundle));
}

TEST_F(SharedVersion, ReplacesAFileOfOneDomainAlone) {
  std::filesystem::create_directory(folder() / ".versions");
  const std::string former = kDomain + "-7.pem";
  test::write_file(folder() / ".versions" / former, "secret");
  std::filesystem::create_symlink(".versions/" + former, folder() / (kDomain + ".pem"));
  const auto driver = make();
  EXPECT_FALSE(*driver->is_written(first_.order, loader_of(first_, loaded_)));
  ASSERT_TRUE(write(*driver, {&first_}));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_), former));
  clock_->advance(std::chrono::seconds(10));
  driver->tidy();
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first_)));
}

TEST_F(NginxDriverTest, RemovesWhatACrashLeft) {
  const Ordered first = make_ordered(kDomain);
  const Ordered second = make_ordered(kDomain);
  const auto before = make();
  ASSERT_TRUE(before->write(first.delivery()));
  ASSERT_TRUE(before->write(second.delivery()));
  test::write_file(folder() / ".livecert-0011223344556677.tmp", "half");
  test::write_file(folder() / ".versions" / ".livecert-0011223344556677.tmp", "half");
  test::write_file(folder() / ".versions" / "other.example.net-7.pem", "never linked");
  const auto after = make();
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second)));
  EXPECT_THAT(listing(folder()), UnorderedElementsAre(".versions", "livecert.map.conf", kDomain + ".pem"));
}

TEST_F(NginxDriverTest, FailsAsAWholeWhenAFolderLiesInTheWay) {
  std::filesystem::create_directory(folder() / (kDomain + ".pem"));
  const auto driver = make();
  const Ordered ordered = make_ordered(kDomain);
  const auto done = driver->write(ordered.delivery());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_THAT(done.error().message, HasSubstr("remove the folder of that name"));
  EXPECT_THAT(done.error().message, Not(HasSubstr("PRIVATE KEY")));
  EXPECT_THAT(versions(), IsEmpty()) << "no key is left";
}

TEST_F(NginxDriverTest, RefusesAFolderThatNginxCannotExpress) {
  for (const char* folder : {"/etc/$x", "/etc/a\"b", "/etc/a\\b", "/etc/a\nb"}) {
    const auto driver = make_nginx_driver(definition_for(folder));
    ASSERT_FALSE(driver) << folder;
    EXPECT_EQ(driver.error().code, base::ErrorCode::kConfiguration);
  }
  EXPECT_TRUE(make_nginx_driver(definition_for("/nonexistent/\xe8\xaf\x81\xe4\xb9\xa6 {1}")));
}

}  // namespace
}  // namespace livecert::edge

#include <algorithm>
#include <atomic>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/drivers.h"
#include "edge/drivers/files_layout.h"
#include "edge/drivers/pem_text.h"
#include "edge/orders.h"
#include "edge/privileges.h"
#include "support/child_process.h"
#include "support/fake_clock.h"

namespace livecert::edge {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const std::string kDomain = "live.example.net";

std::string key_of(const Ordered& ordered) {
  return test::pem_of(ordered.bundle.key);
}

std::string version_of(const Ordered& ordered) {
  return std::string(ordered.order.domain) + "-" + ordered.order.version.to_string();
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_mode & 07777U;
}

class FilesDriverTest : public ::testing::Test {
 protected:
  FilesDriverTest() {
    ::chmod(directory_.path().c_str(), 0755);
    std::filesystem::create_directory(folder());
    definition_.name = "front";
    definition_.kind = Kind::kFiles;
    definition_.directory = folder();
  }

  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "certificates"; }
  [[nodiscard]] std::filesystem::path chain_file() const { return folder() / kDomain / "fullchain.pem"; }
  [[nodiscard]] std::filesystem::path key_file() const { return folder() / kDomain / "privkey.pem"; }
  [[nodiscard]] std::filesystem::path told() const { return directory_.path() / "told"; }

  [[nodiscard]] std::unique_ptr<Driver> make() const { return make_files_driver(definition_).value(); }
  [[nodiscard]] static std::vector<std::string> listing(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
  }
  [[nodiscard]] std::vector<std::string> versions() const { return listing(folder() / ".versions"); }

  // A command that notes how it was called, once a line.
  void tell(const std::string& then = "exit 0") {
    definition_.command = {"/bin/sh", "-c",
                           "echo \"$LIVECERT_EDGE $LIVECERT_DOMAINS\" >> " + told().string() + "; " + then};
  }

  Definition definition_;
  int loaded_ = 0;

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(FilesDriverTest, WritesOneFileForEachDomain) {
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_rsa_ordered("push.example.net");
  const auto driver = make();
  ASSERT_TRUE(driver->write(one.delivery()));
  ASSERT_TRUE(driver->write(other.delivery()));
  EXPECT_EQ(test::read_file(folder() / "live.example.net.pem"), chain_pem(one.bundle) + key_of(one));
  EXPECT_EQ(test::read_file(folder() / "push.example.net.pem"), chain_pem(other.bundle) + key_of(other));
  EXPECT_TRUE(*driver->is_written(one.order, loader_of(one, loaded_)));
  EXPECT_EQ(loaded_, 0);
  EXPECT_TRUE(*make()->is_written(one.order, loader_of(one, loaded_)));
  EXPECT_EQ(loaded_, 1);
}

TEST_F(FilesDriverTest, SeesThatItsFileWasReplaced) {
  const Ordered ordered = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered.delivery()));
  ASSERT_TRUE(make()->write(make_ordered(kDomain).delivery()));
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
}

TEST_F(FilesDriverTest, TellsTheVersionItWroteFromAnother) {
  const Ordered one = make_ordered(kDomain);
  const Ordered two = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(one.delivery()));
  ASSERT_TRUE(driver->write(two.delivery()));
  EXPECT_FALSE(*driver->is_written(one.order, loader_of(one, loaded_)));
  EXPECT_TRUE(*driver->is_written(two.order, loader_of(two, loaded_)));
}

TEST_F(FilesDriverTest, RemovesTheFilesOfWithdrawnDomains) {
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_ordered("push.example.net");
  const auto driver = make();
  ASSERT_TRUE(driver->write(one.delivery()));
  ASSERT_TRUE(driver->write(other.delivery()));
  const std::vector<std::string> domains{kDomain, "never-there.example.net"};
  ASSERT_TRUE(driver->withdraw(domains));
  EXPECT_THAT(listing(folder()), UnorderedElementsAre("push.example.net.pem"));
}

TEST_F(FilesDriverTest, RunsTheCommandOnceForAllDeliveries) {
  tell();
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_ordered("push.example.net");
  const auto driver = make();
  const std::array deliveries{one.delivery(), other.delivery()};
  for (const Delivery& delivery : deliveries) ASSERT_TRUE(driver->write(delivery));
  EXPECT_FALSE(std::filesystem::exists(told()));
  const auto activated = driver->activate(deliveries);
  ASSERT_EQ(activated.size(), 2U);
  EXPECT_TRUE(activated[0] && activated[1]);
  EXPECT_EQ(test::read_file(told()), "front live.example.net,push.example.net\n");
  EXPECT_THAT(driver->activate({}), IsEmpty());
  EXPECT_EQ(test::read_file(told()), "front live.example.net,push.example.net\n") << "nothing to tell";
}

TEST_F(FilesDriverTest, TellsEachDeliveryThatTheCommandFailed) {
  tell("echo 'syntax error'; exit 7");
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_ordered("push.example.net");
  const std::array deliveries{one.delivery(), other.delivery()};
  const auto activated = make()->activate(deliveries);
  ASSERT_EQ(activated.size(), 2U);
  for (const auto& result : activated) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::kUpstreamFailure);
    EXPECT_THAT(result.error().message, AllOf(HasSubstr("/bin/sh"), HasSubstr("status 7"), HasSubstr("syntax error")));
  }
}

TEST_F(FilesDriverTest, RunsTheCommandAfterAWithdrawal) {
  tell("test ! -e " + (folder() / (kDomain + ".pem")).string());
  const Ordered ordered = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered.delivery()));
  const std::vector<std::string> domains{kDomain};
  EXPECT_TRUE(driver->withdraw(domains));
  EXPECT_EQ(test::read_file(told()), "front live.example.net\n");
}

TEST_F(FilesDriverTest, NamesNoDomainsWhenThereAreTooMany) {
  tell();
  const Ordered ordered = make_ordered("a-domain-with-rather-a-long-name.in-some-zone.example.net");
  const auto driver = make();
  EXPECT_TRUE(driver->activate(std::vector<Delivery>(1000, ordered.delivery())).back());
  EXPECT_THAT(test::read_file(told()), HasSubstr(std::string(ordered.order.domain) + "," + ordered.order.domain));
  std::filesystem::remove(told());
  EXPECT_TRUE(driver->activate(std::vector<Delivery>(3000, ordered.delivery())).back());
  EXPECT_EQ(test::read_file(told()), "front *\n");
}

TEST_F(FilesDriverTest, WritesChainAndKeyApartWhenToldTo) {
  definition_.separate = true;
  const Ordered ordered = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_EQ(test::read_file(chain_file()), chain_pem(ordered.bundle));
  EXPECT_EQ(test::read_file(key_file()), key_of(ordered));
  EXPECT_THAT(test::read_file(chain_file()), Not(HasSubstr("PRIVATE KEY")));
  EXPECT_EQ(mode_of(chain_file()), 0400U);
  EXPECT_EQ(mode_of(key_file()), 0400U);
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_EQ(loaded_, 0);
  EXPECT_TRUE(*make()->is_written(ordered.order, loader_of(ordered, loaded_)));
  EXPECT_EQ(loaded_, 1);
}

TEST_F(FilesDriverTest, SwitchesChainAndKeyTogether) {
  definition_.separate = true;
  constexpr std::size_t kVersions = 20;
  std::vector<Ordered> versions;
  for (std::size_t i = 0; i < kVersions; ++i) versions.push_back(make_ordered(kDomain));
  const auto driver = make();
  ASSERT_TRUE(driver->write(versions[0].delivery()));

  std::atomic<std::size_t> written = 0;
  std::atomic<int> rounds = 0;
  std::vector<std::string> wrong;
  std::thread reader([&] {
    while (written < kVersions - 1) {
      // A reader that follows the link once reads both files of one version.
      std::error_code gone;
      const auto version = std::filesystem::canonical(folder() / kDomain, gone);
      const std::string chain = test::read_file(version / "fullchain.pem");
      const std::string key = test::read_file(version / "privkey.pem");
      ++rounds;
      if (gone || test::read_file(chain_file()).empty()) wrong.emplace_back("there was no version for a moment");
      const auto found =
          std::ranges::find_if(versions, [&](const Ordered& one) { return chain_pem(one.bundle) == chain; });
      if (found == versions.end() || key_of(*found) != key) wrong.emplace_back("not of one version");
    }
  });
  for (std::size_t i = 1; i < kVersions; ++i) {
    const int before = rounds;
    EXPECT_TRUE(driver->write(versions[i].delivery()));
    while (rounds <= before) std::this_thread::yield();
    written = i;
  }
  reader.join();
  EXPECT_THAT(wrong, IsEmpty());
}

TEST_F(FilesDriverTest, KeepsTheFormerVersionOnlyAsLongAsSomebodyMayBeReadingIt) {
  const auto clock = std::make_shared<test::FakeClock>(base::from_unix_seconds(1'800'000'000));
  const auto layout = make_separate_layout(definition_, clock);
  const Ordered first = make_ordered(kDomain);
  const Ordered second = make_ordered(kDomain);
  ASSERT_TRUE(layout->write(first.delivery()));
  ASSERT_TRUE(layout->write(second.delivery()));
  EXPECT_TRUE(*layout->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(first), version_of(second)));
  clock->advance(std::chrono::seconds(10));
  EXPECT_TRUE(*layout->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second)));
}

TEST_F(FilesDriverTest, RemovesTheFormerVersionAtItsNextStart) {
  definition_.separate = true;
  const Ordered first = make_ordered(kDomain);
  const Ordered second = make_ordered(kDomain);
  const auto driver = make();
  ASSERT_TRUE(driver->write(first.delivery()));
  ASSERT_TRUE(driver->write(second.delivery()));
  EXPECT_TRUE(*make()->is_written(second.order, loader_of(second, loaded_)));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(second)));
}

TEST_F(FilesDriverTest, LetsWhoeverMayReadTheFilesReachThem) {
  if (::geteuid() == 0) definition_.access = {.mode = 0440, .user = test::kNobody, .group = test::kNobody};
  definition_.separate = true;
  ::chmod(folder().c_str(), 0755);
  const mode_t former = ::umask(077);
  const Ordered ordered = make_ordered(kDomain);
  const auto done = make()->write(ordered.delivery());
  ::umask(former);
  ASSERT_TRUE(done);
  const test::WithoutPrivileges without;
  EXPECT_EQ(test::read_file(key_file()), key_of(ordered));
}

TEST_F(FilesDriverTest, RepairsEitherFile) {
  definition_.separate = true;
  const Ordered ordered = make_ordered(kDomain);
  const auto driver = make();
  for (const auto& damaged : {chain_file(), key_file()}) {
    ASSERT_TRUE(driver->write(ordered.delivery()));
    std::filesystem::remove(damaged);
    EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
    test::write_file(damaged, "garbage");
    EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  }
  ASSERT_TRUE(driver->write(ordered.delivery()));
  std::filesystem::remove_all(folder() / ".versions" / version_of(ordered));
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_TRUE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
}

TEST_F(FilesDriverTest, RemovesWhatACrashLeftOfSeparateFiles) {
  definition_.separate = true;
  const Ordered ordered = make_ordered(kDomain);
  ASSERT_TRUE(make()->write(ordered.delivery()));
  // Built and never linked; linked in half; another domain whose name begins alike.
  std::filesystem::create_directory(folder() / ".versions" / (kDomain + "-999"));
  test::write_file(folder() / ".versions" / (kDomain + "-999") / "privkey.pem", "secret");
  std::filesystem::create_symlink(".versions/x", folder() / ".livecert-0011223344556677.tmp");
  const Ordered neighbour = make_ordered(kDomain + "-1");
  const auto driver = make();
  ASSERT_TRUE(driver->write(neighbour.delivery()));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(ordered), version_of(neighbour)));
  EXPECT_THAT(listing(folder()), UnorderedElementsAre(".versions", kDomain, kDomain + "-1"));
}

TEST_F(FilesDriverTest, LeavesNoKeyWhenItCannotSwitch) {
  definition_.separate = true;
  std::filesystem::create_directory(folder() / kDomain);
  const auto done = make()->write(make_ordered(kDomain).delivery());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_THAT(done.error().message, HasSubstr((folder() / kDomain).string()));
  EXPECT_THAT(versions(), IsEmpty());
}

TEST_F(FilesDriverTest, RemovesSeparateFilesOfWithdrawnDomains) {
  definition_.separate = true;
  const Ordered one = make_ordered(kDomain);
  const Ordered other = make_ordered("push.example.net");
  const auto driver = make();
  ASSERT_TRUE(driver->write(one.delivery()));
  ASSERT_TRUE(driver->write(other.delivery()));
  const std::vector<std::string> domains{kDomain, "never-there.example.net"};
  ASSERT_TRUE(driver->withdraw(domains));
  EXPECT_FALSE(*driver->is_written(one.order, loader_of(one, loaded_)));
  EXPECT_THAT(listing(folder()), UnorderedElementsAre(".versions", "push.example.net"));
  EXPECT_THAT(versions(), UnorderedElementsAre(version_of(other)));
  EXPECT_TRUE(driver->withdraw(domains)) << "what is not there is no failure";
}

TEST_F(FilesDriverTest, DoesNotFollowALinkThatWasPlantedForADomain) {
  definition_.separate = true;
  const auto elsewhere = folder().parent_path() / "elsewhere";
  std::filesystem::create_directory(elsewhere);
  std::filesystem::create_symlink(elsewhere, folder() / kDomain);
  const Ordered ordered = make_ordered(kDomain);
  const auto driver = make();
  EXPECT_FALSE(*driver->is_written(ordered.order, loader_of(ordered, loaded_)));
  ASSERT_TRUE(driver->write(ordered.delivery()));
  EXPECT_THAT(listing(elsewhere), IsEmpty());
  EXPECT_EQ(test::read_file(key_file()), key_of(ordered));
}

}  // namespace
}  // namespace livecert::edge

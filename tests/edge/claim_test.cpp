// Rules for a folder that was named over the network.
#include "edge/drivers/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/admission.h"
#include "edge/drivers/drivers.h"
#include "edge/orders.h"
#include "support/child_process.h"

namespace livecert::edge {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const std::string kDomain = "live.example.net";

class ClaimTest : public ::testing::Test {
 protected:
  ClaimTest() {
    fs::create_directories(folder());
    definition_.name = "front";
    definition_.kind = Kind::kFiles;
    definition_.origin = Origin::kAdded;
    definition_.directory = folder();
    EXPECT_TRUE(admit(definition_, std::vector{root()}));
  }

  [[nodiscard]] fs::path root() const { return directory_.path() / "edges"; }
  [[nodiscard]] fs::path folder() const { return root() / "front"; }
  [[nodiscard]] fs::path file() const { return folder() / (kDomain + ".pem"); }
  [[nodiscard]] std::vector<std::string> listing() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder())) names.push_back(entry.path().filename());
    return names;
  }
  [[nodiscard]] std::unique_ptr<Driver> make() const {
    return make_claiming_driver(definition_, "", make_files_driver).value();
  }
  // Every call of the driver fails with this, and touches nothing.
  void expect_refusal(Driver& driver, const std::string& what) const {
    const std::vector<std::string> before = listing();
    const std::vector<std::string> domains{kDomain};
    int loaded = 0;
    const std::vector<Delivery> deliveries{ordered_.delivery()};
    for (const auto& done :
         {driver.write(ordered_.delivery()), driver.withdraw(domains), driver.activate(deliveries).at(0)}) {
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, base::ErrorCode::kUpstreamFailure);
      EXPECT_THAT(done.error().message, HasSubstr(what));
    }
    EXPECT_FALSE(driver.is_written(ordered_.order, loader_of(ordered_, loaded)));
    EXPECT_EQ(listing(), before);
  }

  Definition definition_;
  Ordered ordered_ = make_ordered(kDomain);

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(ClaimTest, TakesAnEmptyFolderAndMarksIt) {
  EXPECT_TRUE(check_claim(place_of(definition_)));
  EXPECT_TRUE(listing().empty()) << "looking marks nothing";
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered_.delivery()));
  EXPECT_THAT(listing(), UnorderedElementsAre(".livecert-edge", kDomain + ".pem"));
  EXPECT_TRUE(make()->write(ordered_.delivery())) << "it knows its own folder again";
  EXPECT_TRUE(check_claim(place_of(definition_)));
}

TEST_F(ClaimTest, NoticesThatItsFilesWereTouched) {
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered_.delivery()));
  EXPECT_THAT(driver->find_touched(), ::testing::Optional(::testing::IsEmpty()));
  fs::remove(file());
  EXPECT_THAT(driver->find_touched(), ::testing::Optional(::testing::ElementsAre(kDomain)));
}

TEST_F(ClaimTest, RemovesReplacedKeysOnlyFromItsOwnFolder) {
  struct FakeTidy final : Driver {
    explicit FakeTidy(int& count) : tidied(count) {}
    base::Result<void> write(const Delivery& /*delivery*/) override { return {}; }
    std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) override {
      return std::vector<base::Result<void>>(deliveries.size());
    }
    base::Result<void> withdraw(std::span<const std::string> /*domains*/) override { return {}; }
    base::Result<bool> is_written(const Order& /*order*/, const LoadBundle& /*load*/) override { return true; }
    void tidy() override { ++tidied; }
    int& tidied;
  };
  int tidied = 0;
  const auto make_fake = [&](const Definition& /*definition*/) -> base::Result<std::unique_ptr<Driver>> {
    return std::unique_ptr<Driver>(std::make_unique<FakeTidy>(tidied));
  };
  const auto driver = make_claiming_driver(definition_, "production", make_fake).value();
  driver->tidy();
  EXPECT_EQ(tidied, 1);
  fs::remove_all(folder());
  fs::create_directory(folder());
  ASSERT_TRUE(make_claiming_driver(definition_, "rehearsal", make_files_driver));
  driver->tidy();
  EXPECT_EQ(tidied, 1) << "another store has taken the folder";
}

TEST_F(ClaimTest, TakesAFolderOfEmptyFiles) {
  test::write_file(folder() / "crt-list", "");
  EXPECT_TRUE(make()->write(ordered_.delivery()));
}

TEST_F(ClaimTest, LeavesAFolderAloneInWhichSomethingLies) {
  test::write_file(file(), "-----BEGIN CERTIFICATE-----\nsomebody's");
  const auto driver = make();
  expect_refusal(*driver, file().filename().string() + ", which livecert did not make");
  EXPECT_THAT(test::read_file(file()), HasSubstr("somebody's"));
  EXPECT_THAT(check_claim(place_of(definition_)).error().message,
              HasSubstr("touch " + (folder() / ".livecert-edge").string()));
  fs::remove(file());
  fs::create_directory(folder() / "folder");
  expect_refusal(*driver, "holds folder, which livecert did not make");
  fs::remove(folder() / "folder");
  fs::create_symlink("/etc/passwd", folder() / "link");
  expect_refusal(*driver, "holds link, which livecert did not make");
  fs::remove(folder() / "link");
  EXPECT_TRUE(driver->write(ordered_.delivery())) << "goes on once it is empty";
}

TEST_F(ClaimTest, TakesAFolderThatAnOperatorMarked) {
  test::write_file(file(), "older");
  test::write_file(folder() / ".livecert-edge", "");
  EXPECT_TRUE(make()->write(ordered_.delivery()));
}

TEST_F(ClaimTest, GoesOnInAFolderThatWasWiped) {
  const auto driver = make();
  ASSERT_TRUE(driver->write(ordered_.delivery()));
  fs::remove_all(folder());
  EXPECT_FALSE(driver->write(ordered_.delivery()));
  fs::create_directory(folder());
  ASSERT_TRUE(driver->write(ordered_.delivery()));
  EXPECT_THAT(listing(), UnorderedElementsAre(".livecert-edge", kDomain + ".pem"));
}

TEST_F(ClaimTest, FollowsNoLinkOnTheWayFromTheRoot) {
  fs::rename(folder(), root().parent_path() / "elsewhere");
  fs::create_directory_symlink(root().parent_path() / "elsewhere", folder());
  expect_refusal(*make(), folder().string() + " is a symbolic link");
}

TEST_F(ClaimTest, TellsAFolderThatTheKindCannotUseAsSoonAsItCan) {
  definition_.directory = root() / "a$b";
  definition_.kind = Kind::kNginx;
  fs::create_directory(definition_.directory);
  ASSERT_TRUE(admit(definition_, std::vector{root()}));
  const auto made =
      make_claiming_driver(definition_, "", [](const Definition& nginx) { return make_nginx_driver(nginx); });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, base::ErrorCode::kConfiguration);
}

// Production and a restored copy of it, with the same configuration.
TEST_F(ClaimTest, TwoStoresDoNotShareAFolder) {
  for (const Origin origin : {Origin::kAdded, Origin::kConfiguration}) {
    definition_.origin = origin;
    fs::remove_all(folder());
    fs::create_directories(folder());
    const auto make_for = [&](const std::string& store) {
      return make_claiming_driver(definition_, store, make_files_driver).value();
    };
    const auto production = make_for("1111111111111111");
    ASSERT_TRUE(production->write(ordered_.delivery()));
    EXPECT_TRUE(check_store(definition_, "1111111111111111"));
    const auto rehearsal = make_for("2222222222222222");
    expect_refusal(*rehearsal, "take it over: rm " + (folder() / ".livecert-store").string());
    EXPECT_THAT(check_store(definition_, "2222222222222222").error().message,
                HasSubstr("belongs to another store of livecert, 1111111111111111"));
    ASSERT_TRUE(production->write(ordered_.delivery())) << "it goes on";
    fs::remove(folder() / ".livecert-store");
    EXPECT_TRUE(rehearsal->write(ordered_.delivery()));
    expect_refusal(*production, "belongs to another store of livecert, 2222222222222222");
  }
}

// One folder may have several files of SRS.
TEST_F(ClaimTest, EachFileOfSrsHasAMarkOfItsOwn) {
  definition_.origin = Origin::kConfiguration;
  definition_.folder_root.clear();
  definition_.kind = Kind::kSrs;
  definition_.directory.clear();
  definition_.selection.domains = {kDomain};
  definition_.file = folder() / "live.pem";
  const auto ours = make_claiming_driver(definition_, "1111111111111111", make_srs_driver);
  ASSERT_TRUE(ours);
  definition_.file = folder() / "other.pem";
  EXPECT_TRUE(check_store(definition_, "2222222222222222"));
  definition_.file = folder() / "live.pem";
  EXPECT_FALSE(check_store(definition_, "2222222222222222"));
}

}  // namespace
}  // namespace livecert::edge

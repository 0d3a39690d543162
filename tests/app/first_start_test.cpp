#include "app/first_start.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "app/config.h"
#include "app/data_files.h"
#include "app/instance.h"
#include "client/credentials.h"
#include "support/temporary_directory.h"

namespace livecert::app {
namespace {

class FirstStart : public testing::Test {
 protected:
  FirstStart() { config.data_dir = directory.path() / "data"; }
  base::Result<std::unique_ptr<Instance>> open() const {
    return Instance::open(config, Instance::IfEmpty::kInitialise);
  }
  [[nodiscard]] std::filesystem::path credentials() const { return credentials_file(config.data_dir); }
  [[nodiscard]] std::filesystem::path master_key() const { return config.data_dir.string() + ".master-key"; }

  test::TemporaryDirectory directory;
  Config config;
};

TEST_F(FirstStart, MakesTheRootAccountAndItsKeyOpensIt) {
  const auto instance = open();
  ASSERT_TRUE(instance) << instance.error().message;
  const auto key = client::load_credentials_file(credentials());
  ASSERT_TRUE(key);
  EXPECT_TRUE((*instance)
                  ->services()
                  .store.ask(&store::Snapshot::find_credential, key->credentials.access_key_id)
                  ->has_value());
  EXPECT_EQ(std::filesystem::status(credentials()).permissions(), std::filesystem::perms(0600));
}

TEST_F(FirstStart, ASecondStartChangesNothing) {
  ASSERT_TRUE(open());
  const auto key = client::load_credentials_file(credentials());
  ASSERT_TRUE(open());
  EXPECT_EQ(client::load_credentials_file(credentials())->credentials.access_key_id, key->credentials.access_key_id);
  std::filesystem::remove(credentials());
  ASSERT_TRUE(open());
  EXPECT_FALSE(std::filesystem::exists(credentials())) << "moved away means moved away";
}

// A crash after the store was written and before the credentials got their name.
TEST_F(FirstStart, CredentialsThatWereLeftAsideAreRecovered) {
  ASSERT_TRUE(open());
  std::filesystem::rename(credentials(), aside_name(credentials()));
  ASSERT_TRUE(open());
  EXPECT_TRUE(std::filesystem::exists(credentials()));
  EXPECT_FALSE(std::filesystem::exists(aside_name(credentials())));
}

// A crash before the store was written.
TEST_F(FirstStart, CredentialsThatOpenNothingAreRemoved) {
  ASSERT_TRUE(make_private_directory(config.data_dir));
  ASSERT_TRUE(write_aside(credentials(), base::as_bytes(R"({"AccessKeyId":"AKLTx","SecretAccessKey":"y"})")));
  ASSERT_TRUE(open());
  EXPECT_FALSE(std::filesystem::exists(aside_name(credentials())));
  EXPECT_NE(client::load_credentials_file(credentials())->credentials.access_key_id, "AKLTx");
}

TEST_F(FirstStart, AMissingOrWrongMasterKeyEndsTheStart) {
  ASSERT_TRUE(open());
  const std::filesystem::path away = directory.path() / "away";
  std::filesystem::rename(master_key(), away);
  const auto missing = open();
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find(master_key().string()), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(master_key())) << "no new key for an old store";

  ASSERT_TRUE(write_private_file(master_key(), base::as_bytes(std::string(64, 'a') + "\n")));
  const auto wrong = open();
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("master key"), std::string::npos);

  config.master_key = away;
  EXPECT_TRUE(open());
}

// The whole directory is lost, and with it every note inside.
TEST_F(FirstStart, AStoreThatIsLostWholeIsNotedBesideItsMasterKey) {
  ASSERT_TRUE(open());
  std::filesystem::remove_all(config.data_dir);
  const auto lost = open();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, base::ErrorCode::kConfiguration);
  const std::filesystem::path marker = master_key().string() + ".store-was-made";
  EXPECT_NE(lost.error().message.find(marker.string()), std::string::npos) << lost.error().message;
  EXPECT_FALSE(std::filesystem::exists(config.data_dir));
  // Also if the directory has another name: the key has had a store.
  config.master_key = master_key();
  config.data_dir = directory.path() / "elsewhere";
  EXPECT_FALSE(open());
  std::filesystem::remove(marker);
  EXPECT_TRUE(open());
}

TEST_F(FirstStart, AStoreOfAnOlderReleaseIsNotedToo) {
  ASSERT_TRUE(open());
  const std::filesystem::path marker = master_key().string() + ".store-was-made";
  std::filesystem::remove(marker);
  ASSERT_TRUE(open());
  EXPECT_TRUE(std::filesystem::exists(marker));
  EXPECT_EQ(std::filesystem::status(marker).permissions(), std::filesystem::perms(0600));
}

// A directory in the way stops root too, which permissions do not.
TEST_F(FirstStart, WhereTheMasterKeyLetsNothingBesideItTheDataDirectoryHasTheNote) {
  const std::filesystem::path key = directory.path() / "named";
  ASSERT_TRUE(write_private_file(key, base::as_bytes(std::string(64, 'a') + "\n")));
  std::filesystem::create_directories(aside_name(key.string() + ".store-was-made") / "in-the-way");
  config.master_key = key;
  ASSERT_TRUE(open());
  const std::filesystem::path marker = config.data_dir.string() + ".store-was-made";
  EXPECT_TRUE(std::filesystem::exists(marker));
  std::filesystem::remove_all(config.data_dir);
  EXPECT_FALSE(open());
}

TEST_F(FirstStart, WithoutAnyPlaceForTheNoteTheServiceStartsAllTheSame) {
  for (const auto& note : {master_key(), config.data_dir}) {
    std::filesystem::create_directories(aside_name(note.string() + ".store-was-made") / "in-the-way");
  }
  ASSERT_TRUE(open());
  ASSERT_TRUE(open());
  const auto noted = mark_initialised(config);
  ASSERT_FALSE(noted);
  EXPECT_NE(noted.error().message.find(config.data_dir.string() + ".store-was-made"), std::string::npos);
}

TEST_F(FirstStart, ACredentialOfTheServiceManagerHasNothingBesideIt) {
  const std::filesystem::path credentials_directory = directory.path() / "credentials";
  std::filesystem::create_directory(credentials_directory);
  ASSERT_TRUE(
      write_private_file(credentials_directory / "livecert-master-key", base::as_bytes(std::string(64, 'a') + "\n")));
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", credentials_directory.c_str(), 1), 0);
  const bool opened = open().has_value();
  std::filesystem::remove_all(config.data_dir);
  const bool opened_again = open().has_value();
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_TRUE(opened);
  EXPECT_FALSE(opened_again);
  EXPECT_TRUE(std::filesystem::exists(config.data_dir.string() + ".store-was-made"));
  EXPECT_FALSE(std::filesystem::exists(credentials_directory / "livecert-master-key.store-was-made"));
}

// As under a unit that may write nowhere but in its state directories.
TEST_F(FirstStart, AnotherStateDirectoryOfTheUnitKeepsTheNote) {
  const std::filesystem::path credentials_directory = directory.path() / "credentials";
  const std::filesystem::path mark = directory.path() / "mark";
  std::filesystem::create_directory(credentials_directory);
  std::filesystem::create_directory(mark);
  ASSERT_TRUE(
      write_private_file(credentials_directory / "livecert-master-key", base::as_bytes(std::string(64, 'a') + "\n")));
  ASSERT_EQ(::setenv("CREDENTIALS_DIRECTORY", credentials_directory.c_str(), 1), 0);
  ASSERT_EQ(::setenv("STATE_DIRECTORY", (config.data_dir.string() + ":" + mark.string()).c_str(), 1), 0);
  const bool opened = open().has_value();
  const bool is_noted = std::filesystem::exists(mark / "store-was-made");
  std::filesystem::remove_all(config.data_dir);
  const bool opened_again = open().has_value();
  ::unsetenv("CREDENTIALS_DIRECTORY");
  ::unsetenv("STATE_DIRECTORY");
  EXPECT_TRUE(opened);
  EXPECT_TRUE(is_noted);
  EXPECT_FALSE(opened_again);
  EXPECT_FALSE(std::filesystem::exists(config.data_dir.string() + ".store-was-made"));
}

TEST_F(FirstStart, ANamedMasterKeyIsNeverMade) {
  config.master_key = directory.path() / "named";
  EXPECT_FALSE(open());
  EXPECT_FALSE(std::filesystem::exists(config.master_key));
}

}  // namespace
}  // namespace livecert::app

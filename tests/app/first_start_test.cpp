#include "app/first_start.h"

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
  EXPECT_TRUE((*instance)->services().store.find_credential(key->access_key_id)->has_value());
  EXPECT_EQ(std::filesystem::status(credentials()).permissions(), std::filesystem::perms(0600));
}

TEST_F(FirstStart, ASecondStartChangesNothing) {
  ASSERT_TRUE(open());
  const auto key = client::load_credentials_file(credentials());
  ASSERT_TRUE(open());
  EXPECT_EQ(client::load_credentials_file(credentials())->access_key_id, key->access_key_id);
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
  EXPECT_NE(client::load_credentials_file(credentials())->access_key_id, "AKLTx");
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

TEST_F(FirstStart, ANamedMasterKeyIsNeverMade) {
  config.master_key = directory.path() / "named";
  EXPECT_FALSE(open());
  EXPECT_FALSE(std::filesystem::exists(config.master_key));
}

}  // namespace
}  // namespace livecert::app

#include "vault/vault.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/master_key.h"

namespace livecert::vault {
namespace {

base::SecretBytes key_of(std::uint8_t byte) {
  return base::SecretBytes(base::WipedBuffer(32, byte));
}

std::string text_of(const base::SecretBytes& secret) {
  return std::string(base::as_text(secret.reveal(base::SecretAccess())));
}

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    header = *LocalVault::make_header(key_of(1), random);
    vault = *LocalVault::open(key_of(1), header, random);
    account_key = *vault->make_account_key(account);
  }

  crypto::SystemRandom random;
  base::Bytes header;
  std::unique_ptr<LocalVault> vault;
  base::AccountId account{2100000001};
  base::SealedBytes account_key;
  base::Bytes digest = base::Bytes(32, 7);
  Place place{Purpose::kPrivateKey, account, base::ChainId({1, 2, 3}), base::CertId(42), digest, ""};
  base::SecretBytes secret = base::SecretBytes::copy_of("a private key");
};

TEST_F(VaultTest, OpensWhatItSealed) {
  const auto sealed = vault->seal(account_key, place, secret);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(text_of(*vault->open(account_key, place, *sealed)), "a private key");
  EXPECT_EQ(base::as_text(sealed->bytes).find("private"), std::string_view::npos);
}

TEST_F(VaultTest, SealsTheSameThingDifferentlyEachTime) {
  EXPECT_NE(vault->seal(account_key, place, secret)->bytes, vault->seal(account_key, place, secret)->bytes);
}

TEST_F(VaultTest, ASealedKeyMovedElsewhereDoesNotOpen) {
  const auto sealed = vault->seal(account_key, place, secret);
  const base::Bytes other_digest(32, 8);
  std::vector<Place> elsewhere(5, place);
  elsewhere[0].purpose = Purpose::kAccessSecret;
  elsewhere[1].chain = base::ChainId({1, 2, 4});
  elsewhere[2].version = base::CertId(43);
  elsewhere[3].digest = other_digest;
  elsewhere[4].name = "x";
  for (const Place& wrong : elsewhere) EXPECT_FALSE(vault->open(account_key, wrong, *sealed));

  const base::AccountId stranger(2100000002);
  Place theirs = place;
  theirs.account = stranger;
  EXPECT_FALSE(vault->open(*vault->make_account_key(stranger), theirs, *sealed));
  EXPECT_FALSE(vault->open(account_key, theirs, *sealed)) << "an account key opens only as its account's";
}

TEST_F(VaultTest, EveryFlippedBitAndEveryTruncationIsNoticed) {
  const auto sealed = vault->seal(account_key, place, secret);
  for (std::size_t i = 0; i < sealed->bytes.size(); ++i) {
    base::SealedBytes damaged = *sealed;
    damaged.bytes[i] ^= 1U;
    EXPECT_FALSE(vault->open(account_key, place, damaged)) << i;
    damaged.bytes.resize(i);
    EXPECT_FALSE(vault->open(account_key, place, damaged)) << i;
  }
}

TEST_F(VaultTest, AWrongMasterKeyOrADamagedHeaderIsRefusedAtOnce) {
  EXPECT_EQ(LocalVault::open(key_of(2), header, random).error().code, base::ErrorCode::kConfiguration);
  for (std::size_t i = 0; i < header.size(); ++i) {
    base::Bytes damaged = header;
    damaged[i] ^= 1U;
    EXPECT_FALSE(LocalVault::open(key_of(1), damaged, random)) << i;
  }
  EXPECT_FALSE(LocalVault::open(key_of(1), {}, random));
}

TEST_F(VaultTest, OwnSecretsAreBoundToTheirName) {
  const auto sealed = vault->seal_own("tls identity", secret);
  EXPECT_EQ(text_of(*vault->open_own("tls identity", *sealed)), "a private key");
  EXPECT_FALSE(vault->open_own("tls", *sealed));
}

class MasterKeyFile : public testing::Test {
 protected:
  MasterKeyFile() : directory(testing::TempDir() + "/master-key-XXXXXX") {
    std::string pattern = directory.string();
    directory = ::mkdtemp(pattern.data());
    file = directory / "key";
  }
  ~MasterKeyFile() override { std::filesystem::remove_all(directory); }
  void write(const std::string& text, mode_t mode = S_IRUSR | S_IWUSR) const {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
  }

  crypto::SystemRandom random;
  std::filesystem::path directory;
  std::filesystem::path file;
};

TEST_F(MasterKeyFile, IsReadBackAndPrivate) {
  const auto made = create_master_key(file, random);
  ASSERT_TRUE(made);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
  const auto read = read_master_key(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(text_of(*made), text_of(*read));
  EXPECT_NE(text_of(*made), std::string(32, '\0'));
}

TEST_F(MasterKeyFile, IsNeverOverwritten) {
  ASSERT_TRUE(create_master_key(file, random));
  const auto before = text_of(*read_master_key(file));
  EXPECT_FALSE(create_master_key(file, random));
  EXPECT_EQ(text_of(*read_master_key(file)), before);
}

TEST_F(MasterKeyFile, IsMadeDespiteWhatAKilledStartLeft) {
  std::ofstream(file.string() + ".new") << "half a k";
  const auto made = create_master_key(file, random);
  ASSERT_TRUE(made);
  EXPECT_TRUE(read_master_key(file));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
}

// The process was killed after the key had its name: the other name would keep the key when the file is replaced or
// deleted.
TEST_F(MasterKeyFile, HasNoSecondNameOnceItIsSettled) {
  ASSERT_TRUE(create_master_key(file, random));
  std::filesystem::create_hard_link(file, file.string() + ".new");
  const auto before = text_of(*read_master_key(file));
  EXPECT_TRUE(settle_master_key(file));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
  EXPECT_EQ(text_of(*read_master_key(file)), before);
}

TEST_F(MasterKeyFile, AnythingElseIsRefusedWithTheFilesName) {
  const auto refusal = [&] { return read_master_key(file).error().message; };
  EXPECT_THAT(refusal(), testing::HasSubstr(file.string()));
  for (const std::string& text : {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    write(text);
    EXPECT_THAT(refusal(), testing::HasSubstr("64 hexadecimal digits")) << text;
  }
  for (const mode_t mode : {0644U, 0640U, 0444U, 0404U}) {
    std::filesystem::remove(file);
    write(std::string(64, 'a'), mode);
    EXPECT_THAT(refusal(), testing::HasSubstr("chmod 600")) << std::oct << mode;
  }
  for (const mode_t mode : {0600U, 0400U, 0440U}) {
    std::filesystem::remove(file);
    write(std::string(64, 'a'), mode);
    EXPECT_TRUE(read_master_key(file)) << std::oct << mode;
  }
}

}  // namespace
}  // namespace livecert::vault

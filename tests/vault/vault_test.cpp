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

MasterKeys keys_of(std::initializer_list<std::uint8_t> bytes) {
  MasterKeys keys;
  for (const std::uint8_t byte : bytes) keys.push_back(key_of(byte));
  return keys;
}

// The golden bytes of docs/formats/sealed.md: HKDF-SHA256 of 32 bytes of 01.
TEST(MasterKeyId, IsDerivedFromTheKeyAndDoesNotShowIt) {
  EXPECT_EQ(master_key_id(key_of(1)), "7b38304b70c8ba0f");
  EXPECT_NE(master_key_id(key_of(1)), master_key_id(key_of(2)));
}

class Ring : public VaultTest {
 protected:
  // The store of the first key, which knows these others.
  [[nodiscard]] base::Result<std::unique_ptr<LocalVault>> open(std::initializer_list<std::uint8_t> held,
                                                               std::uint8_t current,
                                                               std::initializer_list<std::uint8_t> former = {},
                                                               std::initializer_list<std::uint8_t> retired = {}) {
    LocalVault::Ring ring{keys_of(held), header, {}};
    const auto know = [&](std::uint8_t byte) {
      ring.known.push_back({master_key_id(key_of(byte)), *LocalVault::make_header(key_of(byte), random)});
      return &ring.known.back();
    };
    know(current)->is_current = true;
    for (const std::uint8_t byte : former) know(byte)->is_needed = true;
    for (const std::uint8_t byte : retired) know(byte)->is_retired = true;
    return LocalVault::open(std::move(ring), random);
  }
};

TEST_F(Ring, WrappedKeysSayByWhich) {
  EXPECT_EQ(sealing_key_of(account_key.bytes), master_key_id(key_of(1)));
  EXPECT_EQ(sealing_key_of(vault->seal_own("tls", secret)->bytes), master_key_id(key_of(1)));
}

TEST_F(Ring, ItemsOfEarlierReleasesNameNoKeyAndOpenUnderTheFirst) {
  const base::SealedBytes old{{account_key.bytes.begin() + 1 + kMasterKeyIdSize, account_key.bytes.end()}};
  ASSERT_FALSE(sealing_key_of(old.bytes));
  const auto sealed = vault->seal(old, place, secret);
  ASSERT_TRUE(sealed);
  const auto later = open({2, 1}, 2, {1});
  ASSERT_TRUE(later);
  EXPECT_EQ(text_of(*(*later)->open(old, place, *sealed)), "a private key");
  const auto again = (*later)->rewrap_account_key(account, old);
  ASSERT_TRUE(again && *again);
  EXPECT_EQ(sealing_key_of((*again)->bytes), master_key_id(key_of(2)));
}

TEST_F(Ring, ARotationChangesTheWrappingAndNoSecret) {
  const auto sealed = vault->seal(account_key, place, secret);
  const auto own = vault->seal_own("tls", secret);
  vault->hold(keys_of({2}));
  ASSERT_TRUE(vault->use_key(master_key_id(key_of(2))));
  EXPECT_FALSE(vault->use_key(master_key_id(key_of(3))));
  EXPECT_EQ(text_of(*vault->open(account_key, place, *sealed)), "a private key") << "the former key still opens";
  const auto again = vault->rewrap_account_key(account, account_key);
  const auto own_again = vault->reseal_own("tls", *own);
  ASSERT_TRUE(again && *again && own_again && *own_again);
  EXPECT_FALSE(*vault->rewrap_account_key(account, **again)) << "there is nothing left to do";
  vault->forget_key(master_key_id(key_of(1)));
  EXPECT_EQ(text_of(*vault->open(**again, place, *sealed)), "a private key");
  EXPECT_EQ(text_of(*vault->open_own("tls", **own_again)), "a private key");
  const auto gone = vault->open(account_key, place, *sealed);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().detail, testing::HasSubstr(master_key_id(key_of(1)))) << "the log names the key";
  EXPECT_FALSE(vault->open_own("tls", *own));
}

TEST_F(Ring, ARetiredKeyOpensNothingEvenIfTheFileStillHasIt) {
  const auto sealed = vault->seal(account_key, place, secret);
  const auto later = open({1, 2}, 2, {}, {1});
  ASSERT_TRUE(later);
  EXPECT_FALSE((*later)->open(account_key, place, *sealed));
  EXPECT_FALSE((*later)->use_key(master_key_id(key_of(1))));
}

TEST_F(Ring, AStartNamesTheKeyThatIsMissing) {
  const std::string first = master_key_id(key_of(1));
  const auto without = open({2}, 2, {1});
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, base::ErrorCode::kConfiguration);
  EXPECT_THAT(without.error().message, testing::HasSubstr("the master key " + first + " is missing"));
  const auto other = open({3}, 2, {1});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, testing::HasSubstr("is not the one this store was made with"));
  EXPECT_THAT(other.error().message, testing::HasSubstr(master_key_id(key_of(2)) + ", " + first));
}

TEST_F(Ring, AWrappedKeyThatClaimsAnotherMasterKeyDoesNotOpen) {
  vault->hold(keys_of({2}));
  ASSERT_TRUE(vault->use_key(master_key_id(key_of(2))));
  base::SealedBytes claims = account_key;
  const auto other = *vault->make_account_key(account);
  std::copy_n(other.bytes.begin(), 1 + kMasterKeyIdSize, claims.bytes.begin());
  EXPECT_FALSE(vault->seal(claims, place, secret));
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
  const auto read = read_master_keys(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(text_of(made->front()), text_of(read->front()));
  EXPECT_NE(text_of(made->front()), std::string(32, '\0'));
}

TEST_F(MasterKeyFile, IsNeverOverwritten) {
  ASSERT_TRUE(create_master_key(file, random));
  const auto before = text_of(read_master_keys(file)->front());
  EXPECT_FALSE(create_master_key(file, random));
  EXPECT_EQ(text_of(read_master_keys(file)->front()), before);
}

TEST_F(MasterKeyFile, IsMadeDespiteWhatAKilledStartLeft) {
  std::ofstream(file.string() + ".new") << "half a k";
  const auto made = create_master_key(file, random);
  ASSERT_TRUE(made);
  EXPECT_TRUE(read_master_keys(file));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
}

// The process was killed after the key had its name: the other name would keep the key when the file is replaced or
// deleted.
TEST_F(MasterKeyFile, HasNoSecondNameOnceItIsSettled) {
  ASSERT_TRUE(create_master_key(file, random));
  std::filesystem::create_hard_link(file, file.string() + ".new");
  const auto before = text_of(read_master_keys(file)->front());
  EXPECT_TRUE(settle_master_key(file));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
  EXPECT_EQ(text_of(read_master_keys(file)->front()), before);
}

TEST_F(MasterKeyFile, HoldsALineForEachKeyAndEachOnce) {
  write(std::string(64, 'a') + "\n\n" + std::string(64, 'b') + "\r\n" + std::string(64, 'a'));
  const auto read = read_master_keys(file);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(text_of(read->front()), std::string(32, '\xaa'));
  EXPECT_EQ(text_of(read->back()), std::string(32, '\xbb'));
  EXPECT_EQ(base::as_text(master_keys_text(*read)), std::string(64, 'a') + "\n" + std::string(64, 'b') + "\n");
  write(std::string(64, 'a') + "\n" + std::string(63, 'b'));
  EXPECT_THAT(read_master_keys(file).error().message, testing::HasSubstr("64 hexadecimal digits"));
}

TEST_F(MasterKeyFile, AnythingElseIsRefusedWithTheFilesName) {
  const auto refusal = [&] { return read_master_keys(file).error().message; };
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
    EXPECT_TRUE(read_master_keys(file)) << std::oct << mode;
  }
}

}  // namespace
}  // namespace livecert::vault

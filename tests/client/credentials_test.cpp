#include "client/credentials.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string_view text_of(const base::SecretBytes& secret) {
  return base::as_text(secret.reveal(base::SecretAccess()));
}

class CredentialsFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "livecert-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] base::Result<LoadedCredentials> load(const std::string& content) const {
    std::ofstream(path()) << content;
    return load_credentials_file(path());
  }
  // The result of loading a readable file with these permissions.
  [[nodiscard]] base::Result<LoadedCredentials> load_with_mode(mode_t mode) const {
    std::ofstream(path()) << R"({"AccessKeyId": "AKLTtest", "SecretAccessKey": "c2VjcmV0"})";
    EXPECT_EQ(::chmod(path().c_str(), mode), 0);
    return load_credentials_file(path());
  }
  [[nodiscard]] std::string path() const { return directory_ / "credentials.json"; }

  std::filesystem::path directory_;
};

TEST_F(CredentialsFile, IsRead) {
  const auto loaded = load(R"({"AccountId": "2100000001", "AccessKeyId": "AKLTtest", "SecretAccessKey": "c2VjcmV0"})");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->credentials.access_key_id, "AKLTtest");
  EXPECT_EQ(text_of(loaded->credentials.secret), "c2VjcmV0");
  EXPECT_FALSE(loaded->credentials.session_token.has_value());
}

TEST_F(CredentialsFile, MayHoldASessionToken) {
  const auto loaded = load(R"({"AccessKeyId": "AKTPtest", "SecretAccessKey": "c2VjcmV0", "SessionToken": "STS2abc"})");
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->credentials.session_token, "STS2abc");
}

TEST_F(CredentialsFile, IsRefusedByNameAndWithoutItsContent) {
  for (const std::string& content : std::vector<std::string>{
           "", "[]", "AKLTtest c2VjcmV0", R"({"AccessKeyId": "AKLTtest"})",
           R"({"AccessKeyId": "AKLTtest", "SecretAccessKey": 7})",
           R"({"AccessKeyId": "AKLTtest", "SecretAccessKey": ""})", R"({"AccessKeyId": "", "SecretAccessKey": "c2Vj"})",
           R"({"AccessKeyId": "a", "SecretAccessKey": "c2VjcmV0")", std::string(20000, ' ') + "{}"}) {
    const auto credentials = load(content);
    ASSERT_FALSE(credentials.has_value()) << content;
    EXPECT_EQ(credentials.error().code, base::ErrorCode::kConfiguration);
    EXPECT_THAT(credentials.error().message, HasSubstr(path()));
    EXPECT_THAT(credentials.error().message, Not(HasSubstr("c2VjcmV0")));
  }
  EXPECT_FALSE(load_credentials_file(path() + ".absent").has_value());
  EXPECT_FALSE(load_credentials_file(directory_).has_value());
}

TEST_F(CredentialsFile, IsReadWithoutAWordWhenOnlyItsReaderCanReadIt) {
  for (const mode_t mode : {0600U, 0400U}) {
    const auto loaded = load_with_mode(mode);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->warning, "");
    std::filesystem::remove(path());
  }
}

TEST_F(CredentialsFile, IsReadWithAWarningWhenOthersCanReadIt) {
  for (const mode_t mode : {0640U, 0604U, 0644U, 0444U}) {
    const auto loaded = load_with_mode(mode);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_THAT(loaded->warning, HasSubstr("chmod 600 " + path())) << mode;
    std::filesystem::remove(path());
  }
}

TEST_F(CredentialsFile, IsRefusedWhenOthersCanChangeIt) {
  for (const mode_t mode : {0620U, 0602U, 0660U, 0666U}) {
    const auto loaded = load_with_mode(mode);
    ASSERT_FALSE(loaded.has_value()) << mode;
    EXPECT_THAT(loaded.error().message, HasSubstr("can be changed by other users"));
    EXPECT_THAT(loaded.error().message, HasSubstr("chmod 600 " + path()));
  }
}

// Only root can give files away, and only root may read the files of others with mode 0600.
TEST_F(CredentialsFile, OfAnotherUserIsRefusedAndRootIsWarned) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  constexpr uid_t kSomebody = 1234;
  ASSERT_TRUE(load_with_mode(0600).has_value());
  ASSERT_EQ(::chown(path().c_str(), kSomebody, kSomebody), 0);
  const auto as_root = load_credentials_file(path());
  ASSERT_TRUE(as_root.has_value());
  EXPECT_THAT(as_root->warning, HasSubstr("belongs to another user (1234)"));

  ASSERT_EQ(::chmod(path().c_str(), 0644), 0);
  ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);
  ASSERT_EQ(::seteuid(kSomebody + 1), 0);
  const auto as_other = load_credentials_file(path());
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_FALSE(as_other.has_value());
  EXPECT_THAT(as_other.error().message, HasSubstr("belongs to another user (1234)"));
}

class Environment : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"VOLC_ACCESSKEY", "VOLC_SECRETKEY", "VOLC_SESSION_TOKEN"}) ::unsetenv(name);
  }
};

TEST_F(Environment, GivesCredentialsWhenBothHalvesAreSet) {
  TearDown();
  EXPECT_FALSE(credentials_from_environment().has_value());
  ::setenv("VOLC_ACCESSKEY", "AKLTtest", 1);
  ::setenv("VOLC_SECRETKEY", "", 1);
  EXPECT_FALSE(credentials_from_environment().has_value());
  ::setenv("VOLC_SECRETKEY", "c2VjcmV0", 1);
  const auto credentials = credentials_from_environment();
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->access_key_id, "AKLTtest");
  EXPECT_EQ(text_of(credentials->secret), "c2VjcmV0");
  EXPECT_FALSE(credentials->session_token.has_value());
  ::setenv("VOLC_SESSION_TOKEN", "STS2abc", 1);
  EXPECT_EQ(credentials_from_environment()->session_token, "STS2abc");
}

}  // namespace
}  // namespace livecert::client

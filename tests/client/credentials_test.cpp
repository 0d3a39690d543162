#include "client/credentials.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

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

  [[nodiscard]] base::Result<signature::Credentials> load(const std::string& content) const {
    std::ofstream(path()) << content;
    return load_credentials_file(path());
  }
  [[nodiscard]] std::string path() const { return directory_ / "credentials.json"; }

  std::filesystem::path directory_;
};

TEST_F(CredentialsFile, IsRead) {
  const auto credentials =
      load(R"({"AccountId": "2100000001", "AccessKeyId": "AKLTtest", "SecretAccessKey": "c2VjcmV0"})");
  ASSERT_TRUE(credentials.has_value()) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "AKLTtest");
  EXPECT_EQ(text_of(credentials->secret), "c2VjcmV0");
  EXPECT_FALSE(credentials->session_token.has_value());
}

TEST_F(CredentialsFile, MayHoldASessionToken) {
  const auto credentials =
      load(R"({"AccessKeyId": "AKTPtest", "SecretAccessKey": "c2VjcmV0", "SessionToken": "STS2abc"})");
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->session_token, "STS2abc");
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

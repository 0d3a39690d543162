#include "api/session_policy.h"

#include <string>

#include <gtest/gtest.h>

namespace livecert::api {
namespace {

std::string statement(const std::string& effect, const std::string& action, const std::string& resource = "*") {
  return R"({"Statement":[{"Effect":")" + effect + R"(","Action":[")" + action + R"("],"Resource":[")" + resource +
         R"("]}]})";
}

TEST(SessionPolicy, AnEmptyOneAllowsEverything) {
  EXPECT_TRUE(session_policy_allows("", "live:CreateCert"));
}

TEST(SessionPolicy, AllowsOnlyWhatAStatementNames) {
  EXPECT_TRUE(session_policy_allows(statement("Allow", "live:CreateCert"), "live:CreateCert"));
  EXPECT_TRUE(session_policy_allows(statement("Allow", "live:*"), "live:CreateCert"));
  EXPECT_TRUE(session_policy_allows(statement("Allow", "*"), "live:CreateCert"));
  EXPECT_TRUE(session_policy_allows(statement("Allow", "l*:*Cert*"), "live:ListCertV2"));
  EXPECT_FALSE(session_policy_allows(statement("Allow", "live:List*"), "live:CreateCert"));
  EXPECT_FALSE(session_policy_allows(statement("Allow", "vod:*"), "live:CreateCert"));
  EXPECT_FALSE(session_policy_allows(statement("Allow", "live:*", "trn:live:x"), "live:CreateCert"))
      << "a narrower resource is not understood and so does not allow";
}

TEST(SessionPolicy, ADenialWins) {
  const std::string policy = R"({"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]},)"
                             R"({"Effect":"Deny","Action":["live:CreateCert"],"Resource":["trn:x"]}]})";
  EXPECT_FALSE(session_policy_allows(policy, "live:CreateCert"));
  EXPECT_TRUE(session_policy_allows(policy, "live:ListCertV2"));
}

TEST(SessionPolicy, WhatCannotBeReadAllowsNothing) {
  for (const char* policy : {"x", "[]", "{}", R"({"Statement":{}})", R"({"Statement":[1]})",
                             R"({"Statement":[{"Effect":"Maybe","Action":["*"],"Resource":["*"]}]})",
                             R"({"Statement":[{"Effect":"Allow","Action":7,"Resource":["*"]}]})"}) {
    EXPECT_FALSE(session_policy_allows(policy, "live:CreateCert")) << policy;
  }
}

TEST(SessionPolicy, AHostilePatternCostsNoMoreThanItsLength) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  EXPECT_FALSE(session_policy_allows(statement("Allow", pattern + "b"), "live:" + std::string(200, 'a')));
}

}  // namespace
}  // namespace livecert::api

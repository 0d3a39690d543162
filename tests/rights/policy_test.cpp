#include "rights/policy.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace livecert::rights {
namespace {

using ::testing::HasSubstr;

const base::Time kNow = base::parse_rfc3339("2026-11-29T16:00:00Z").value();

Verdict ask(const std::string& policy, std::string_view action = "live:CreateCert",
            std::string_view source = "192.0.2.7") {
  return evaluate_policy(policy, {action, source, kNow, "2100000001"}).verdict;
}

// A policy of these statements.
std::string policy_of(const std::string& statements) {
  return R"({"Statement":[)" + statements + "]}";
}

std::string statement(const std::string& effect, const std::string& action, const std::string& more = "",
                      const std::string& resource = "*") {
  return R"({"Effect":")" + effect + R"(","Action":[")" + action + R"("],"Resource":[")" + resource + R"("])" +
         (more.empty() ? "" : "," + more) + "}";
}

TEST(Policy, AllowsOnlyWhatAStatementNames) {
  const auto allow = [](const std::string& action) { return policy_of(statement("Allow", action)); };
  EXPECT_EQ(ask(allow("live:CreateCert")), Verdict::kAllow);
  EXPECT_EQ(ask(allow("live:*")), Verdict::kAllow);
  EXPECT_EQ(ask(allow("*")), Verdict::kAllow);
  EXPECT_EQ(ask(allow("LIVE:createcert")), Verdict::kAllow);
  EXPECT_EQ(ask(allow("l*:*Cert*"), "live:ListCertV2"), Verdict::kAllow);
  EXPECT_EQ(ask(R"({"Statement":[{"Effect":"Allow","Action":"live:*","Resource":"*"}]})"), Verdict::kAllow);
  EXPECT_EQ(ask(allow("live:List*")), Verdict::kNothing);
  EXPECT_EQ(ask(allow("vod:*")), Verdict::kNothing);
  EXPECT_EQ(ask(policy_of("")), Verdict::kNothing);
  EXPECT_EQ(ask(policy_of(R"({"Effect":"Allow","Action":[],"Resource":["*"]})")), Verdict::kNothing);
}

TEST(Policy, ANarrowerResourceThanAllAllowsNothing) {
  EXPECT_EQ(ask(policy_of(statement("Allow", "live:*", "", "trn:live:x"))), Verdict::kNothing);
  EXPECT_EQ(ask(policy_of(R"({"Effect":"Allow","Action":["*"]})")), Verdict::kNothing);
  EXPECT_EQ(ask(policy_of(R"({"Effect":"Allow","Action":["*"],"Resource":{"*":"*"}})")), Verdict::kNothing);
  EXPECT_EQ(ask(policy_of(R"({"Effect":"Allow","Action":["*"],"Resource":["*",1]})")), Verdict::kNothing);
}

TEST(Policy, ADenialWins) {
  const std::string policy =
      policy_of(statement("Allow", "*") + "," + statement("Deny", "live:CreateCert", "", "trn:x"));
  EXPECT_EQ(ask(policy), Verdict::kDeny);
  EXPECT_EQ(ask(policy, "live:ListCertV2"), Verdict::kAllow);
}

TEST(Policy, WhatCannotBeReadDenies) {
  for (const char* policy : {"", "x", "[]", "{}", R"({"Statement":{}})", R"({"Statement":[1]})",
                             R"({"Statement":[{"Effect":"Maybe","Action":["*"],"Resource":["*"]}]})",
                             R"({"Statement":[{"effect":"Allow","Action":["*"],"Resource":["*"]}]})",
                             R"({"Statement":[{"Effect":["Allow"],"Action":["*"],"Resource":["*"]}]})",
                             R"({"Statement":[{"Effect":"Allow","Action":7,"Resource":["*"]}]})",
                             R"({"Statement":[{"Effect":"Allow","NotAction":["live:DeleteCert"],"Resource":["*"]}]})",
                             R"({"Statement":[{"Effect":"Allow","Action":["*",7],"Resource":["*"]}]})"}) {
    EXPECT_EQ(ask(policy), Verdict::kDeny) << policy;
  }
  // One statement that cannot be read cancels what the others allow.
  EXPECT_EQ(ask(policy_of(statement("Allow", "*") + R"(,{"Effect":"Denied","Action":["x"]})")), Verdict::kDeny);
}

TEST(Policy, AFurtherMemberOfThePolicyDenies) {
  EXPECT_EQ(ask(R"({"Version":"1","Statement":[)" + statement("Allow", "*") + "]}"), Verdict::kDeny);
}

TEST(Policy, AMemberThatIsThereTwiceDenies) {
  const std::string allow = statement("Allow", "*");
  for (const std::string& policy :
       {R"({"Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"]}],"Statement":[)" + allow + "]}",
        policy_of(R"({"Effect":"Deny","Effect":"Allow","Action":["*"],"Resource":["*"]})"),
        policy_of(R"({"Effect":"Allow","Action":["live:List*"],"Action":["*"],"Resource":["*"]})"),
        policy_of(R"({"Effect":"Allow","Action":["live:List*"],"\u0041ction":["*"],"Resource":["*"]})"),
        policy_of(statement(
            "Allow", "*",
            R"("Condition":{"IpAddress":{"volc:SourceIp":"10.0.0.1"},"IpAddress":{"volc:SourceIp":"0.0.0.0/0"}})"))}) {
    EXPECT_EQ(ask(policy), Verdict::kDeny) << policy;
  }
}

TEST(Policy, AMemberThatIsNotKnownAllowsNothingAndKeepsADenial) {
  for (const char* member :
       {R"("NotAction":["live:DeleteCert"])", R"("NotResource":["trn:live::*:x"])", R"("Principal":{"IAM":["u"]})",
        R"("Sid":"1")", R"("condition":{})", R"("Unknown":null)"}) {
    const auto allowed = evaluate_policy(policy_of(statement("Allow", "live:*", member)),
                                         {"live:CreateCert", "192.0.2.7", kNow, "2100000001"});
    EXPECT_EQ(allowed.verdict, Verdict::kNothing) << member;
    EXPECT_THAT(allowed.why, HasSubstr("statement 1 does not allow it, since its member")) << member;
    EXPECT_EQ(ask(policy_of(statement("Allow", "*") + "," + statement("Deny", "live:*", member))), Verdict::kDeny)
        << member;
    // It affects only its own statement.
    EXPECT_EQ(ask(policy_of(statement("Allow", "live:*", member) + "," + statement("Allow", "live:*"))),
              Verdict::kAllow);
    EXPECT_EQ(ask(policy_of(statement("Allow", "*") + "," + statement("Deny", "vod:*", member))), Verdict::kAllow);
  }
}

struct Case {
  const char* condition;
  bool holds;
};

// Each as an object, and as the string in which the vendor's Go SDK writes it.
void expect_conditions(const std::vector<Case>& cases) {
  for (const auto& [condition, holds] : cases) {
    std::string escaped;
    for (const char* c = condition; *c != '\0'; ++c) (escaped += *c == '"' ? "\\" : "") += *c;
    for (const std::string& member : {std::string(condition), '"' + escaped + '"'}) {
      const std::string more = "\"Condition\":" + member;
      EXPECT_EQ(ask(policy_of(statement("Allow", "*", more))), holds ? Verdict::kAllow : Verdict::kNothing) << more;
      EXPECT_EQ(ask(policy_of(statement("Allow", "*") + "," + statement("Deny", "*", more))),
                holds ? Verdict::kDeny : Verdict::kAllow)
          << more;
    }
  }
}

TEST(PolicyCondition, KnowsTheSourceAddress) {
  expect_conditions({
      {R"({"IpAddress":{"volc:SourceIp":"192.0.2.7"}})", true},
      {R"({"IpAddress":{"volc:SourceIp":"192.0.2.8"}})", false},
      {R"({"IpAddress":{"volc:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}})", true},
      {R"({"IpAddress":{"volc:SourceIp":["10.0.0.0/8","2001:db8::/32"]}})", false},
      {R"({"IpAddress":{"volc:SourceIp":"0.0.0.0/0"}})", true},
      {R"({"NotIpAddress":{"volc:SourceIp":"10.0.0.0/8"}})", true},
      {R"({"NotIpAddress":{"volc:SourceIp":["10.0.0.0/8","192.0.2.7"]}})", false},
      {R"({"IpAddress":{"volc:SourceIp":"192.0.2.0/24"},"NotIpAddress":{"volc:SourceIp":"192.0.2.7"}})", false},
  });
  const std::string policy =
      policy_of(statement("Allow", "*", R"("Condition":{"IpAddress":{"volc:SourceIp":"192.0.2.0/24"}})"));
  EXPECT_EQ(ask(policy, "live:ListCertV2", "::ffff:192.0.2.9"), Verdict::kAllow);
  EXPECT_EQ(ask(policy, "live:ListCertV2", "2001:db8::1"), Verdict::kNothing);
  EXPECT_EQ(ask(policy, "live:ListCertV2", ""), Verdict::kNothing);
  EXPECT_EQ(ask(policy, "live:ListCertV2", "offline"), Verdict::kNothing);
}

TEST(PolicyCondition, KnowsTheTime) {
  expect_conditions({
      {R"({"DateLessThan":{"volc:CurrentTime":"2026-11-29T16:00:01Z"}})", true},
      {R"({"DateLessThan":{"volc:CurrentTime":"2026-11-29T16:00:00Z"}})", false},
      {R"({"DateLessThanEquals":{"volc:CurrentTime":"2026-11-29T16:00:00Z"}})", true},
      {R"({"DateLessThanEquals":{"volc:CurrentTime":"2026-11-29T15:59:59Z"}})", false},
      {R"({"DateGreaterThan":{"volc:CurrentTime":"2026-11-29T15:59:59Z"}})", true},
      {R"({"DateGreaterThan":{"volc:CurrentTime":"2026-11-29T16:00:00Z"}})", false},
      {R"({"DateGreaterThanEquals":{"volc:CurrentTime":["2026-11-29T16:00:00Z"]}})", true},
      {R"({"DateGreaterThanEquals":{"volc:CurrentTime":"2026-11-29T16:00:01Z"}})", false},
      {R"({"DateLessThan":{"volc:CurrentTime":"2026-11-30T00:00:01+08:00"}})", true},
      {R"({"DateLessThan":{"volc:CurrentTime":"2026-11-30T00:00:00+08:00"}})", false},
      {R"({"DateGreaterThan":{"volc:CurrentTime":"2026-11-01T00:00:00Z"},"DateLessThan":{"volc:CurrentTime":"2026-12-01T00:00:00Z"}})",
       true},
      {R"({"DateLessThan":{"volc:CurrentTime":"2026-12-01T00:00:00Z"},"IpAddress":{"volc:SourceIp":"10.0.0.1"}})",
       false},
  });
}

TEST(PolicyCondition, ThatIsNotUnderstoodAllowsNothingAndDenies) {
  for (const char* condition :
       {"{}",
        "[]",
        "7",
        "true",
        R"("x")",
        R"("{")",
        R"("[]")",
        R"({"IpAddress":{}})",
        R"({"IpAddress":"10.0.0.1"})",
        R"({"IpAddress":{"volc:SourceIp":[]}})",
        R"({"IpAddress":{"volc:SourceIp":7}})",
        R"({"IpAddress":{"volc:SourceIp":["192.0.2.7",7]}})",
        R"({"IpAddress":{"volc:SourceIp":"192.0.2.7/8"}})",
        R"({"IpAddress":{"volc:SourceIp":["192.0.2.7","somewhere"]}})",
        R"({"IpAddress":{"volc:SourceIp":"192.0.2.0/33"}})",
        R"({"IpAddress":{"volc:sourceip":"192.0.2.7"}})",
        R"({"ipaddress":{"volc:SourceIp":"192.0.2.7"}})",
        R"({"IpAddress":{"tos:SourceIp":"192.0.2.7"}})",
        R"({"IpAddressIfExists":{"volc:SourceIp":"192.0.2.7"}})",
        R"({"StringEquals":{"volc:SourceIp":"192.0.2.7"}})",
        R"({"StringEquals":{"volc:ProjectName":"default"}})",
        R"({"NotIpAddress":{"volc:SourceIp":"somewhere"}})",
        R"({"Bool":{"volc:SecureTransport":"true"}})",
        R"({"DateLessThan":{"volc:CurrentTime":"2030-01-01"}})",
        R"({"DateLessThan":{"volc:CurrentTime":"soon"}})",
        R"({"DateLessThan":{"volc:CurrentTime":["2030-01-01T00:00:00Z","2031-01-01T00:00:00Z"]}})",
        R"({"DateLessThan":{"volc:SourceIp":"192.0.2.7"}})",
        R"({"DateEquals":{"volc:CurrentTime":"2026-11-29T16:00:00Z"}})",
        R"({"IpAddress":{"volc:SourceIp":"192.0.2.7","volc:Else":"x"}})",
        R"({"IpAddress":{"volc:SourceIp":"10.0.0.1"},"Else":{"volc:Else":"x"}})",
        R"("{\"IpAddress\":{\"volc:SourceIp\":\"192.0.2.7\"},\"IpAddress\":{\"volc:SourceIp\":\"192.0.2.7\"}}")"}) {
    const std::string more = std::string("\"Condition\":") + condition;
    EXPECT_EQ(ask(policy_of(statement("Allow", "*", more))), Verdict::kNothing) << more;
    EXPECT_EQ(ask(policy_of(statement("Allow", "*") + "," + statement("Deny", "*", more))), Verdict::kDeny) << more;
  }
}

TEST(PolicyCondition, OfTheSdksThatIsEmptyIsNone) {
  for (const char* condition : {"null", R"("")"}) {
    EXPECT_EQ(ask(policy_of(statement("Allow", "*", std::string("\"Condition\":") + condition))), Verdict::kAllow);
  }
}

TEST(Policy, SaysInTheLogWhyItDoesNotAllow) {
  const auto why = [](const std::string& policy) {
    return evaluate_policy(policy, {"live:CreateCert", "192.0.2.7", kNow, "2100000001"}).why;
  };
  EXPECT_EQ(why(policy_of(statement("Allow", "*"))), "");
  EXPECT_EQ(why(policy_of(statement("Allow", "vod:*"))), "no statement allows it");
  EXPECT_EQ(why(policy_of(statement("Deny", "*"))), "statement 1 denies it");
  EXPECT_EQ(why(policy_of(statement("Allow", "*", R"("Condition":{})"))),
            "statement 1 does not allow it, since its Condition is not understood");
  EXPECT_EQ(why(policy_of(statement("Deny", "*", R"("A\nb":1)"))),
            "statement 1 denies it, and its member A?b is not understood");
  EXPECT_EQ(why("x"), "it is no JSON object, or a member is there twice");
}

TEST(Policy, AHostilePatternCostsNoMoreThanItsLength) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  EXPECT_EQ(ask(policy_of(statement("Allow", pattern + "b")), "live:" + std::string(200, 'a')), Verdict::kNothing);
}

}  // namespace
}  // namespace livecert::rights

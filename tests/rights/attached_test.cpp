#include "rights/attached.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rfc3339.h"
#include "rights/ready.h"

namespace livecert::rights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const base::Time kNow = base::parse_rfc3339("2026-11-29T16:00:00Z").value();

std::string statement(const std::string& effect, const std::string& action, const std::string& resource = R"("*")") {
  return R"({"Effect":")" + effect + R"(","Action":[")" + action + R"("],"Resource":[)" + resource + "]}";
}

NamedPolicy named(const std::string& name, const std::string& statements) {
  return {name, Policy(R"({"Statement":[)" + statements + "]}")};
}

Question about(std::string_view action) {
  return {action, "192.0.2.7", kNow, "2100000001"};
}

std::string project(const std::string& name, const std::string& account = "*") {
  return "\"trn:iam::" + account + ":project/" + name + '"';
}

TEST(Attached, NothingAttachedLimitsNothing) {
  const Decision decision = decide({}, nullptr, about("live:DeleteCert"), true);
  EXPECT_TRUE(decision.is_allowed);
  EXPECT_EQ(decision.why, "");
  EXPECT_FALSE(decision.projects);
}

TEST(Attached, WhereSomethingIsAttachedOnlyWhatAStatementAllowsIsAllowed) {
  const Attached attached{{},
                          {named("a", statement("Allow", "live:List*")), named("b", statement("Allow", "live:Get*"))}};
  EXPECT_TRUE(decide(attached, nullptr, about("live:ListCerts")).is_allowed);
  EXPECT_TRUE(decide(attached, nullptr, about("live:GetSession")).is_allowed);
  const Decision refused = decide(attached, nullptr, about("live:DeleteCert"));
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.why,
            "policy a of this access key: no statement allows it; policy b of this access key: no statement allows it");
}

TEST(Attached, ADenialOfOnePolicyWinsOverWhatAnotherAllows) {
  const Attached attached{{},
                          {named("all", statement("Allow", "*")),
                           named("not", statement("Allow", "*") + "," + statement("Deny", "live:DeleteCert"))}};
  EXPECT_TRUE(decide(attached, nullptr, about("live:CreateCert")).is_allowed);
  const Decision refused = decide(attached, nullptr, about("live:DeleteCert"));
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.why, "policy not of this access key: statement 2 denies it");
}

TEST(Attached, AccountKeyAndSessionEachLimit) {
  const NamedPolicy all = named("all", statement("Allow", "*"));
  const NamedPolicy lists = named("lists", statement("Allow", "live:List*"));
  const Policy session(R"({"Statement":[)" + statement("Allow", "live:List*") + "]}");
  for (const std::string_view action : {"live:ListCerts", "live:CreateCert"}) {
    const bool is_list = action == "live:ListCerts";
    EXPECT_EQ(decide({{lists}, {all}}, nullptr, about(action)).is_allowed, is_list);
    EXPECT_EQ(decide({{all}, {lists}}, nullptr, about(action)).is_allowed, is_list);
    EXPECT_EQ(decide({{lists}, {}}, nullptr, about(action)).is_allowed, is_list);
    EXPECT_EQ(decide({{all}, {all}}, &session, about(action)).is_allowed, is_list);
    EXPECT_EQ(decide({}, &session, about(action)).is_allowed, is_list);
    EXPECT_TRUE(decide({{all}, {all}}, nullptr, about(action)).is_allowed);
  }
  EXPECT_EQ(decide({{lists}, {all}}, nullptr, about("live:CreateCert")).why,
            "policy lists of this account: no statement allows it");
  EXPECT_EQ(decide({{all}, {}}, &session, about("live:CreateCert")).why,
            "policy of this temporary key: no statement allows it");
}

TEST(Attached, SaysWhichStatementsAllowed) {
  const Attached attached{{named("all", statement("Allow", "*"))},
                          {named("two", statement("Allow", "live:Get*") + "," + statement("Allow", "live:List*"))}};
  EXPECT_EQ(decide(attached, nullptr, about("live:ListCerts"), true).why,
            "policy all of this account: statement 1 allows it; policy two of this access key: statement 2 allows it");
}

TEST(Attached, AResourceOfProjectsLimitsTheRightToThese) {
  const auto projects_of = [](const Attached& attached) {
    const Decision decision = decide(attached, nullptr, about("live:CreateCert"));
    EXPECT_TRUE(decision.is_allowed) << decision.why;
    return decision.projects;
  };
  const NamedPolicy one = named("one", statement("Allow", "*", project("one")));
  const NamedPolicy two = named("two", statement("Allow", "*", project("two") + "," + project("one")));
  const NamedPolicy all = named("all", statement("Allow", "*"));
  EXPECT_THAT(*projects_of({{}, {one}}), ElementsAre("one"));
  EXPECT_THAT(*projects_of({{}, {one, two}}), ElementsAre("one", "two", "one"));
  EXPECT_FALSE(projects_of({{}, {one, all}}));
  EXPECT_THAT(*projects_of({{all}, {two}}), ElementsAre("two", "one"));
  EXPECT_THAT(*projects_of({{two}, {one}}), ElementsAre("one"));
  const NamedPolicy three = named("three", statement("Allow", "*", project("three")));
  const Decision refused = decide({{two}, {three}}, nullptr, about("live:CreateCert"));
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_THAT(refused.why, HasSubstr("in none together"));
}

TEST(Attached, AProjectOfAnotherAccountIsNotMeant) {
  const auto allows = [](const std::string& resource) {
    return decide({{}, {named("p", statement("Allow", "*", resource))}}, nullptr, about("live:CreateCert")).is_allowed;
  };
  EXPECT_TRUE(allows(project("one", "2100000001")));
  EXPECT_FALSE(allows(project("one", "2100000002")));
  EXPECT_TRUE(allows(project("one", "2100000002") + "," + project("one")));
}

TEST(Attached, AResourceThatIsNoProjectAllowsNothing) {
  for (const char* resource : {R"("trn:iam::*:project/*")", R"("trn:iam::*:project/")", R"("trn:iam:cn:*:project/a")",
                               R"("trn:iam::x:project/a")", R"("trn:iam::*:user/a")", R"("trn:live::*:project/a")",
                               R"("trn:iam::*:project/${volc:UserName}")", R"("trn:iam::*:project/a","trn:live:x")",
                               R"("trn:iam::*:project/a",7)"}) {
    const NamedPolicy policy = named("p", statement("Allow", "*", resource));
    EXPECT_FALSE(decide({{}, {policy}}, nullptr, about("live:CreateCert")).is_allowed) << resource;
    EXPECT_EQ(policy.policy.fault(), "statement 1: its Resource is not understood") << resource;
  }
}

TEST(Attached, ADenyOfOneProjectDeniesAllAndIsAFault) {
  const NamedPolicy policy = named("p", statement("Allow", "*") + "," + statement("Deny", "*", project("one")));
  EXPECT_FALSE(decide({{}, {policy}}, nullptr, about("live:CreateCert")).is_allowed);
  EXPECT_EQ(policy.policy.fault(), "statement 2: a Deny counts for every resource, so its Resource must be \"*\"");
}

TEST(ReadyPolicies, AreUnderstoodAndFoundInAnySpelling) {
  ASSERT_EQ(ready_policies().size(), 4U);
  for (const ReadyPolicy& ready : ready_policies()) {
    EXPECT_EQ(Policy(ready.document).fault(), "") << ready.name;
    EXPECT_EQ(find_ready_policy(ready.name), &ready);
  }
  EXPECT_EQ(find_ready_policy("readonly"), find_ready_policy("ReadOnly"));
  EXPECT_EQ(find_ready_policy("ReadOnly2"), nullptr);
}

}  // namespace
}  // namespace livecert::rights

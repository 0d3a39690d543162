#include "domain/live_domain.h"

#include <set>
#include <unordered_set>

#include <gtest/gtest.h>

#include "domain/bind.h"
#include "domain/ladder.h"
#include "domain/name_index.h"

namespace livecert::domain {
namespace {

using Names = std::vector<std::string>;

TEST(Covers, APlainNameIsGoodForItselfAlone) {
  EXPECT_TRUE(covers({"a.net", "live.example.net"}, "live.example.net"));
  EXPECT_TRUE(covers({"Live.Example.NET"}, "live.EXAMPLE.net"));
  EXPECT_FALSE(covers({"live.example.net"}, "a.live.example.net"));
  EXPECT_FALSE(covers({"live.example.net"}, "example.net"));
  EXPECT_FALSE(covers({}, "live.example.net"));
}

TEST(Covers, AWildcardStandsForExactlyOneLabel) {
  EXPECT_TRUE(covers({"*.example.net"}, "live.example.net"));
  EXPECT_FALSE(covers({"*.example.net"}, "example.net"));
  EXPECT_FALSE(covers({"*.example.net"}, "a.live.example.net"));
  EXPECT_FALSE(covers({"*.example.net"}, ".example.net"));
  EXPECT_FALSE(covers({"*.example.net"}, "live.badexample.net"));
  EXPECT_FALSE(covers({"l*.example.net", "*"}, "live.example.net")) << "only as the whole first label";
}

TEST(Covers, NamesTheOneThatItIsCoveredBy) {
  EXPECT_EQ(covering_name({"*.example.net", "live.example.net"}, "live.example.net"), "live.example.net");
  EXPECT_EQ(covering_name({"a.net", "*.example.net"}, "live.example.net"), "*.example.net");
  EXPECT_EQ(covering_name({"a.net"}, "live.example.net"), "");
}

TEST(NameIndex, SaysWhatTheSlowQuestionSays) {
  const std::vector<Names> certificates = {
      {}, {"a.net"}, {"*.A.net", "b.a.net"}, {"B.a.net", "*.a.net"}, {"*.net", "a.*.net", "*"}, {"*.a.net", "*.a.net"}};
  for (const Names& names : certificates) {
    const NameIndex index(names);
    for (const char* host : {"a.net", "b.a.net", "B.A.NET", "c.b.a.net", "net", ".net", ""}) {
      EXPECT_EQ(index.covering_name(host), covering_name(names, host)) << host;
      EXPECT_EQ(index.covers(host), covers(names, host)) << host;
    }
  }
}

TEST(DomainNames, AreHostNamesInLowerCase) {
  EXPECT_EQ(*DomainName::parse("Live-1.Example.NET"), "live-1.example.net");
  EXPECT_TRUE(DomainName::parse(std::string(56, 'a') + ".net"));
  for (const char* text : {"example", "live..net", ".net", "net.", "-a.net", "a-.net", "*.net", "a b.net", "a_b.net",
                           "http://a.net", "a.net/", "\xe4\xbe\x8b.net"}) {
    const auto parsed = DomainName::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kInvalidInput) << text;
  }
  EXPECT_NE(DomainName::parse("\xe4\xbe\x8b.net").error().message.find("xn--"), std::string::npos);
  EXPECT_EQ(DomainName::parse(std::string(57, 'a') + ".net").error().code, base::ErrorCode::kOutOfRange);
  EXPECT_EQ(DomainName::parse("").error().code, base::ErrorCode::kOutOfRange);
}

TEST(DomainNames, AreTakenFromTheStoreAsTheyAreUnlessTheyAreTooLong) {
  EXPECT_EQ(DomainName::from_store("live.example.net"), "live.example.net");
  EXPECT_EQ(DomainName::from_store(std::string(60, 'a'))->size(), 60U);
  EXPECT_EQ(DomainName::from_store(std::string(61, 'a')), std::nullopt);
}

TEST(DomainNames, OrderAndJoinAsTheirTexts) {
  const DomainName a = "a.example.net";
  const DomainName b = "b.example.net";
  EXPECT_LT(a, b);
  EXPECT_LT(DomainName("a.net"), DomainName("a.nets"));
  EXPECT_EQ(std::set<DomainName>({b, a, b}).size(), 2U);
  EXPECT_EQ(std::unordered_set<DomainName>({b, a, b}).size(), 2U);
  EXPECT_EQ("<" + a + ">", "<a.example.net>");
  EXPECT_TRUE(DomainName().empty());
}

TEST(DomainNamesDeathTest, OfTheSourceTextAreDomainNames) {
  EXPECT_DEATH(static_cast<void>(DomainName("../etc")), "internal check failed");
  EXPECT_DEATH(static_cast<void>(DomainName("Live.example.net")), "internal check failed");
}

TEST(Vhosts, AreLettersDigitsAndHyphens) {
  EXPECT_EQ(*parse_vhost("Show-1"), "Show-1");
  for (const char* text : {"", "a.b", "a_b", "a b"}) EXPECT_FALSE(parse_vhost(text)) << text;
  EXPECT_FALSE(parse_vhost(std::string(61, 'a')));
  EXPECT_EQ(default_vhost("live.example.net"), "live-example-net");
  EXPECT_TRUE(parse_vhost(default_vhost("live.example.net")));
}

// A bind that would be done, for each test to spoil.
class DecideBind : public testing::Test {
 protected:
  DecideBind() {
    caller.account = kMine;
    command.domain = "live.example.net";
    command.judged = base::CertId(1);
    command.dns_names = {"live.example.net"};
    state.chain = ChainState{kMine, "default", "name", base::CertId(1), {}, kNow - kClockSkew, kNow};
    state.domain.emplace();
    state.domain->name = command.domain;
    state.domain->account = kMine;
    state.domain->project = "default";
  }
  [[nodiscard]] Verdict<BindEffect> verdict() const { return decide(caller, command, state, kNow); }

  static constexpr base::AccountId kMine{2100000001};
  static constexpr base::AccountId kTheirs{2100000002};
  inline static const base::Time kNow = base::from_unix_seconds(1'800'000'000);
  Caller caller;
  Bind command;
  BindState state;
};

TEST_F(DecideBind, BindsAndConverges) {
  EXPECT_EQ(verdict(), BindEffect::kBind);
  state.binding = Binding{command.chain, command.tls, kNow, "", ""};
  EXPECT_EQ(verdict(), BindEffect::kNothing);
  command.tls.http2 = true;
  EXPECT_EQ(verdict(), BindEffect::kBind);
}

TEST_F(DecideBind, LooksAtOwnersBeforeAnythingElse) {
  command.dns_names.clear();
  state.chain->account = kTheirs;
  EXPECT_EQ(verdict(), refused(Reason::kForeign, Subject::kChain));
  state.chain->account = kMine;
  state.domain->account = kTheirs;
  EXPECT_EQ(verdict(), refused(Reason::kForeign, Subject::kDomain));
  state.domain->account = kMine;
  caller.projects = {"default"};
  EXPECT_EQ(verdict(), refused(Reason::kUncovered, Subject::kDomain));
  state.domain->project = "other";
  EXPECT_EQ(verdict(), refused(Reason::kForbidden, Subject::kProject));
  state.account_status = AccountStatus::kSuspended;
  EXPECT_EQ(verdict(), refused(Reason::kInactive, Subject::kAccount));
}

TEST_F(DecideBind, ToleratesClocksThatDiffer) {
  state.chain->not_before = kNow + kClockSkew;
  state.chain->not_after = kNow;
  EXPECT_EQ(verdict(), BindEffect::kBind);
  state.chain->not_before += std::chrono::microseconds(1);
  EXPECT_EQ(verdict(), refused(Reason::kNotYetValid, Subject::kDomain));
  state.chain->not_after -= std::chrono::microseconds(1);
  EXPECT_EQ(verdict(), refused(Reason::kExpired, Subject::kDomain));
}

TEST_F(DecideBind, RegistersOnlyWhatIsCovered) {
  state.domain.reset();
  EXPECT_EQ(verdict(), refused(Reason::kAbsent, Subject::kDomain));
  command.register_domain = true;
  EXPECT_EQ(verdict(), BindEffect::kRegisterAndBind);
  command.dns_names = {"other.example.net"};
  EXPECT_EQ(verdict(), refused(Reason::kAbsent, Subject::kDomain));
}

TEST_F(DecideBind, IsStaleWhenTheChainMovedOn) {
  state.chain->current = base::CertId(2);
  EXPECT_EQ(verdict(), refused(Reason::kStale, Subject::kVersion));
}

TEST(Uncovered, KeepsTheOrder) {
  EXPECT_EQ(uncovered({"*.a.net"}, {"z.b.net", "x.a.net", "c.net"}), (std::vector<DomainName>{"z.b.net", "c.net"}));
}

}  // namespace
}  // namespace livecert::domain

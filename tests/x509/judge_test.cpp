#include "x509/judge.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/corpus.h"
#include "x509/hierarchy.h"
#include "x509/name_limit.h"

namespace livecert::x509 {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Root, intermediate and leaf of one usual hierarchy.
class Judge : public testing::Test {
 protected:
  Identity root_ = make_root(authority("Root"));
  Identity intermediate_ = make_intermediate(authority("Intermediate"), root_);
  Identity leaf_ = make_leaf(server({"live.example.com"}), intermediate_);
  std::string key_ = key_text(leaf_.key);
  Policy policy_{.now = test_now()};
};

TEST_F(Judge, ReportsEveryErrorWithIdPlaceAndRemedy) {
  LeafProfile profile = server({"live.example.com"});
  profile.not_after = before_now(1);
  const Identity expired = make_leaf(profile, intermediate_);
  FixedSource source;
  const auto judgement = judge(chain_text({expired.certificate, root_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement);
  EXPECT_FALSE(judgement->accepted);
  const std::string message = judgement->report.message();
  EXPECT_THAT(message, AllOf(HasSubstr("[leaf-expired] certificate block 1: "), HasSubstr("2026-05-31T00:00:00Z"),
                             HasSubstr("[key-does-not-match] private key: "),
                             HasSubstr("[chain-unrelated] certificate block 2: ")));
  EXPECT_EQ(std::ranges::count(message, '\n'), 2);
}

TEST_F(Judge, LeavesWarningsOutOfTheMessage) {
  FixedSource source;
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement->accepted);
  EXPECT_EQ(judgement->report.message(), "");
  EXPECT_THAT(judgement->accepted->warnings, ElementsAre(HasSubstr("[chain-incomplete] certificate block 1")));
}

TEST_F(Judge, NamesTheRightOrder) {
  FixedSource source;
  const auto judgement =
      judge(chain_text({root_.certificate, intermediate_.certificate, leaf_.certificate}), key_, policy_, source);
  EXPECT_THAT(judgement->report.message(), AllOf(HasSubstr("[chain-out-of-order]"), HasSubstr("3, 2, 1")));
}

TEST_F(Judge, NamesTheBlockThatTheKeyBelongsTo) {
  FixedSource source;
  const auto judgement =
      judge(chain_text({leaf_.certificate, intermediate_.certificate}), key_text(intermediate_.key), policy_, source);
  EXPECT_THAT(judgement->report.message(), AllOf(HasSubstr("[key-does-not-match]"), HasSubstr("block 2")));
}

TEST_F(Judge, KeepsEveryDerUnchanged) {
  FixedSource source({intermediate_.certificate, root_.certificate});
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement->accepted);
  EXPECT_THAT(judgement->accepted->certificates, ElementsAre(leaf_.certificate, intermediate_.certificate));
}

TEST_F(Judge, WarnsOnlyWhenTheSourceFailsAndNoRootIsDemanded) {
  FailingSource source;
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement);
  EXPECT_TRUE(judgement->accepted);
  EXPECT_TRUE(judgement->report.has("chain-incomplete"));
}

TEST_F(Judge, ReturnsTheSourcesErrorWhenARootIsDemanded) {
  const RootSet roots({root_.certificate});
  policy_.required_roots = &roots;
  FailingSource source;
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_FALSE(judgement);
  EXPECT_EQ(judgement.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_EQ(judgement.error().message, "the issuer's server cannot be reached");
}

TEST_F(Judge, AsksTheSourceAboutEachCertificateOnceHoweverManyPathsLeadToIt) {
  std::vector<Certificate> chain;
  const PrivateKey key = *generate_ec_p256_key();
  for (int i = 0; i < 3; ++i) chain.push_back(*issue_intermediate(authority("Twin"), key, intermediate_.as_issuer()));
  chain.insert(chain.begin(), *issue_leaf(server({"live.example.com"}), leaf_.key, {chain.front(), key}));
  chain.push_back(intermediate_.certificate);
  const RootSet roots({make_root(authority("Elsewhere")).certificate});
  policy_.required_roots = &roots;
  FixedSource source;
  const auto judgement = judge(chain_text(chain), key_, policy_, source);
  EXPECT_THAT(to_corpus_form(judgement->report), ElementsAre("error no-path-to-required-root certificates:5"));
  EXPECT_EQ(source.asked, 1);
}

// Leaving out a certificate that seems unrelated helps only if the chain is whole without it.
TEST_F(Judge, TellsAGapFromWhatIsInTheWay) {
  const Certificate other = make_root(authority("Other")).certificate;
  FixedSource source;
  const auto gap = judge(chain_text({leaf_.certificate, root_.certificate}), key_, policy_, source);
  EXPECT_THAT(gap->report.message(), AllOf(HasSubstr("[chain-unrelated] certificate block 2"),
                                           HasSubstr("Upload the chain that the issuer publishes for this leaf")));
  const auto whole = judge(chain_text({leaf_.certificate, intermediate_.certificate, root_.certificate, other}), key_,
                           policy_, source);
  EXPECT_THAT(whole->report.message(),
              AllOf(HasSubstr("[chain-unrelated] certificate block 4"), HasSubstr("Leave it out")));
  const RootSet known({root_.certificate});
  policy_.known_roots = &known;
  const auto below_known =
      judge(chain_text({leaf_.certificate, intermediate_.certificate, other}), key_, policy_, source);
  EXPECT_THAT(below_known->report.message(), HasSubstr("Leave it out"));
}

TEST_F(Judge, PrefersTheReportToTheSourcesErrorAndSaysNothingOfAPathThatItCouldNotLookFor) {
  const RootSet roots({root_.certificate});
  policy_.required_roots = &roots;
  FailingSource source;
  const auto judgement = judge(chain_text({leaf_.certificate}), key_text(root_.key), policy_, source);
  ASSERT_TRUE(judgement);
  EXPECT_THAT(to_corpus_form(judgement->report), ElementsAre("error key-does-not-match key:0"));
}

TEST_F(Judge, DoesNotNeedTheSourceWhenTheRootIsReached) {
  const RootSet roots({root_.certificate});
  policy_.required_roots = &roots;
  FailingSource source;
  EXPECT_TRUE(judge(chain_text({leaf_.certificate, intermediate_.certificate}), key_, policy_, source)->accepted);
}

TEST_F(Judge, DoesNotAskTheSourceForABadUploadOrAWholeChain) {
  FixedSource source;
  ASSERT_TRUE(judge(chain_text({leaf_.certificate}), "", policy_, source));
  ASSERT_TRUE(
      judge(chain_text({leaf_.certificate, intermediate_.certificate, root_.certificate}), key_, policy_, source));
  const RootSet known({root_.certificate});
  policy_.known_roots = &known;
  ASSERT_TRUE(judge(chain_text({leaf_.certificate, intermediate_.certificate}), key_, policy_, source));
  EXPECT_EQ(source.asked, 0);
}

// Offers a new intermediate above every other one, without end.
class EndlessSource final : public IssuerSource {
 public:
  base::Result<std::vector<Certificate>> issuers_of(const Certificate&) override {
    ++asked;
    return std::vector<Certificate>{next[static_cast<std::size_t>(asked) - 1]};
  }
  int asked = 0;
  std::vector<Certificate> next;
};

TEST_F(Judge, GivesUpOnAChainWithoutEnd) {
  std::vector<Identity> ladder;
  ladder.push_back(make_root(authority("Top")));
  for (int i = 0; i < 12; ++i)
    ladder.push_back(make_intermediate(authority("Step " + std::to_string(i)), ladder.back()));
  const Identity leaf = make_leaf(server({"live.example.com"}), ladder.back());
  EndlessSource source;
  for (std::size_t i = ladder.size(); i > 0; --i) source.next.push_back(ladder[i - 1].certificate);
  const auto judgement = judge(chain_text({leaf.certificate}), key_text(leaf.key), policy_, source);
  ASSERT_TRUE(judgement->accepted);
  EXPECT_EQ(judgement->accepted->certificates.size(), 6U);
  EXPECT_TRUE(judgement->report.has("chain-incomplete"));
  EXPECT_EQ(source.asked, 5);
}

TEST_F(Judge, VerifiesWhatTheSourceOffers) {
  std::vector<Certificate> offered;
  for (int i = 0; i < 20; ++i) offered.push_back(make_intermediate(authority("Intermediate"), root_).certificate);
  FixedSource source(offered);
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement->accepted);
  EXPECT_EQ(judgement->accepted->certificates.size(), 1U);
  EXPECT_TRUE(judgement->report.has("chain-incomplete"));
}

TEST_F(Judge, HoldsConstrainedAuthoritiesToTheirNames) {
  AuthorityProfile profile = authority("Constrained");
  profile.permitted_dns = {"example.com"};
  profile.permitted_ip = {"127.0.0.0/8", "::1/128"};
  const Identity constrained = make_root(profile);
  LeafProfile inside = server({"live.example.com"});
  inside.ip_addresses = {"127.0.0.1", "::1"};
  LeafProfile wrong_address = inside;
  wrong_address.ip_addresses = {"192.0.2.1"};
  const auto findings_for = [&](const LeafProfile& leaf_profile) {
    const Identity leaf = make_leaf(leaf_profile, constrained);
    FixedSource source;
    return to_corpus_form(
        judge(chain_text({leaf.certificate, constrained.certificate}), key_text(leaf.key), policy_, source)->report);
  };
  EXPECT_THAT(findings_for(inside), ElementsAre());
  EXPECT_THAT(findings_for(server({"live.example.org"})),
              ElementsAre("error name-constraints-violated certificates:2"));
  EXPECT_THAT(findings_for(wrong_address), ElementsAre("error name-constraints-violated certificates:2"));
}

TEST_F(Judge, CompletesOnlyWithIssuersThatMayIssueTheseNames) {
  AuthorityProfile profile = authority("Intermediate");
  profile.permitted_dns = {"example.org"};
  const Certificate constrained = *issue_intermediate(profile, intermediate_.key, root_.as_issuer());
  FixedSource source({constrained});
  const auto judgement = judge(chain_text({leaf_.certificate}), key_, policy_, source);
  ASSERT_TRUE(judgement->accepted);
  EXPECT_EQ(judgement->accepted->certificates.size(), 1U);
}

TEST_F(Judge, IgnoresExpiredRoots) {
  AuthorityProfile profile = authority("Root");
  profile.not_after = before_now(1);
  const RootSet roots({*issue_root(profile, root_.key)});
  policy_.required_roots = &roots;
  FixedSource source;
  const auto judgement = judge(chain_text({leaf_.certificate, intermediate_.certificate}), key_, policy_, source);
  EXPECT_TRUE(judgement->report.has("no-path-to-required-root"));
}

TEST_F(Judge, AcceptsASelfSignedLeafThatIsItselfDemanded) {
  const Identity self{*issue_self_signed_leaf(server({"live.example.com"}), leaf_.key), *generate_ec_p256_key()};
  const RootSet roots({self.certificate});
  policy_.required_roots = &roots;
  FixedSource source;
  EXPECT_TRUE(judge(to_pem(self.certificate), key_, policy_, source)->accepted);
}

// The names beyond the limit would be ignored silently, and a domain would seem not to be covered.
TEST_F(Judge, RefusesALeafWithMoreNamesThanAreRead) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kMaxNames; ++i) names.push_back("n" + std::to_string(i) + ".a.example");
  FixedSource source;
  const auto judge_names = [&] {
    LeafProfile profile = server(names);
    profile.common_name = "many";
    const Identity leaf = make_leaf(profile, intermediate_);
    return judge(chain_text({leaf.certificate}), key_text(leaf.key), policy_, source);
  };
  const auto all = judge_names();
  ASSERT_TRUE(all->accepted) << all->report.message();
  EXPECT_EQ(all->accepted->certificates.front().dns_names().size(), kMaxNames);
  names.push_back("*.a.example");
  const auto one_more = judge_names();
  EXPECT_FALSE(one_more->accepted);
  EXPECT_THAT(one_more->report.message(),
              AllOf(HasSubstr("[leaf-too-many-names] certificate block 1"), HasSubstr("more than 10000 DNS names")));
}

TEST_F(Judge, BoundsWhatOneUploadCosts) {
  // Ten authorities of one name, none of which signed another.
  std::vector<Certificate> twins;
  for (int i = 0; i < 10; ++i) {
    AuthorityProfile profile = authority("Twin");
    twins.push_back(make_intermediate(profile, make_root(authority("Twin"))).certificate);
  }
  FixedSource source;
  const auto judgement = judge(chain_text(twins), key_, policy_, source);
  ASSERT_TRUE(judgement);
  EXPECT_TRUE(judgement->report.has_errors());
  std::string flood;
  for (int i = 0; i < 3000; ++i) flood += "-----BEGIN X-----\n-----END X-----\n";
  const auto flooded = judge(flood, flood, policy_, source);
  ASSERT_TRUE(flooded);
  EXPECT_LE(flooded->report.findings().size(), ValidationReport::kMaxFindings);
}

// A chain that was completed to more certificates than an upload may have could not be uploaded again.
TEST_F(Judge, CompletesToNoMoreCertificatesThanOneUploadMayHave) {
  std::vector<Identity> line;
  line.push_back(make_root(authority("Root")));
  for (int i = 0; i < 6; ++i) line.push_back(make_intermediate(authority("Step " + std::to_string(i)), line.back()));
  const Identity leaf = make_leaf(server({"live.example.com"}), line.back());
  std::vector<Certificate> issuers;
  for (const Identity& each : line) issuers.push_back(each.certificate);
  policy_.max_certificates = 4;
  FixedSource source(issuers);
  const auto judgement = judge(chain_text({leaf.certificate}), key_text(leaf.key), policy_, source);
  ASSERT_TRUE(judgement->accepted) << judgement->report.message();
  EXPECT_EQ(judgement->accepted->certificates.size(), 4U);
  EXPECT_TRUE(judgement->report.has("chain-incomplete"));
  const std::string stored = chain_text(judgement->accepted->certificates);
  EXPECT_TRUE(judge(stored, key_text(leaf.key), policy_, source)->accepted);
}

TEST_F(Judge, MayBeCalledFromManyThreadsWithOneCache) {
  IssuerCache cache;
  policy_.issuer_cache = &cache;
  const std::string chain = chain_text({leaf_.certificate, intermediate_.certificate, root_.certificate});
  std::vector<std::thread> threads;
  std::atomic<int> accepted = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      FixedSource source;
      for (int j = 0; j < 50; ++j) accepted += judge(chain, key_, policy_, source)->accepted ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 200);
  EXPECT_TRUE(cache.find(intermediate_.certificate.sha256()));
  EXPECT_TRUE(cache.knows_signature(intermediate_.certificate, root_.certificate));
  EXPECT_FALSE(cache.find(leaf_.certificate.sha256()));
}

}  // namespace
}  // namespace livecert::x509

// Livecert's decisions about certificates and domains where the vendor says nothing, by the numbers of
// docs/decisions.md.
#include <filesystem>
#include <fstream>
#include <thread>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/create_cert.h"
#include "support/faulty_store.h"
#include "support/tenant.h"
#include "x509/pem.h"

namespace livecert {
namespace {

namespace json = boost::json;
using std::chrono::days;
using test::Answer;
using test::column;
using test::leaf_for;
using test::PemPair;
using test::Pki;
using test::strings;
using test::Tenant;
using test::TestService;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Decision : public testing::Test {
 protected:
  explicit Decision(TestService::Options options = {}) : service(std::move(options)), me(service, service.root()) {}

  // A chain for both names that a.example and b.example are bound to.
  std::string bound_chain() {
    const std::string chain = me.upload(leaf_for({"b.example", "a.example"}), {{"CertName", "n"}});
    for (const char* name : {"a.example", "b.example"}) {
      me.add_domain(name);
      EXPECT_EQ(me.bind(chain, name, {{"HTTPS", true}}).status, 200);
      service.clock().advance(std::chrono::seconds(1));
    }
    return chain;
  }
  std::string current(const std::string& chain) const { return std::string(me.chain(chain).at("CertID").as_string()); }

  TestService service;
  Tenant me;
};
using Decision05 = Decision;
using Decision06 = Decision;
using Decision07 = Decision;
using Decision08 = Decision;
using Decision09 = Decision;
using Decision10 = Decision;
using Decision11 = Decision;
using Decision12 = Decision;
using Decision18 = Decision;
using Decision19 = Decision;
using Decision20 = Decision;
using Decision21 = Decision;
using Decision23 = Decision;
using Decision27 = Decision;
using Decision29 = Decision;
using Decision30 = Decision;
using Decision40 = Decision;

TEST_F(Decision05, AnUpdateServesEveryBoundDomainAtOnceAndKeepsItsIdentity) {
  const std::string chain = me.upload("*.example.net", {{"CertName", "n"}});
  for (const char* name : {"a.example.net", "b.example.net"}) {
    me.add_domain(name);
    ASSERT_EQ(me.bind(chain, name).status, 200);
  }
  const std::string before = current(chain);
  const Answer answer = me.update(chain, leaf_for({"a.example.net", "b.example.net"}));
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.text("ChainID"), chain);
  EXPECT_NE(current(chain), before);
  EXPECT_EQ(me.chain(chain).at("CertName").as_string(), "n");
  for (const char* name : {"a.example.net", "b.example.net"}) {
    EXPECT_EQ(me.domain(name).at("ChainID").as_string(), chain.c_str());
    EXPECT_EQ(me.domain(name).at("CertDomain").as_string(), name);
  }
}

TEST_F(Decision06, RefusesAnUpdateThatUncoversABoundDomain) {
  const std::string chain = bound_chain();
  const std::string before = current(chain);
  const Answer answer = me.update(chain, leaf_for({"b.example"}));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("does not cover a.example:"), HasSubstr("UnbindCert")));
  EXPECT_EQ(current(chain), before) << "the old version keeps serving";
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(me.update(chain, leaf_for({"b.example"})).status, 200);
}

TEST_F(Decision06, NamesManyDomainsReadably) {
  std::vector<std::string> names{"keep.example"};
  for (int i = 10; i < 24; ++i) names.push_back("n" + std::to_string(i) + ".example");
  const std::string chain = me.upload(leaf_for(names));
  for (const std::string& name : names) {
    me.add_domain(name);
    ASSERT_EQ(me.bind(chain, name).status, 200);
    service.clock().advance(std::chrono::seconds(1));
  }
  const Answer answer = me.update(chain, leaf_for({"keep.example"}));
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("n10.example, n11.example"), HasSubstr("n19.example and 4 more"),
                                      testing::Not(HasSubstr("n20.example"))));
}

TEST_F(Decision06, RefusesAnUpdateThatIsNotValidYetButForTheSkewOfClocks) {
  const std::string chain = bound_chain();
  Pki::Leaf early = leaf_for({"a.example", "b.example"});
  early.not_before = service.clock().now() + std::chrono::minutes(6);
  const Answer answer = me.update(chain, early);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("valid only from "));
  early.not_before = service.clock().now() + std::chrono::minutes(5);
  EXPECT_EQ(me.update(chain, early).status, 200);
  early.not_before = service.clock().now() + days(5);
  EXPECT_FALSE(me.upload(early).empty()) << "nothing is bound to a new chain";
}

TEST_F(Decision07, TheSameUploadAnswersTheChainThatHasItAndItsDomain) {
  const PemPair pair = service.pki().upload(leaf_for({"x.example", "a.example"}));
  const std::string chain = service.create_cert(pair).text("ChainID");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  const Answer again = service.create_cert(pair, {{"CertName", "other"}});
  EXPECT_EQ(again.text("ChainID"), chain);
  EXPECT_EQ(again.text("Domain"), "a.example");
  EXPECT_EQ(me.chain(chain).at("CertName").as_string(), "");
  // The same leaf alone is completed to the same chain; an update since then makes it a new one.
  ASSERT_EQ(me.update(chain, leaf_for({"x.example", "a.example"})).status, 200);
  EXPECT_NE(service.create_cert(pair).text("ChainID"), chain) << "current versions only";
}

TEST_F(Decision08, DomainIsTheFirstThatIsBound) {
  const std::string chain = bound_chain();
  EXPECT_EQ(me.update(chain, leaf_for({"b.example", "a.example"})).text("Domain"), "a.example");
}

TEST_F(Decision08, DomainIsElseTheCommonNameIfItIsANameElseTheFirstName) {
  Pki::Leaf leaf = leaf_for({"first.example", "second.example"});
  leaf.common_name = "second.example";
  EXPECT_EQ(service.create_cert(service.pki().upload(leaf)).text("Domain"), "second.example");
  leaf.common_name = "Some Company";
  EXPECT_EQ(service.create_cert(service.pki().upload(leaf)).text("Domain"), "first.example");
}

TEST_F(Decision09, CertDomainListIsWhatIsBoundInTheOrderItWasBound) {
  const std::string chain = bound_chain();
  const auto shown = [&] {
    return std::vector{
        strings(me.live("ListCertV2", {}).result.at("CertList").at(0).at("CertDomainList")),
        strings(me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}}).result.at("CertDomainList"))};
  };
  EXPECT_THAT(shown(), testing::Each(ElementsAre("a.example", "b.example")));
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}}).status, 200);
  EXPECT_THAT(shown(), testing::Each(ElementsAre("b.example")));
}

TEST_F(Decision10, RefusesToDeleteWhatIsBoundAndNamesTheDomains) {
  const std::string chain = bound_chain();
  const Answer answer = me.live("DeleteCert", {{"ChainID", chain}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("a.example, b.example"), HasSubstr("UnbindCert")));
  for (const char* name : {"a.example", "b.example"}) {
    ASSERT_EQ(me.live("UnbindCert", {{"Domain", name}}).status, 200);
  }
  EXPECT_EQ(me.live("DeleteCert", {{"ChainID", chain}}).status, 200);
}

TEST_F(Decision11, UnknownIsNotFoundAndForeignIsForbiddenByName) {
  const auto theirs = service.new_account("theirs");
  const Tenant them(service, theirs);
  const std::string chain = bound_chain();
  const std::string own_chain = them.upload("a.example");
  // The domain of another account, with one's own chain.
  const Answer foreign = them.bind(own_chain, "a.example");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(foreign.code(), "RequestForbidden.AccountIDNotAllow");
  EXPECT_THAT(foreign.message(), AllOf(HasSubstr("a.example"), HasSubstr("MoveDomain")));
  const json::array domains{json::object{{"DomainName", "a.example"}, {"Type", "push"}, {"Region", "cn"}}};
  EXPECT_EQ(them.live("CreateDomainV2", {{"Vhost", "v"}, {"Domains", domains}}).code(),
            "RequestForbidden.AccountIDNotAllow");
  // The chain of another account, with one's own domain.
  them.add_domain("c.example");
  EXPECT_EQ(them.bind(chain, "c.example").code(), "RequestForbidden.AccountIDNotAllow");
  // A chain and a domain that do not exist.
  EXPECT_EQ(them.bind("00112233445566778899aabbccddeeff", "c.example").status, 404);
  EXPECT_EQ(them.own("RollbackCert", {{"ChainID", own_chain}, {"CertID", "7"}}).status, 404);
  EXPECT_EQ(them.own("RollbackCert", {{"ChainID", own_chain}, {"CertID", current(chain)}}).status, 403);
  EXPECT_EQ(them.bind(own_chain, "nobody.example").status, 404);
  EXPECT_THAT(me.bound_to(chain), ElementsAre("a.example", "b.example"));
}

TEST_F(Decision12, EveryFindingIsToldWithItsIdAndPlace) {
  PemPair pair = service.pki().upload("a.example");
  pair.certificates = x509::to_pem(service.pki().intermediate()) + pair.certificates;
  pair.key = service.pki().upload("a.example").key;
  const Answer answer = service.create_cert(pair);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(),
              AllOf(HasSubstr("[chain-out-of-order] certificates"), HasSubstr("[key-does-not-match] private key")));
}

// Both of two concurrent updates succeed, whatever their order.
TEST(Decision15, ConcurrentUpdatesOfOneChainAllSucceed) {
  TestService service({.settings = {.keep_versions = 100}});
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  constexpr int kThreads = 8;
  std::vector<PemPair> pairs;
  for (int i = 0; i < kThreads; ++i) pairs.push_back(service.pki().upload("a.example"));
  service::Context context;
  context.caller = {
      service.store().ask(&store::Snapshot::list_accounts)->front().id, true, service.root().access_key_id, {}};
  context.action = "CreateCert";
  context.at = service.clock().now();
  context.deadline = service.clock().steady_now() + std::chrono::hours(1);
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> threads;
  for (const PemPair& pair : pairs) {
    threads.emplace_back([&] {
      service::CreateCertInput input;
      input.chain_id = chain;
      input.certificates_pem = pair.certificates;
      input.private_key_pem = pair.key;
      if (test::create_cert(service.services(), context, input)) ++succeeded;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(succeeded, kThreads);
  const Answer versions = me.own("ListCertVersions", {{"ChainID", chain}});
  EXPECT_EQ(versions.result.at("VersionList").as_array().size(), kThreads + 1U);
  EXPECT_TRUE(versions.result.at("VersionList").at(0).at("Current").as_bool())
      << "the last one committed is the newest";
}

// Every write on domains: nothing was done, and the answer says so.
TEST(Decision16, AFailingStoreAnswersInternalErrorDBAndALateOneATimeout) {
  struct Row {
    store::OutcomeKind kind;
    int status;
    const char* code;
  };
  for (const Row& row : {Row{store::OutcomeKind::kUnavailable, 500, "InternalError.DB"},
                         Row{store::OutcomeKind::kUnknown, 500, "InternalError.DB"},
                         Row{store::OutcomeKind::kDeadlineExceeded, 504, "InternalServiceTimeout"},
                         Row{store::OutcomeKind::kConflict, 200, "CommonErr"}}) {
    TestService::Options options;
    // The first two make the things that the third uses.
    options.wrap_store = [&](store::Store& inner) {
      return std::make_unique<store::testing::FailNth>(inner, store::testing::FailNth::Call::kSubmit, 3, row.kind);
    };
    TestService service(std::move(options));
    const Tenant me(service, service.root());
    const std::string chain = me.upload("a.example");
    me.add_domain("a.example");
    const Answer answer = me.bind(chain, "a.example");
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(answer.code(), row.code);
    EXPECT_FALSE(answer.message().empty());
    EXPECT_THAT(me.bound_to(chain), IsEmpty());
    EXPECT_EQ(me.bind(chain, "a.example").status, 200) << "a retry is safe";
  }
}

TEST_F(Decision18, PagesPastTheEndAreEmptyAndTotalCountsAll) {
  for (int i = 0; i < 3; ++i) me.upload("n" + std::to_string(i) + ".example", {{"CertName", std::to_string(i)}});
  for (const auto& [action, own] : {std::pair("ListCertV2", false), std::pair("ListCerts", true)}) {
    const auto list = [&](const json::object& page) { return own ? me.own(action, page) : me.live(action, page); };
    EXPECT_THAT(column(list({}).result.at("CertList"), "CertName"), ElementsAre("2", "1", "0"));
    EXPECT_THAT(column(list({{"PageNum", 2}, {"PageSize", 2}}).result.at("CertList"), "CertName"), ElementsAre("0"));
    const Answer past = list({{"PageNum", 3}, {"PageSize", 2}});
    EXPECT_TRUE(past.result.at("CertList").as_array().empty());
    EXPECT_EQ(past.result.at("Total").as_int64(), 3);
  }
}

TEST_F(Decision19, StatusIsTheSmallestWindowThatContainsTheRemainingTime) {
  Pki::Leaf leaf = leaf_for({"a.example"});
  leaf.not_after = service.clock().now() + days(31);
  const std::string chain = me.upload(leaf);
  const auto status = [&] { return std::string(me.chain(chain).at("Status").as_string()); };
  EXPECT_EQ(status(), "OK");
  for (const auto& [left, expected] : {std::pair(30, "30days"), std::pair(15, "15days"), std::pair(7, "7days"),
                                       std::pair(1, "1days"), std::pair(0, "1days")}) {
    service.clock().advance(leaf.not_after - days(left) - service.clock().now());
    EXPECT_EQ(status(), expected) << left;
  }
  service.clock().advance(std::chrono::seconds(1));
  EXPECT_EQ(status(), "Expire");
}

PemPair corpus_pair(const std::string& name) {
  const auto read = [&](const char* file) {
    std::ifstream stream(std::filesystem::path(LIVECERT_CORPUS) / name / file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  return {read("certificates.pem"), read("key.pem")};
}

TEST_F(Decision20, TakesRsaAndTheThreeCurvesAndSaysSoOfOthers) {
  for (const auto& [name, kind] :
       {std::pair("good-rsa-2048", "rsa"), std::pair("good-rsa-3072", "rsa"), std::pair("good-ecdsa-p256", "ecdsa"),
        std::pair("good-ecdsa-p384", "ecdsa"), std::pair("good-ecdsa-p521", "ecdsa")}) {
    const Answer answer = service.create_cert(corpus_pair(name));
    ASSERT_EQ(answer.status, 200) << name << answer.message();
    const Answer detail = me.live("DescribeCertDetailSecretV2", {{"ChainID", answer.text("ChainID")}});
    EXPECT_EQ(detail.result.at("SSL").at("KeyType").as_string(), kind) << name;
  }
  for (const auto& [name, finding] :
       {std::pair("key-ed25519", "key-kind-unsupported"), std::pair("key-sm2", "key-kind-unsupported"),
        std::pair("key-secp256k1", "key-kind-unsupported"), std::pair("key-rsa-1024", "key-too-small")}) {
    const Answer answer = service.create_cert(corpus_pair(name));
    EXPECT_EQ(answer.code(), "InvalidParam") << name;
    EXPECT_THAT(answer.message(), HasSubstr(finding)) << name;
  }
}

TEST_F(Decision21, NoAnswerHoldsAPrivateKey) {
  const PemPair pair = service.pki().upload("a.example");
  // A line from the middle of the key's text, which any form of PEM would hold.
  const std::string secret = pair.key.substr(pair.key.find('\n') + 1, 60);
  const std::string chain = service.create_cert(pair).text("ChainID");
  me.add_domain("a.example");
  const json::object plan{{"UseWay", "https"}, {"Rsa", {{"Pubkey", pair.certificates}, {"Prikey", pair.key}}}};
  std::string told = json::serialize(me.own("PlanCert", plan).result);
  told += json::serialize(me.bind(chain, "a.example").metadata);
  for (const char* action : {"ListCertV2", "ListCert"}) told += json::serialize(me.live(action, {}).result);
  told += json::serialize(me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}}).result);
  told += json::serialize(me.own("ListCerts", {}).result);
  told += json::serialize(me.own("ListCertVersions", {{"ChainID", chain}}).result);
  told += json::serialize(me.own("ListBindings", {}).result);
  told += json::serialize(me.domain("a.example"));
  EXPECT_THAT(told, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(told, testing::Not(HasSubstr("PRIVATE")));
  EXPECT_THAT(told, testing::Not(HasSubstr(secret)));
}

TEST_F(Decision23, AProjectMustHaveBeenMadeAndDefaultIsThere) {
  const json::array domains{json::object{{"DomainName", "a.example"}, {"Type", "push"}, {"Region", "cn"}}};
  const Answer answer = me.live("CreateDomainV2", {{"Vhost", "v"}, {"ProjectName", "media"}, {"Domains", domains}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.message(), HasSubstr("ProjectName"));
  const json::object project{{"AccountId", service.root_account()}, {"ProjectName", "media"}};
  ASSERT_EQ(me.own("CreateProject", project).status, 200);
  me.add_domain("a.example", "media");
  me.add_domain("b.example");
  const Answer list = me.live("ListDomainDetail", {{"PageNum", 1}, {"PageSize", 10}});
  EXPECT_THAT(column(list.result.at("DomainList"), "ProjectName"), ElementsAre("default", "media"));
}

TEST_F(Decision27, TheMessageOfARefusalNamesWhatItIsAbout) {
  const std::string chain = bound_chain();
  const std::string other = me.upload("c.example");
  struct Row {
    Answer answer;
    const char* names;
  };
  for (const Row& row :
       {Row{me.bind(other, "a.example"), "c.example"}, Row{me.bind(other, "nobody.example"), "nobody.example"},
        Row{me.live("DeleteCert", {{"ChainID", chain}}), "b.example"},
        Row{me.live("DeleteCert", {{"ChainID", "x"}}), "ChainID"},
        Row{me.live("DeleteDomain", {{"Domain", "nobody.example"}}), "nobody.example"},
        Row{me.live("CreateDomain", {{"Domain", "a.example"}, {"Type", "push"}}), "a.example"},
        Row{me.update(chain, leaf_for({"a.example"})), "b.example"}}) {
    EXPECT_GE(row.answer.status, 400);
    EXPECT_THAT(row.answer.message(), HasSubstr(row.names));
  }
}

TEST_F(Decision29, WarningsAreAnArrayAndOnlyThereWhenThereAreAny) {
  Pki::Leaf early = leaf_for({"a.example"});
  early.not_before = service.clock().now() + days(2);
  const Answer warned = service.create_cert(service.pki().upload(early));
  EXPECT_THAT(strings(warned.result.at("Warnings")), testing::Contains(HasSubstr("not-yet-valid")));
  EXPECT_THAT(service.access_log().back().detail, HasSubstr("not-yet-valid"));
  PemPair whole = service.pki().upload("b.example");
  whole.certificates += x509::to_pem(service.pki().root());
  EXPECT_FALSE(service.create_cert(whole).result.as_object().contains("Warnings"));
  EXPECT_EQ(service.access_log().back().detail, "");
}

TEST_F(Decision30, BindingAnUnknownDomainSaysHowToAddIt) {
  const Answer answer = me.bind(me.upload("new.example"), "new.example", {{"HTTPS", true}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "ResourceNotFound");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("new.example does not exist"), HasSubstr("CreateDomainV2"),
                                      HasSubstr("livecert domain add new.example"), HasSubstr("domains = \"auto\"")));
}

TEST(Decision30Auto, BindingAddsADomainThatTheCertificateCovers) {
  TestService service({.settings = {.register_domains = true}});
  const auto user = service.new_account("user", {"default", "live"});
  const Tenant me(service, user);
  const std::string chain = me.upload(leaf_for({"*.live.example.net"}), {{"ProjectName", "live"}});
  ASSERT_EQ(me.bind(chain, "One.live.example.net", {{"HTTPS", true}}).status, 200);
  const Answer list = me.live("ListDomainDetail", {{"PageNum", 1}, {"PageSize", 10}});
  const json::value& made = list.result.at("DomainList").at(0);
  EXPECT_EQ(made.at("Domain").as_string(), "one.live.example.net");
  EXPECT_EQ(made.at("ProjectName").as_string(), "live") << "the chain's";
  EXPECT_EQ(made.at("Vhost").as_string(), "one-live-example-net");
  EXPECT_EQ(made.at("Type").as_string(), "pull-flv");
  EXPECT_EQ(made.at("ChainID").as_string(), chain.c_str());

  const Answer answer = me.bind(chain, "two.example.net");
  EXPECT_EQ(answer.status, 404) << "it would not be covered";
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("two.example.net"), HasSubstr("*.live.example.net")));
  EXPECT_EQ(me.live("ListDomainDetail", {{"PageNum", 1}, {"PageSize", 10}}).result.at("Total").as_int64(), 1);
  // A domain of another account is not taken from it.
  const auto stranger = service.new_account("stranger");
  const Tenant them(service, stranger);
  const std::string theirs = them.upload(leaf_for({"*.live.example.net"}));
  EXPECT_EQ(them.bind(theirs, "one.live.example.net").code(), "RequestForbidden.AccountIDNotAllow");
}

// All its numbers fit each other, so only its use shows the fault.
TEST_F(Decision40, AKeyThatSignsNothingIsRefusedWherePlannedAndBoundAndCreateCertIsNotCharged) {
  const PemPair pair = corpus_pair("key-rsa-composite-prime");
  const json::object body{{"UseWay", "https"}, {"Rsa", {{"Pubkey", pair.certificates}, {"Prikey", pair.key}}}};
  const Answer plan = me.own("PlanCert", body);
  ASSERT_EQ(plan.status, 200) << plan.message();
  EXPECT_FALSE(plan.result.at("Accepted").as_bool());
  EXPECT_EQ(column(plan.result.at("Findings"), "Id").at(0), "key-does-not-sign");

  const Answer created = service.create_cert(pair);
  ASSERT_EQ(created.status, 200) << created.message();
  const std::string chain = created.text("ChainID");
  me.add_domain("live.example.com");
  const Answer bound = me.bind(chain, "live.example.com", {{"HTTPS", true}});
  EXPECT_EQ(bound.status, 400);
  EXPECT_EQ(bound.code(), "InvalidParam");
  EXPECT_THAT(bound.message(), AllOf(HasSubstr("the private key of CertID"), HasSubstr("CN=live.example.com"),
                                     HasSubstr("make a new key and certificate")));
  EXPECT_THAT(me.bound_to(chain), IsEmpty());

  // A good key of the same kind is bound, and replaces the broken one.
  const PemPair good = corpus_pair("good-key-signs-rsa");
  ASSERT_EQ(service.create_cert(good, {{"ChainID", chain}}).status, 200);
  EXPECT_EQ(me.bind(chain, "live.example.com", {{"HTTPS", true}}).status, 200);
}

}  // namespace
}  // namespace livecert

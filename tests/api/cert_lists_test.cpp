#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_store.h"
#include "support/forwarding_snapshot.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using std::chrono::days;
using test::Answer;
using test::column;
using test::leaf_for;
using test::Pki;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Certs : public testing::Test {
 protected:
  Certs() : me(service, service.root()) {}

  [[nodiscard]] Pki::Leaf lasting(const std::string& name, days time) const {
    Pki::Leaf leaf = leaf_for({name});
    leaf.not_after = service.clock().now() + time;
    return leaf;
  }
  [[nodiscard]] std::vector<std::string> listed(const json::object& filter) const {
    const Answer list = me.own("ListCerts", filter);
    EXPECT_EQ(list.status, 200) << list.message();
    return column(list.result.at("CertList"), "CertName");
  }

  mutable TestService service;
  Tenant me;
};
using UpdateCert = Certs;
using ListCert = Certs;
using ListCertBindInfo = Certs;
using DescribeCertDetail = Certs;
using ListCerts = Certs;
using ListCertV2OfDomain = Certs;

TEST_F(UpdateCert, ReplacesTheMaterialAndKeepsTheName) {
  const std::string chain = me.upload("a.example", {{"CertName", "n"}});
  const test::PemPair next = service.pki().upload("a.example");
  const json::object pair{{"pubkey", next.certificates}, {"prikey", next.key}};
  const Answer answer = me.live("UpdateCert", {{"useway", "https"}, {"chainid", chain}, {"rsa", pair}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.text("ChainID"), chain);
  EXPECT_EQ(answer.text("Domain"), "a.example");
  EXPECT_EQ(answer.text("UseWay"), "https");
  EXPECT_EQ(me.chain(chain).at("CertName").as_string(), "n");
  EXPECT_EQ(me.own("ListCertVersions", {{"ChainID", chain}}).result.at("VersionList").as_array().size(), 2U);
}

TEST_F(UpdateCert, GivesANameAndNothingElse) {
  const std::string chain = me.upload("a.example", {{"CertName", "n"}});
  const json::object before = me.chain(chain);
  for (int i = 0; i < 2; ++i) {
    const Answer answer = me.live("UpdateCert", {{"UseWay", "https"}, {"ChainID", chain}, {"CertName", "m"}});
    ASSERT_EQ(answer.status, 200) << answer.message();
    EXPECT_EQ(answer.text("ChainID"), chain);
    EXPECT_EQ(answer.text("Domain"), "a.example");
    EXPECT_EQ(answer.text("UseWay"), "https");
  }
  json::object expected = before;
  expected["CertName"] = "m";
  EXPECT_EQ(json::serialize(me.chain(chain)), json::serialize(expected));
}

TEST_F(UpdateCert, NeedsAChainAndSomethingToUpdate) {
  const std::string chain = me.upload("a.example");
  const auto message = [&](const json::object& body) {
    const Answer answer = me.live("UpdateCert", body);
    EXPECT_EQ(answer.code(), "InvalidParam.BindError");
    return answer.message();
  };
  EXPECT_THAT(message({}), testing::AllOf(HasSubstr("ChainID is required"), HasSubstr("UseWay is required"),
                                          HasSubstr("CertName or Rsa is required")));
  EXPECT_THAT(message({{"ChainID", chain}, {"UseWay", "https"}}), HasSubstr("CertName or Rsa is required"));
  EXPECT_THAT(message({{"ChainID", chain}, {"UseWay", "https"}, {"Rsa", json::object()}}),
              HasSubstr("Rsa.Pubkey is required"));
  EXPECT_EQ(me.live("UpdateCert", {{"ChainID", chain}, {"UseWay", "sign"}, {"CertName", "m"}}).message(),
            "UseWay should be one of {[https]}");
  const json::object unknown{{"ChainID", "00112233445566778899aabbccddeeff"}, {"UseWay", "https"}, {"CertName", "m"}};
  EXPECT_EQ(me.live("UpdateCert", unknown).status, 404);
}

TEST_F(ListCert, ShowsWhatTheOlderSdksRead) {
  const std::string chain = me.upload("a.example", {{"CertName", "n"}});
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  ASSERT_FALSE(me.upload("b.example").empty());
  const Answer list = me.live("ListCert", {{"AccountID", "1"}});
  ASSERT_EQ(list.status, 200);
  const json::object& item = list.result.at("CertList").at(1).as_object();
  EXPECT_EQ(item.at("CertDomain").as_string(), "a.example");
  EXPECT_EQ(item.at("CertName").as_string(), "n");
  EXPECT_EQ(item.at("ChainID").as_string(), chain.c_str());
  EXPECT_EQ(item.at("Status").as_string(), "OK");
  EXPECT_EQ(item.at("statuscode").as_int64(), 0);
  EXPECT_EQ(list.result.at("CertList").at(0).at("CertDomain").as_string(), "b.example")
      << "nothing is bound to it: the first of its names";
  EXPECT_EQ(me.live("ListCert", {{"Domain", "a.example"}}).result.at("Total").as_int64(), 1);
  EXPECT_EQ(me.live("ListCert", {{"Available", false}}).result.at("Total").as_int64(), 0);
  EXPECT_EQ(me.live("ListCert", {{"Available", 1}}).code(), "InvalidParam.BindError");
}

// Counts the reads that lists must not make for each of their items.
class CountingStore final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Result<std::unique_ptr<store::Snapshot>> read() override {
    TRY_ASSIGN(auto snapshot, ForwardingStore::read());
    return std::unique_ptr<store::Snapshot>(std::make_unique<Counting>(std::move(snapshot), *this));
  }
  int chains = 0;
  int tags = 0;

 private:
  class Counting final : public store::testing::ForwardingSnapshot {
   public:
    Counting(std::unique_ptr<store::Snapshot> inner, CountingStore& counts)
        : ForwardingSnapshot(std::move(inner)), counts_(counts) {}
    base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) override {
      ++counts_.chains;
      return ForwardingSnapshot::find_chain(chain);
    }
    base::Result<std::vector<domain::Tag>> find_tags(const domain::DomainName& domain) override {
      ++counts_.tags;
      return ForwardingSnapshot::find_tags(domain);
    }

   private:
    CountingStore& counts_;
  };
};

TEST(Lists, ReadNoCertificatesAndOnlyTheTagsThatTheyShow) {
  CountingStore* reads = nullptr;
  TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<CountingStore>(inner);
    reads = made.get();
    return made;
  };
  TestService service(options);
  const Tenant me(service, service.root());
  for (const char* name : {"a.example", "b.example", "c.example"}) {
    const std::string chain = me.upload(name);
    me.add_domain(name);
    ASSERT_EQ(me.bind(chain, name, {{"HTTPS", true}}).status, 200);
    me.upload(std::string("unbound-") + name);
  }
  const json::object page{{"PageNum", 1}, {"PageSize", 100}};
  struct Kind {
    const char* action;
    json::object body;
    const char* list;
    std::size_t shown;
    int tags;
    bool is_own = false;
  };
  const Kind kinds[] = {
      {"ListCert", {}, "CertList", 6, 0},
      {"ListCertV2", {}, "CertList", 6, 0},
      {"ListCertBindInfo", page, "CertBindList", 3, 0},
      {"ListDomainDetail", page, "DomainList", 3, 3},
      {"DescribeDomain", {{"DomainList", {"a.example", "b.example"}}}, "DomainList", 2, 0},
      {"ListCerts", page, "CertList", 6, 0, true},
      {"ListBindings", page, "BindingList", 3, 0, true},
  };
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.action);
    reads->chains = reads->tags = 0;
    const Answer answer = kind.is_own ? me.own(kind.action, kind.body) : me.live(kind.action, kind.body);
    ASSERT_EQ(answer.status, 200) << answer.message();
    EXPECT_EQ(answer.result.at(kind.list).as_array().size(), kind.shown);
    EXPECT_EQ(reads->chains, 0);
    EXPECT_EQ(reads->tags, kind.tags);
  }
}

// Decision 24.
TEST_F(ListCertBindInfo, ShowsWhatIsBoundAsBytePlusHasIt) {
  const std::string chain = me.upload("*.example.net", {{"CertName", "n"}});
  for (const char* name : {"a.example.net", "b.example.net", "c.example.net"}) me.add_domain(name);
  ASSERT_EQ(me.bind(chain, "a.example.net", {{"HTTPS", true}}).status, 200);
  ASSERT_EQ(me.bind(chain, "b.example.net").status, 200);
  const json::object page{{"PageNum", 1}, {"PageSize", 10}};
  const auto listed_with = [&](json::object more) {
    for (const auto& member : page) more.insert(member);
    return me.live("ListCertBindInfo", more);
  };
  const Answer list = listed_with({});
  ASSERT_EQ(list.status, 200) << list.message();
  ASSERT_EQ(list.result.at("CertBindList").as_array().size(), 1U) << "HTTPS is on by default";
  const json::object& item = list.result.at("CertBindList").at(0).as_object();
  EXPECT_EQ(item.at("AccountID").as_string(), service.root_account().c_str());
  EXPECT_EQ(json::serialize(item.at("CertDomainList")), R"(["*.example.net"])");
  EXPECT_EQ(item.at("CertID"), me.chain(chain).at("CertID"));
  EXPECT_EQ(item.at("CertName").as_string(), "n");
  EXPECT_EQ(item.at("ChainID").as_string(), chain.c_str());
  EXPECT_EQ(item.at("Domain").as_string(), "a.example.net");
  EXPECT_EQ(item.at("DomainType").as_string(), "pull-flv");
  EXPECT_EQ(item.at("HTTPS").as_bool(), true);
  EXPECT_EQ(item.at("NotAfter"), me.chain(chain).at("NotAfter"));
  EXPECT_EQ(item.at("NotBefore"), me.chain(chain).at("NotBefore"));
  EXPECT_EQ(item.at("Vhost"), me.domain("a.example.net").at("Vhost"));

  const auto names = [&](json::object more) {
    return column(listed_with(std::move(more)).result.at("CertBindList"), "Domain");
  };
  EXPECT_THAT(names({{"HTTPS", 0}}), ElementsAre("b.example.net"));
  EXPECT_THAT(names({{"HTTPS", 2}}), ElementsAre("b.example.net", "a.example.net"));
  EXPECT_THAT(names({{"Domain", "A.example.net"}}), ElementsAre("a.example.net"));
  EXPECT_THAT(names({{"Domain", "c.example.net"}}), IsEmpty());
  EXPECT_THAT(names({{"Vhost", item.at("Vhost").as_string()}}), ElementsAre("a.example.net"));
  EXPECT_THAT(names({{"DomainTypeList", json::array{"push"}}}), IsEmpty());
  EXPECT_THAT(
      column(me.live("ListCertBindInfo", {{"PageNum", 2}, {"PageSize", 1}, {"HTTPS", 2}}).result.at("CertBindList"),
             "Domain"),
      ElementsAre("a.example.net"));
  EXPECT_THAT(
      column(me.live("ListCertBindInfo", {{"PageNum", 3}, {"PageSize", 1}, {"HTTPS", 2}}).result.at("CertBindList"),
             "Domain"),
      IsEmpty());
  EXPECT_THAT(me.live("ListCertBindInfo", {}).message(), HasSubstr("PageNum is required; PageSize is required"));
  EXPECT_EQ(listed_with({{"HTTPS", 3}}).code(), "InvalidParam.OutOfRange");
}

// Decision 38.
TEST_F(DescribeCertDetail, HasBytePlussMembersForLeafAndChainAndNoPrivateKey) {
  const test::PemPair pair = service.pki().upload("a.example");
  const std::string chain = service.create_cert(pair).text("ChainID");
  const Answer answer = me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  const json::object& result = answer.result.as_object();
  const json::array& brief = result.at("SSL").at("ChainBriefInfo").as_array();
  ASSERT_EQ(brief.size(), result.at("SSL").at("Chain").as_array().size());
  ASSERT_GE(brief.size(), 2U);
  for (const char* member :
       {"EncryptionAlgorithm", "FingerprintSHA1", "FingerprintSHA256", "Issuer", "SignatureAlgorithm"}) {
    EXPECT_EQ(result.at(member), brief.at(0).at(member)) << "the leaf's";
    EXPECT_FALSE(brief.at(1).at(member).as_string().empty()) << member;
  }
  EXPECT_EQ(result.at("EncryptionAlgorithm").as_string(), "ECDSA P-256");
  EXPECT_EQ(result.at("FingerprintSHA1").as_string().size(), 40U);
  const json::object versions = me.own("ListCertVersions", {{"ChainID", chain}}).result.as_object();
  EXPECT_EQ(result.at("FingerprintSHA256"), versions.at("VersionList").at(0).at("Fingerprint"));
  EXPECT_EQ(brief.at(0).at("Issuer"), brief.at(1).at("Subject")) << "the intermediate stands behind the leaf";
  const std::string text(result.at("OpenSSLFormat").as_string());
  EXPECT_TRUE(text.starts_with("Certificate:\n    Data:\n        Version: 3 (0x2)\n")) << text;
  EXPECT_THAT(text, HasSubstr("DNS:a.example"));
  EXPECT_FALSE(result.at("SSL").as_object().contains("PrivateKey"));
  EXPECT_THAT(json::serialize(result), testing::Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(DescribeCertDetail, PrintsNoLeafThatIsLargerThanAnyHonestOne) {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("n" + std::to_string(10'000 + i) + ".a-long-enough.example.net");
  const Answer answer = me.live("DescribeCertDetailSecretV2", {{"ChainID", me.upload(leaf_for(names))}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_GT(answer.result.at("SSL").at("Chain").at(0).as_string().size(), 64U * 1024);
  EXPECT_EQ(answer.result.at("OpenSSLFormat").as_string(), "");
  EXPECT_EQ(answer.result.at("FingerprintSHA1").as_string().size(), 40U);
}

TEST_F(ListCert, TellsTheStatusAsANumber) {
  struct Row {
    int lasting;
    int code;
  };
  for (const Row& row : {Row{60, 0}, Row{20, 7}, Row{10, 10}, Row{5, 8}, Row{1, 9}}) {
    ASSERT_FALSE(me.upload(lasting("a.example", days(row.lasting))).empty());
    const Answer list = me.live("ListCert", {});
    EXPECT_EQ(list.result.at("CertList").at(0).at("statuscode").as_int64(), row.code) << row.lasting;
  }
  service.clock().advance(days(2));
  EXPECT_EQ(me.live("ListCert", {}).result.at("CertList").at(0).at("statuscode").as_int64(), 1);
}

TEST_F(ListCertV2OfDomain, ListsWhatIsBoundToIt) {
  const std::string chain = me.upload("a.example", {{"CertName", "a"}});
  ASSERT_FALSE(me.upload("a.example", {{"CertName", "unbound"}}).empty());
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  const auto names = [&](const json::object& filter) {
    return column(me.live("ListCertV2", filter).result.at("CertList"), "CertName");
  };
  EXPECT_THAT(names({{"Domain", "A.example"}}), ElementsAre("a"));
  EXPECT_THAT(names({{"Domain", "b.example"}}), IsEmpty());
  EXPECT_THAT(names({{"Domain", "a.example"}, {"CertName", "x"}}), IsEmpty());
  EXPECT_THAT(names({{"Domain", "a.example"}, {"Available", true}}), ElementsAre("a"));
  EXPECT_THAT(names({{"Domain", "a.example"}, {"Available", false}}), IsEmpty()) << "none is disabled";
  EXPECT_EQ(me.live("ListCertV2", {{"Domain", "a.example"}}).result.at("ExpirationInfo").at("ActiveNum").as_int64(), 1);
}

TEST_F(ListCerts, ShowsEveryMemberNewestFirst) {
  const std::string first = me.upload("a.example", {{"CertName", "first"}});
  const std::string second = me.upload("a.example", {{"CertName", "second"}});
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(first, "a.example").status, 200);
  service.clock().advance(std::chrono::seconds(5));
  ASSERT_EQ(me.bind(second, "a.example").status, 200);
  const Answer list = me.own("ListCerts", {});
  EXPECT_EQ(list.result.at("Total").as_int64(), 2);
  json::object item = list.result.at("CertList").at(1).as_object();
  const std::string cert_id(item.at("CertID").as_string());
  const json::object expected{{"ChainID", first},
                              {"CertID", item.at("CertID")},
                              {"CertName", "first"},
                              {"ProjectName", "default"},
                              {"CertDomainList", json::array()},
                              {"NotBefore", "2026-05-31T12:00:00Z"},
                              {"NotAfter", "2026-08-30T12:00:00Z"},
                              {"EndsAt", "2026-08-30T12:00:00Z"},
                              {"AccountID", service.root_account()},
                              {"CreateTime", "2026-06-01T12:00:00Z"},
                              {"Status", "OK"},
                              {"Superseded", true},
                              {"SupersededBy", second},
                              {"SupersededAt", "2026-06-01T12:00:05Z"}};
  EXPECT_EQ(item, expected) << json::serialize(item);
  EXPECT_THAT(std::string(item.at("CertID").as_string()), testing::MatchesRegex("[0-9]+"));
  item = list.result.at("CertList").at(0).as_object();
  EXPECT_FALSE(item.at("Superseded").as_bool());
  EXPECT_EQ(item.at("SupersededBy").as_string(), "");
  EXPECT_EQ(item.at("SupersededAt").as_string(), "");
}

TEST_F(ListCerts, FiltersByEveryMember) {
  const std::string brief = me.upload(lasting("a.example", days(3)), {{"CertName", "brief"}});
  const std::string middle = me.upload(lasting("a.example", days(20)), {{"CertName", "middle"}});
  const std::string lasts = me.upload("b.example", {{"CertName", "lasts"}});
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(brief, "a.example").status, 200);
  ASSERT_EQ(me.bind(middle, "a.example").status, 200);
  service.clock().advance(days(4));

  EXPECT_THAT(listed({}), ElementsAre("lasts", "middle", "brief"));
  EXPECT_THAT(listed({{"CertName", "ID"}}), ElementsAre("middle"));
  EXPECT_THAT(listed({{"Domain", "a.example"}}), ElementsAre("middle"));
  EXPECT_THAT(listed({{"Superseded", true}}), ElementsAre("brief"));
  EXPECT_THAT(listed({{"Superseded", false}}), ElementsAre("lasts", "middle"));
  EXPECT_THAT(listed({{"Expired", true}}), ElementsAre("brief"));
  EXPECT_THAT(listed({{"Expired", false}}), ElementsAre("lasts", "middle"));
  const std::int64_t month = 30 * 24 * 3600;
  EXPECT_THAT(listed({{"ExpiringWithin", month}}), ElementsAre("middle", "brief"));
  EXPECT_THAT(listed({{"ExpiringWithin", month}, {"Expired", false}}), ElementsAre("middle"));
  EXPECT_THAT(listed({{"ExpiringWithin", 0}}), ElementsAre("brief"));
  EXPECT_THAT(listed({{"ChainIDPrefix", lasts.substr(0, 12)}}), ElementsAre("lasts"));
  EXPECT_THAT(listed({{"ChainIDPrefix", lasts}}), ElementsAre("lasts"));
  std::string upper = lasts;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_THAT(listed({{"ChainIDPrefix", upper}}), ElementsAre("lasts"));
  EXPECT_THAT(listed({{"PageNum", 2}, {"PageSize", 2}}), ElementsAre("brief"));
  EXPECT_THAT(listed({{"PageNum", 3}, {"PageSize", 2}}), IsEmpty());
  EXPECT_THAT(listed({{"ProjectName", "default"}, {"PageSize", 1}}), ElementsAre("lasts"));
  EXPECT_THAT(listed({{"ProjectName", "other"}}), IsEmpty());
}

TEST_F(ListCerts, NamesWhatDoesNotBindOrFit) {
  Answer answer = me.own("ListCerts", {{"Superseded", "yes"}, {"ExpiringWithin", "1"}, {"ChainIDPrefix", 1}});
  EXPECT_EQ(answer.code(), "InvalidParam.BindError");
  for (const char* part : {"Superseded must be", "ExpiringWithin must be", "ChainIDPrefix must be"}) {
    EXPECT_THAT(answer.message(), HasSubstr(part));
  }
  answer = me.own("ListCerts", {{"ExpiringWithin", -1}, {"PageNum", 0}, {"PageSize", 1001}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  for (const char* member : {"ExpiringWithin", "PageNum", "PageSize"}) {
    EXPECT_THAT(answer.message(), HasSubstr(member));
  }
  for (const std::string& prefix : {std::string("xyz"), std::string(33, 'a'), std::string("%")}) {
    EXPECT_EQ(me.own("ListCerts", {{"ChainIDPrefix", prefix}}).code(), "InvalidParam") << prefix;
  }
}

}  // namespace
}  // namespace livecert

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::column;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Domains : public testing::Test {
 protected:
  Domains() : me(service, service.root()) {}

  static json::object item(const std::string& name, json::object more = {}) {
    json::object made{{"DomainName", name}, {"Type", "pull-flv"}, {"Region", "cn"}};
    for (const auto& member : more) made.insert_or_assign(member.key(), member.value());
    return made;
  }
  Answer create(json::array domains, json::object more = {}) const {
    json::object body{{"Vhost", "show"}, {"Domains", std::move(domains)}};
    for (const auto& member : more) body.insert_or_assign(member.key(), member.value());
    return me.live("CreateDomainV2", body);
  }
  Answer list(json::object more = {}) const {
    json::object body{{"PageNum", 1}, {"PageSize", 1000}};
    for (const auto& member : more) body.insert_or_assign(member.key(), member.value());
    return me.live("ListDomainDetail", body);
  }
  std::vector<std::string> names(json::object more = {}) const {
    return column(list(std::move(more)).result.at("DomainList"), "Domain");
  }

  TestService service;
  Tenant me;
};
using CreateDomainV2 = Domains;
using CreateDomain = Domains;
using ChangeDomain = Domains;
using PullPushDomainBind = Domains;
using ListDomainDetail = Domains;
using DescribeDomain = Domains;
using MoveDomain = Domains;

TEST_F(CreateDomainV2, MakesDomainsThatShowEveryMember) {
  const json::array tags{json::object{{"Key", "team"}, {"Value", "live"}}, json::object{{"Key", "empty"}}};
  const json::object push{{"Type", "push"}, {"Region", "cn-global"}};
  const Answer answer = create({item("push.example.net", push), item("Pull.example.net")}, {{"Tags", tags}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_TRUE(answer.result.is_null());
  const Answer all = list();
  EXPECT_EQ(all.result.at("Total").as_int64(), 2);
  EXPECT_EQ(json::serialize(all.result.at("DomainList").at(0)),
            R"({"Vhost":"show","Domain":"pull.example.net","CNAME":"","Status":0,"Type":"pull-flv","Region":"cn",)"
            R"("CnameCheck":1,"DomainCheck":0,"ICPCheck":1,"CreateTime":"2026-06-01T12:00:00Z","ChainID":"",)"
            R"("CertDomain":"","HTTP2":false,"PushDomain":"push.example.net","ProjectName":"default",)"
            R"("Tags":[{"Category":"Custom","Key":"empty","Value":""},)"
            R"({"Category":"Custom","Key":"team","Value":"live"}]})");
  EXPECT_EQ(all.result.at("DomainList").at(1).at("Region").as_string(), "cn-global");
}

TEST_F(CreateDomainV2, NamesEveryMemberThatDoesNotBindByItsPath) {
  Answer answer = create({item("a.example", {{"Type", 5}}), "b.example", json::object{{"DomainName", "c.example"}}},
                         {{"Tags", json::array{json::object{{"Value", 1}}}}, {"Vhost", 3}});
  EXPECT_EQ(answer.code(), "InvalidParam.BindError");
  for (const char* part : {"Vhost must be a string", "Domains[0].Type must be a string", "Domains[1] must be an object",
                           "Domains[2].Type is required", "Domains[2].Region is required", "Tags[0].Key is required",
                           "Tags[0].Value must be a string"}) {
    EXPECT_THAT(answer.message(), HasSubstr(part));
  }
  EXPECT_THAT(me.live("CreateDomainV2", {}).message(),
              AllOf(HasSubstr("Vhost is required"), HasSubstr("Domains is required")));
  EXPECT_THAT(me.live("CreateDomainV2", {{"Vhost", "v"}, {"Domains", "a.example"}}).message(),
              HasSubstr("Domains must be an array of objects"));
}

TEST_F(CreateDomainV2, HoldsEveryValueToItsSetAndRange) {
  json::array eleven;
  for (int i = 0; i < 11; ++i) eleven.push_back(item("n" + std::to_string(i) + ".example"));
  EXPECT_EQ(create(eleven).message(), "length of Domains should be between 1 and 10");
  EXPECT_EQ(create({}).message(), "length of Domains should be between 1 and 10");
  const Answer answer = create({item("a.example", {{"Type", "pull"}, {"Region", "oversea"}})});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(),
            "Domains[0].Type should be one of {[push,pull-flv]}; "
            "Domains[0].Region should be one of {[cn,cn-oversea,cn-global]}");
  json::array many_tags;
  for (int i = 0; i < 21; ++i) many_tags.push_back(json::object{{"Key", "k" + std::to_string(i)}});
  EXPECT_EQ(create({item("a.example")}, {{"Tags", many_tags}}).message(), "length of Tags should be between 0 and 20");
  const json::array long_tag{json::object{{"Key", std::string(129, 'k')}}};
  EXPECT_EQ(create({item("a.example")}, {{"Tags", long_tag}}).message(),
            "length of Tags[0].Key should be between 1 and 128");
  EXPECT_EQ(create({item(std::string(55, 'a') + ".example")}).code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(create({item("a_b.example")}).code(), "InvalidParam");
  EXPECT_EQ(create({item("a.example")}, {{"Vhost", "a.b"}}).code(), "InvalidParam");
  const json::array same_tags{json::object{{"Key", "k"}, {"Value", "1"}}, json::object{{"Key", "k"}, {"Value", "2"}}};
  const Answer twice = create({item("a.example")}, {{"Tags", same_tags}});
  EXPECT_EQ(twice.code(), "InvalidParam");
  EXPECT_THAT(twice.message(), HasSubstr("the tag k is there twice"));
  EXPECT_THAT(create({item("a.example"), item("A.example")}).message(), HasSubstr("Domain a.example is there twice"));
  EXPECT_THAT(names(), IsEmpty());
}

// Clients take a name that ends in a number for an address, and verify no certificate for it that livecert accepts.
TEST_F(CreateDomainV2, MakesNoDomainOfAnIpAddress) {
  for (const char* address : {"1.2.3.4", "192.168.001.1", "a.7"}) {
    const Answer answer = create({item(address)});
    EXPECT_EQ(answer.code(), "InvalidParam");
    EXPECT_THAT(answer.message(), AllOf(HasSubstr(std::string("Domain ") + address), HasSubstr("an IP address")));
    EXPECT_EQ(me.bind(me.upload("a.example"), address).code(), "InvalidParam");
  }
  EXPECT_EQ(create({item("1.2.3.4a")}).status, 200);
}

TEST_F(ListDomainDetail, SaysHowManyNamesItTakes) {
  json::array names;
  for (int i = 0; i < 1001; ++i) names.push_back(json::string("d" + std::to_string(i) + ".example"));
  const Answer answer = list({{"DomainNameList", names}, {"VhostList", names}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(),
            "length of VhostList should be between 0 and 1000; "
            "length of DomainNameList should be between 0 and 1000");
  names.pop_back();
  EXPECT_EQ(list({{"DomainNameList", names}}).result.at("Total").as_int64(), 0);
}

// Decision 39.
TEST_F(CreateDomainV2, KeepsFourKilobytesOfTagsOfADomain) {
  // Sixteen tags of 256 bytes, but for the last one.
  const auto tags_of = [](std::size_t bytes) {
    json::array tags;
    for (int i = 10; i < 26; ++i) {
      const std::size_t size = i < 25 ? 256 : bytes - tags.size() * 256;
      tags.push_back(json::object{{"Key", std::to_string(i)}, {"Value", std::string(size - 2, 'v')}});
    }
    return tags;
  };
  EXPECT_EQ(create({item("a.example")}, {{"Tags", tags_of(4096)}}).status, 200);
  Answer answer = create({item("b.example")}, {{"Tags", tags_of(4097)}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(),
            "Tags hold 4097 bytes, and at most 4096 are kept of a domain: send fewer or shorter ones");
  json::array wide;
  for (int i = 0; i < 6; ++i) {
    std::string value;
    for (int k = 0; k < 256; ++k) value += "\u503c";
    wide.push_back(json::object{{"Key", std::to_string(i)}, {"Value", value}});
  }
  EXPECT_THAT(create({item("b.example")}, {{"Tags", wide}}).message(), HasSubstr("Tags hold 4614 bytes"));
  for (const char* text : {"a\nb", "\x7f", "\x01"}) {
    answer = create({item("b.example")}, {{"Tags", json::array{json::object{{"Key", "k"}, {"Value", text}}}}});
    EXPECT_EQ(answer.code(), "InvalidParam");
    EXPECT_EQ(answer.message(), "the tag k holds a control character; use printable text");
  }
  EXPECT_THAT(names(), ElementsAre("a.example"));
}

// Tags as large as they may be: the page is sent in pieces.
TEST_F(ListDomainDetail, ShowsAPageThatIsTooLargeToHoldAtOnce) {
  json::array tags;
  for (int i = 10; i < 30; ++i) {
    tags.push_back(json::object{{"Key", std::string(100, 'k') + std::to_string(i)}, {"Value", std::string(100, 'v')}});
  }
  for (int vhost = 0; vhost < 10; ++vhost) {
    json::array domains;
    for (int i = 0; i < 10; ++i) domains.push_back(item("d" + std::to_string(10 * vhost + i) + ".example"));
    ASSERT_EQ(create(domains, {{"Vhost", "v" + std::to_string(vhost)}, {"Tags", tags}}).status, 200);
  }
  const Answer all = list();
  const json::array& shown = all.result.at("DomainList").as_array();
  ASSERT_EQ(shown.size(), 100U);
  EXPECT_EQ(shown[0].at("Domain").as_string(), "d99.example");
  EXPECT_EQ(shown[99].at("Tags").as_array().size(), 20U);
}

TEST_F(CreateDomainV2, MakesAllOrNone) {
  const std::string chain = me.upload("b.example");
  // The second one's certificate does not cover it.
  Answer answer = create({item("a.example"), item("c.example", {{"ChainID", chain}})});
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("c.example"));
  EXPECT_THAT(names(), IsEmpty());
  answer = create({item("a.example"), item("b.example")}, {{"ProjectName", "nowhere"}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.message(), HasSubstr("ProjectName"));
  answer = create({item("a.example"), item("b.example", {{"ChainID", "00112233445566778899aabbccddeeff"}})});
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.message(), HasSubstr("ChainID"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(CreateDomainV2, BindsAtCreationWithHttpsOff) {
  const std::string chain = me.upload(leaf_for({"*.example.net"}));
  ASSERT_EQ(create({item("a.example.net", {{"ChainID", chain}}), item("b.example.net", {{"ChainID", ""}})}).status,
            200);
  EXPECT_THAT(me.bound_to(chain), ElementsAre("a.example.net"));
  const Answer bindings = me.own("ListBindings", {});
  EXPECT_FALSE(bindings.result.at("BindingList").at(0).at("HTTPS").as_bool());
}

TEST_F(CreateDomainV2, TheSameAgainIsNoErrorAndSomethingElseIs) {
  ASSERT_EQ(create({item("a.example")}).status, 200);
  EXPECT_EQ(create({item("a.example"), item("b.example")}).status, 200);
  const Answer other = create({item("c.example"), item("a.example", {{"Region", "cn-oversea"}})});
  EXPECT_EQ(other.code(), "InvalidParam");
  EXPECT_THAT(other.message(), HasSubstr("a.example exists already"));
  EXPECT_THAT(names(), ElementsAre("b.example", "a.example"));
}

TEST_F(CreateDomainV2, AVhostHoldsTenDomains) {
  json::array ten;
  for (int i = 0; i < 10; ++i) ten.push_back(item("n" + std::to_string(i) + ".example"));
  ASSERT_EQ(create(ten).status, 200);
  const Answer answer = create({item("one-more.example")});
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("Vhost show"), HasSubstr("more than 10")));
  EXPECT_EQ(create(ten).status, 200) << "those that are there need no room";
  EXPECT_EQ(create({item("one-more.example")}, {{"Vhost", "other"}}).status, 200);
  const Answer moved = me.live("UpdateDomainVhost", {{"Domain", "one-more.example"}, {"Vhost", "show"}});
  EXPECT_EQ(moved.code(), "InvalidParam");
}

TEST_F(CreateDomain, NeedsNoVhostAndNoRegion) {
  Answer answer = me.live("CreateDomain", {{"Domain", "Live.example.net"}, {"Type", "push"}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_TRUE(answer.result.is_null());
  const json::object made = me.domain("live.example.net");
  EXPECT_EQ(made.at("Vhost").as_string(), "live-example-net");
  EXPECT_EQ(made.at("Region").as_string(), "cn");
  EXPECT_EQ(made.at("Type").as_string(), "push");
  EXPECT_EQ(me.live("CreateDomain", {{"Domain", "live.example.net"}, {"Type", "push"}, {"Region", "cn"}}).status, 200);

  EXPECT_THAT(me.live("CreateDomain", {}).message(), AllOf(HasSubstr("Domain is"), HasSubstr("Type is required")));
  answer = me.live("CreateDomain", {{"Domain", "x.example"}, {"Type", "x"}, {"Region", "y"}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("Type should be one of"), HasSubstr("Region should be one of")));
}

TEST_F(ChangeDomain, DisablesEnablesAndChangesTheVhost) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(me.live("DisableDomain", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(me.domain("a.example").at("Status").as_int64(), 2);
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), chain.c_str()) << "it keeps its binding";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(me.live("EnableDomain", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(me.domain("a.example").at("Status").as_int64(), 0);
  const Answer answer = me.live("UpdateDomainVhost", {{"Domain", "a.example"}, {"Vhost", "other"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.result.is_null());
  EXPECT_EQ(me.domain("a.example").at("Vhost").as_string(), "other");
  EXPECT_EQ(me.live("UpdateDomainVhost", {{"Domain", "a.example"}}).code(), "InvalidParam.BindError");
  EXPECT_EQ(me.live("UpdateDomainVhost", {{"Domain", "a.example"}, {"Vhost", "a b"}}).code(), "InvalidParam");
}

// Decision 24.
TEST_F(PullPushDomainBind, GivesAPullDomainItsPushDomainAndTakesItAwayAgain) {
  ASSERT_EQ(create({item("push.example.net", {{"Type", "push"}})}).status, 200);
  ASSERT_EQ(create({item("pull.example.net")}, {{"Vhost", "other"}}).status, 200);
  const auto pair = [&](json::object body) { return me.live("ManagerPullPushDomainBind", body); };
  const auto push_of = [&] { return me.domain("pull.example.net").at("PushDomain").as_string(); };
  EXPECT_EQ(push_of(), "");
  for (int i = 0; i < 2; ++i) {
    const Answer answer = pair({{"PullDomain", "Pull.example.net"}, {"PushDomain", "push.example.net"}});
    EXPECT_EQ(answer.status, 200) << answer.message();
    EXPECT_TRUE(answer.result.is_null());
    EXPECT_EQ(push_of(), "push.example.net");
  }
  EXPECT_EQ(me.domain("pull.example.net").at("Vhost").as_string(), "show");
  for (const json::object& body : {json::object{{"PullDomain", "pull.example.net"}},
                                   json::object{{"PullDomain", "pull.example.net"}, {"PushDomain", ""}}}) {
    EXPECT_EQ(pair(body).status, 200);
    EXPECT_EQ(push_of(), "");
  }
  EXPECT_EQ(me.domain("pull.example.net").at("Vhost").as_string(), "pull-example-net");
}

TEST_F(PullPushDomainBind, RefusesWhatIsNoSuchPair) {
  ASSERT_EQ(create({item("push.example.net", {{"Type", "push"}}), item("pull.example.net")}).status, 200);
  const auto pair = [&](json::object body) { return me.live("ManagerPullPushDomainBind", body); };
  EXPECT_EQ(pair({}).code(), "InvalidParam.BindError");
  const Answer swapped = pair({{"PullDomain", "push.example.net"}, {"PushDomain", "pull.example.net"}});
  EXPECT_EQ(swapped.code(), "InvalidParam");
  EXPECT_EQ(swapped.message(), "Domain push.example.net is of type push; one of type pull-flv is needed here");
  EXPECT_EQ(pair({{"PullDomain", "pull.example.net"}, {"PushDomain", "pull.example.net"}}).code(), "InvalidParam");
  EXPECT_EQ(pair({{"PullDomain", "pull.example.net"}, {"PushDomain", "nobody.example.net"}}).status, 404);
  EXPECT_EQ(pair({{"PullDomain", "nobody.example.net"}}).status, 404);
  // A push domain that was put into the pull domain's own vhost cannot be left by moving there.
  ASSERT_EQ(me.live("UpdateDomainVhost", {{"Domain", "push.example.net"}, {"Vhost", "pull-example-net"}}).status, 200);
  ASSERT_EQ(me.live("UpdateDomainVhost", {{"Domain", "pull.example.net"}, {"Vhost", "pull-example-net"}}).status, 200);
  const Answer refused = pair({{"PullDomain", "pull.example.net"}});
  EXPECT_EQ(refused.code(), "InvalidParam");
  EXPECT_THAT(refused.message(), HasSubstr("push.example.net"));
}

TEST_F(ChangeDomain, DeletingADomainEndsItsBinding) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  EXPECT_EQ(me.live("DeleteDomain", {{"Domain", "a.example"}}).status, 200);
  EXPECT_THAT(me.bound_to(chain), IsEmpty());
  EXPECT_EQ(me.live("DeleteCert", {{"ChainID", chain}}).status, 200);
  EXPECT_EQ(me.live("DeleteDomain", {{"Domain", "a.example"}}).status, 404);
  me.add_domain("a.example");
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), "");
}

TEST_F(ChangeDomain, OfAnUnknownOneNamesIt) {
  for (const char* action : {"DeleteDomain", "EnableDomain", "DisableDomain", "UpdateDomainVhost"}) {
    const Answer answer = me.live(action, {{"Domain", "nobody.example"}, {"Vhost", "v"}});
    EXPECT_EQ(answer.status, 404) << action;
    EXPECT_THAT(answer.message(), HasSubstr("nobody.example")) << action;
    EXPECT_EQ(me.live(action, {{"Vhost", "v"}}).code(), "InvalidParam.BindError") << action;
    EXPECT_EQ(me.live(action, {{"Domain", "*.example"}, {"Vhost", "v"}}).code(), "InvalidParam") << action;
  }
}

TEST_F(ListDomainDetail, NeedsItsPageWithinTheDocumentedRange) {
  EXPECT_THAT(me.live("ListDomainDetail", {}).message(),
              AllOf(HasSubstr("PageNum is required"), HasSubstr("PageSize is required")));
  for (const json::object& page :
       {json::object{{"PageNum", 0}, {"PageSize", 1001}}, json::object{{"PageNum", 1001}, {"PageSize", 0}}}) {
    const Answer answer = me.live("ListDomainDetail", page);
    EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
    EXPECT_EQ(answer.message(), "PageNum should be between 1 and 1000; PageSize should be between 1 and 1000");
  }
  EXPECT_EQ(me.live("ListDomainDetail", {{"PageNum", "1"}, {"PageSize", 10}}).code(), "InvalidParam.BindError");
}

TEST_F(ListDomainDetail, PagesCoverEverythingOnceAndEnd) {
  for (int i = 0; i < 7; ++i) me.add_domain("n" + std::to_string(i) + ".example");
  std::vector<std::string> seen;
  for (int page = 1; page <= 4; ++page) {
    const auto part = names({{"PageNum", page}, {"PageSize", 3}});
    EXPECT_EQ(part.size(), page < 3 ? 3U : page == 3 ? 1U : 0U);
    seen.insert(seen.end(), part.begin(), part.end());
  }
  EXPECT_THAT(seen, ElementsAre("n6.example", "n5.example", "n4.example", "n3.example", "n2.example", "n1.example",
                                "n0.example"));
  EXPECT_EQ(list({{"PageNum", 1000}}).result.at("Total").as_int64(), 7);
}

TEST_F(ListDomainDetail, FiltersByEveryMember) {
  ASSERT_EQ(create({item("a.example", {{"Type", "push"}}), item("b.example", {{"Region", "cn-oversea"}})}).status, 200);
  ASSERT_EQ(create({item("c.example")}, {{"Vhost", "other"}}).status, 200);
  ASSERT_EQ(me.live("DisableDomain", {{"Domain", "c.example"}}).status, 200);
  const auto filtered = [&](const char* member, json::array values) { return names({{member, std::move(values)}}); };
  EXPECT_THAT(filtered("VhostList", {"other", "none"}), ElementsAre("c.example"));
  EXPECT_THAT(filtered("DomainNameList", {"A.example", "c.example", "z.example"}),
              ElementsAre("c.example", "a.example"));
  EXPECT_THAT(filtered("DomainTypeList", {"push"}), ElementsAre("a.example"));
  EXPECT_THAT(filtered("DomainRegionList", {"cn-oversea", "cn-global"}), ElementsAre("b.example"));
  EXPECT_THAT(filtered("DomainStatusList", {0}), ElementsAre("b.example", "a.example"));
  EXPECT_THAT(filtered("DomainStatusList", {2, 5}), ElementsAre("c.example"));
  EXPECT_THAT(filtered("DomainStatusList", {1, 3, 4, 5, 6}), IsEmpty()) << "states that nothing here has";
  EXPECT_EQ(filtered("VhostList", {}).size(), 3U) << "an empty list restricts nothing";
  EXPECT_THAT(names({{"VhostList", json::array{"show"}}, {"DomainTypeList", json::array{"pull-flv"}}}),
              ElementsAre("b.example"));

  const Answer answer = list({{"DomainStatusList", json::array{7}},
                              {"DomainTypeList", json::array{"x"}},
                              {"DomainRegionList", json::array{"y"}}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  for (const char* part : {"DomainStatusList[0] should be between 0 and 6", "DomainTypeList should be one of",
                           "DomainRegionList should be one of"}) {
    EXPECT_THAT(answer.message(), HasSubstr(part));
  }
  EXPECT_THAT(list({{"DomainStatusList", json::array{"0"}}}).message(), HasSubstr("DomainStatusList[0] must be"));
  EXPECT_THAT(list({{"VhostList", "show"}}).message(), HasSubstr("VhostList must be an array of strings"));
}

TEST_F(ListDomainDetail, TakesItsParametersFromTheQueryOfAGet) {
  for (const char* name : {"a.example", "b.example", "c.example"}) me.add_domain(name);
  http::Request request;
  request.method = "GET";
  request.target =
      "/?Action=ListDomainDetail&Version=2023-01-01&PageNum=1&PageSize=10&DomainNameList=a.example,b.example"
      "&DomainStatusList=0,2";
  request.headers.add("Host", "h");
  const http::Headers added =
      signature::sign({"GET", request.target, "h", "", {}}, service.root(), service.clock().now(), "x", "live");
  for (const http::Header& header : added.fields()) request.headers.add(header.name, header.value);
  request.headers.add("Content-Type", "");
  const Answer answer = service.send(std::move(request));
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_THAT(column(answer.result.at("DomainList"), "Domain"), ElementsAre("b.example", "a.example"));
}

TEST_F(DescribeDomain, ShowsWhatTheListShowsButProjectAndTags) {
  ASSERT_EQ(create({item("a.example")}, {{"Tags", json::array{json::object{{"Key", "k"}}}}}).status, 200);
  json::object listed = list().result.at("DomainList").at(0).as_object();
  listed.erase("ProjectName");
  listed.erase("Tags");
  listed["CertName"] = "";  // BytePlus's
  EXPECT_EQ(json::serialize(me.domain("A.example")), json::serialize(listed));
}

TEST_F(DescribeDomain, NamesTheCertificateThatIsBound) {
  const std::string chain = me.upload("a.example", {{"CertName", "n"}});
  me.add_domain("a.example");
  EXPECT_EQ(me.domain("a.example").at("CertName").as_string(), "");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  EXPECT_EQ(me.domain("a.example").at("CertName").as_string(), "n");
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(me.domain("a.example").at("CertName").as_string(), "");
}

TEST_F(DescribeDomain, AnswersInTheOrderAskedAndEachOnce) {
  for (const char* name : {"a.example", "b.example"}) me.add_domain(name);
  const Answer answer = me.live("DescribeDomain", {{"DomainList", json::array{"b.example", "a.example", "B.example"}}});
  EXPECT_THAT(column(answer.result.at("DomainList"), "Domain"), ElementsAre("b.example", "a.example"));
}

TEST_F(DescribeDomain, NamesAllThatDoNotExist) {
  me.add_domain("a.example");
  const Answer answer = me.live("DescribeDomain", {{"DomainList", json::array{"x.example", "a.example", "y.example"}}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "ResourceNotFound");
  EXPECT_EQ(answer.message(), "Domain x.example, y.example do not exist");
  EXPECT_EQ(me.live("DescribeDomain", {}).code(), "InvalidParam.BindError");
  EXPECT_EQ(me.live("DescribeDomain", {{"DomainList", json::array{1}}}).code(), "InvalidParam.BindError");
  EXPECT_EQ(me.live("DescribeDomain", {{"DomainList", json::array{}}}).message(),
            "length of DomainList should be between 1 and 1000");
}

TEST_F(MoveDomain, GivesADomainToAnotherAccountWithoutItsBinding) {
  const auto theirs = service.new_account("theirs");
  const Tenant them(service, theirs);
  const auto accounts = *service.store().ask(&store::Snapshot::list_accounts);
  const std::string account = std::ranges::find(accounts, false, &domain::Account::is_root)->id.to_string();
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  for (int i = 0; i < 2; ++i) {
    const Answer answer = me.own("MoveDomain", {{"Domain", "a.example"}, {"AccountId", account}});
    ASSERT_EQ(answer.status, 200) << answer.message();
    EXPECT_TRUE(answer.result.is_null());
  }
  EXPECT_EQ(me.live("DescribeDomain", {{"DomainList", json::array{"a.example"}}}).status, 403);
  EXPECT_EQ(them.domain("a.example").at("ChainID").as_string(), "");
  EXPECT_THAT(me.bound_to(chain), IsEmpty());
  EXPECT_EQ(me.own("MoveDomain", {{"Domain", "a.example"}, {"AccountId", "1"}}).status, 404);
  EXPECT_EQ(me.own("MoveDomain", {{"Domain", "z.example"}, {"AccountId", account}}).status, 404);
  EXPECT_EQ(me.own("MoveDomain", {}).code(), "InvalidParam.BindError");
  EXPECT_EQ(them.own("MoveDomain", {{"Domain", "a.example"}, {"AccountId", account}}).code(), "AccessDenied");
}

}  // namespace
}  // namespace livecert

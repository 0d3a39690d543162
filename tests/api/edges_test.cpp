#include <filesystem>
#include <fstream>

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/edge_kinds.h"
#include "service/administer_edges.h"
#include "service/edge_source.h"
#include "service/local_edges.h"
#include "support/temporary_directory.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using test::Answer;
using test::leaf_for;
using test::PemPair;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Edges whose status a test sets.
class Board final : public service::LocalEdges {
 public:
  [[nodiscard]] std::vector<edge::EdgeStatus> status() const override { return edges; }
  [[nodiscard]] std::vector<domain::Receipt> receipts(const std::string& /*domain*/) const override { return live; }
  [[nodiscard]] std::vector<fs::path> roots() const override { return places; }
  std::optional<std::size_t> withdraw(const std::string& edge, std::chrono::milliseconds /*patience*/) override {
    withdrawn.push_back(edge);
    return left;
  }
  void look_again(const std::string& domain) override { looked_at.push_back(domain); }
  std::vector<std::string> looked_at;
  std::vector<std::string> withdrawn;
  std::optional<std::size_t> left;
  std::vector<edge::EdgeStatus> edges;
  std::vector<domain::Receipt> live;
  std::vector<fs::path> places;
};

edge::EdgeStatus edge_named(const std::string& name, const std::vector<std::string>& domains = {}) {
  edge::EdgeStatus status;
  status.definition.name = name;
  status.definition.listen = edge::Address{"127.0.0.1", 443};
  status.definition.selection.domains = domains;
  return status;
}

class Edges : public testing::Test {
 protected:
  Edges() : me(service, service.root()) {
    service.services().edges = &board;
    board.places = {roots};
    fs::create_directories(folder);
  }

  std::string bound_chain(const std::string& domain) const {
    const std::string chain = me.upload(leaf_for({domain}));
    me.add_domain(domain);
    EXPECT_EQ(me.bind(chain, domain, {{"HTTPS", true}}).status, 200);
    return chain;
  }
  json::object delivery(const std::string& chain, json::object more = {}) const {
    more["ChainID"] = chain;
    const Answer answer = me.own("DescribeDelivery", more);
    EXPECT_EQ(answer.status, 200) << answer.message();
    return answer.result.as_object();
  }
  static std::string state(const json::object& delivery) { return std::string(delivery.at("State").as_string()); }
  domain::Receipt receipt(const std::string& edge) {
    const edge::Order order = service::EdgeSource(service.services()).read_all()->orders.front();
    return {edge, std::string(order.domain), order.chain, order.version, service.clock().now()};
  }
  void keep(const domain::Receipt& receipt) { EXPECT_TRUE(service::EdgeSource(service.services()).keep({receipt})); }

  [[nodiscard]] json::object nginx_edge() const {
    return {{"Name", "web"},
            {"Kind", "nginx"},
            {"Directory", folder.string()},
            {"Domains", json::array{"*.example.net", "a.example"}}};
  }
  // An edge that an earlier release added, or that is below other roots.
  void keep_edge(const std::string& name, const std::string& text) {
    store::Context context;
    context.deadline = service.clock().steady_now() + std::chrono::seconds(5);
    EXPECT_EQ(service.store().submit(context, store::PutEdge{name, text}).wait().kind, store::OutcomeKind::kDone);
  }

  TestService service;
  Tenant me;
  Board board;
  test::TemporaryDirectory directory;
  fs::path roots = directory.path() / "edges";
  fs::path folder = roots / "web";
};

TEST_F(Edges, ReceiptsOfADeletedEdgeDisappear) {
  const std::string chain = bound_chain("a.example");
  ASSERT_EQ(me.own("CreateEdge", nginx_edge()).status, 200);
  domain::Receipt seen = receipt("web");
  seen.shown_since = seen.last_seen = seen.proved_at = seen.acknowledged_at = service.clock().now();
  keep(seen);
  board.edges = {edge_named("web")};
  EXPECT_THAT(delivery(chain).at("DeliveryList").as_array(), SizeIs(1));
  ASSERT_EQ(me.own("DeleteEdge", {{"Name", "web"}}).status, 200);
  EXPECT_TRUE(service::EdgeSource(service.services()).receipts("web")->empty());
  keep(seen);  // it was on its way
  board.edges = {};
  EXPECT_THAT(delivery(chain).at("DeliveryList").as_array(), IsEmpty());
}

TEST_F(Edges, AnEdgeIsEmptiedBeforeItIsDeleted) {
  ASSERT_EQ(me.own("CreateEdge", nginx_edge()).status, 200);
  const auto remove = [&](const std::string& name) {
    return me.own("DeleteEdge", {{"Name", name}, {"Withdraw", true}});
  };
  EXPECT_EQ(remove("other").status, 404);
  EXPECT_THAT(remove("web").message(), HasSubstr("delete it without Withdraw")) << "nothing is delivered to it";
  board.left = 3;
  const Answer unfinished = remove("web");
  EXPECT_EQ(unfinished.status, 504);
  board.left = 0;
  EXPECT_EQ(remove("web").status, 200);
  EXPECT_THAT(board.withdrawn, testing::Each("web"));
  EXPECT_EQ(remove("web").status, 404);
}

// The first item of ListDomains.
json::object shown(const Tenant& who, const json::object& body = {}) {
  const Answer answer = who.own("ListDomains", body);
  EXPECT_EQ(answer.status, 200) << answer.message();
  return answer.result.at("DomainList").at(0).as_object();
}

TEST_F(Edges, AListOfDomainsSaysWhatEachEdgeShows) {
  board.edges = {edge_named("b"), edge_named("a"), edge_named("other", {"b.example"})};
  const std::string chain = bound_chain("a.example");
  json::object domain = shown(me);
  EXPECT_EQ(domain.at("Domain").as_string(), "a.example");
  EXPECT_EQ(domain.at("ChainID").as_string(), chain);
  EXPECT_EQ(domain.at("CertDomain").as_string(), "a.example");
  EXPECT_EQ(domain.at("CertID"), me.chain(chain).at("CertID"));
  EXPECT_EQ(domain.at("NotAfter"), me.chain(chain).at("NotAfter"));
  EXPECT_TRUE(domain.at("Enabled").as_bool() && domain.at("Ordered").as_bool() && domain.at("HTTPS").as_bool());
  EXPECT_THAT(test::column(domain.at("Edges"), "Edge"), ElementsAre("a", "b")) << "the third takes another domain";
  EXPECT_THAT(test::column(domain.at("Edges"), "State"), ElementsAre("waiting", "waiting"));

  domain::Receipt proved = receipt("a");
  proved.acknowledged_at = proved.proved_at = proved.shown_since = service.clock().now();
  domain::Receipt failing = receipt("b");
  failing.failure = "refused";
  board.live = {proved, failing};
  domain = shown(me);
  EXPECT_THAT(test::column(domain.at("Edges"), "State"), ElementsAre("proved", "failing"));
  EXPECT_EQ(domain.at("Edges").at(0).at("Shows"), domain.at("CertID"));
  EXPECT_EQ(domain.at("Edges").at(1).at("Failure").as_string(), "refused");
}

TEST_F(Edges, AListOfDomainsHasThoseThatNothingIsOrderedFor) {
  board.edges = {edge_named("a")};
  me.add_domain("none.example");
  json::object domain = shown(me);
  EXPECT_EQ(domain.at("ChainID").as_string(), "");
  EXPECT_EQ(domain.at("NotAfter").as_string(), "");
  EXPECT_FALSE(domain.at("Ordered").as_bool());
  EXPECT_THAT(domain.at("Edges").as_array(), IsEmpty());

  const std::string chain = bound_chain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example", {{"HTTPS", false}}).status, 200);
  domain = shown(me, {{"ChainID", chain}});
  EXPECT_EQ(domain.at("Domain").as_string(), "a.example");
  EXPECT_FALSE(domain.at("Ordered").as_bool()) << "HTTPS is off";
  EXPECT_EQ(shown(me, {{"Domains", json::array{"NONE.example"}}}).at("Domain").as_string(), "none.example");
  const Answer second = me.own("ListDomains", {{"PageNum", 2}, {"PageSize", 1}});
  EXPECT_EQ(second.result.at("Total").as_int64(), 2);
  EXPECT_THAT(second.result.at("DomainList").as_array(), SizeIs(1));
  const signature::Credentials other = service.new_account("other");
  EXPECT_EQ(Tenant(service, other).own("ListDomains", {}).result.at("Total").as_int64(), 0);
  EXPECT_EQ(Tenant(service, other).own("ListDomains", {{"ChainID", chain}}).status, 403);
}

// livecert knows this without asking HAProxy: tune.bufsize is 16384 unless its operator changes it.
TEST_F(Edges, AnUploadTooLargeForAHaproxyThatTakesItIsWarnedOf) {
  const auto many_names = [](int count) {
    std::vector<std::string> names{"*.wide.example"};
    for (int i = 0; i < count; ++i) names.push_back("n" + std::to_string(i) + ".some-name.example");
    return leaf_for(names);
  };
  const signature::Credentials user = service.new_account("user", {"default", "other"});
  // All warnings but the one about the test authority's root, which is not known.
  const auto warnings = [](const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.message();
    auto lines = test::strings(answer.result.at("Warnings"));
    std::erase_if(lines, [](const std::string& line) { return line.starts_with("[chain-incomplete]"); });
    return lines;
  };
  const auto upload = [&](int names, const char* project = "default") {
    return warnings(service.create_cert(user, service.pki().upload(many_names(names)), {{"ProjectName", project}}));
  };
  edge::EdgeStatus haproxy = edge_named("front", {"live.wide.example"});
  haproxy.definition.kind = edge::Kind::kHaproxy;
  haproxy.definition.directory = "/etc/haproxy/livecert";
  haproxy.definition.selection.projects = {"default"};
  board.edges = {edge_named("files"), haproxy};
  EXPECT_THAT(upload(500),
              ElementsAre(testing::AllOf(HasSubstr("[bundle-exceeds-buffer] upload: "), HasSubstr("HAProxy edge front"),
                                         HasSubstr("takes live.wide.example"), HasSubstr("at most 16383"),
                                         HasSubstr("Set tune.bufsize to at least "))));
  EXPECT_THAT(upload(50), IsEmpty());
  EXPECT_THAT(upload(500, "other"), IsEmpty()) << "the edge does not take it";
  board.edges = {edge_named("files")};
  EXPECT_THAT(upload(500), IsEmpty());

  // An update of what is bound, and the plan of it.
  const std::string chain = bound_chain("a.example");
  haproxy.definition.selection.domains = {"a.example"};
  board.edges = {haproxy};
  test::Pki::Leaf larger = many_names(500);
  larger.dns_names.emplace_back("a.example");
  const PemPair pair = service.pki().upload(larger);
  const Answer plan =
      me.own("PlanCert",
             {{"UseWay", "https"}, {"ChainID", chain}, {"Rsa", {{"Pubkey", pair.certificates}, {"Prikey", pair.key}}}});
  EXPECT_THAT(test::column(plan.result.at("Findings"), "Id"), testing::Contains("bundle-exceeds-buffer"));
  EXPECT_TRUE(plan.result.at("Accepted").as_bool());
  EXPECT_THAT(warnings(service.create_cert(pair, {{"ChainID", chain}})), ElementsAre(HasSubstr("takes a.example")));
}

TEST_F(Edges, AChainThatNobodyTakesIsNowhere) {
  const std::string chain = bound_chain("a.example");
  EXPECT_EQ(state(delivery(chain)), "nowhere");
  board.edges = {edge_named("web", {"*.other.example"})};
  EXPECT_EQ(state(delivery(chain)), "nowhere");
  EXPECT_TRUE(delivery(chain).at("DeliveryList").as_array().empty());
}

TEST_F(Edges, WaitsUntilTheFirstReceipt) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  const json::object answer = delivery(chain);
  EXPECT_EQ(state(answer), "waiting");
  const json::object& item = answer.at("DeliveryList").as_array().at(0).as_object();
  EXPECT_EQ(item.at("Edge").as_string(), "web");
  EXPECT_EQ(item.at("Domain").as_string(), "a.example");
  EXPECT_EQ(item.at("ProvedAt").as_string(), "");
}

TEST_F(Edges, ShowsTheWholeReceipt) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt shown = receipt("web");
  shown.written_at = shown.acknowledged_at = shown.wanted_at + std::chrono::microseconds(1234);
  shown.proved_at = shown.wanted_at + std::chrono::microseconds(12'345);
  shown.shown_since = shown.last_seen = shown.proved_at;
  shown.seen_by = domain::Evidence::kHandshake;
  shown.phase = domain::DeliveryPhase::kGood;
  keep(shown);
  const json::object answer = delivery(chain);
  EXPECT_EQ(state(answer), "proved");
  const json::object& item = answer.at("DeliveryList").as_array().at(0).as_object();
  EXPECT_EQ(item.at("Milliseconds").as_int64(), 12);
  EXPECT_THAT(std::string(item.at("WrittenAt").as_string()), HasSubstr(".001234Z"));
  EXPECT_EQ(item.at("Shows").as_string(), shown.version.to_string());
  EXPECT_EQ(item.at("SeenBy").as_string(), "handshake");
  EXPECT_EQ(item.at("Phase").as_string(), "good");
  EXPECT_EQ(item.at("ShownUntil").as_string(), "");
}

TEST_F(Edges, NoReceiptClaimsWhatIsNotShownAnyMore) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt shown = receipt("web");
  shown.proved_at = shown.shown_since = shown.last_seen = shown.wanted_at;
  shown.shown_until = shown.wanted_at + std::chrono::seconds(7);
  keep(shown);
  const json::object answer = delivery(chain);
  EXPECT_EQ(state(answer), "waiting");
  EXPECT_EQ(answer.at("DeliveryList").as_array().at(0).at("Shows").as_string(), "");
}

TEST_F(Edges, WhatIsKnownNowGoesBeforeWhatTheStoreKeeps) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt kept = receipt("web");
  kept.proved_at = kept.shown_since = kept.last_seen = kept.wanted_at;
  keep(kept);
  domain::Receipt ordered = kept;
  ordered.shown_until = kept.wanted_at + std::chrono::seconds(7);
  ordered.failure = "the edge shows another certificate";
  ordered.phase = domain::DeliveryPhase::kHeld;
  domain::Receipt former = receipt("web");
  former.version = base::CertId(1);
  former.shown_since = ordered.shown_until;
  board.live = {ordered, former};
  const json::object answer = delivery(chain);
  EXPECT_EQ(state(answer), "failing");
  const json::value& item = answer.at("DeliveryList").as_array().at(0);
  EXPECT_EQ(item.at("Phase").as_string(), "held");
  EXPECT_EQ(item.at("Shows").as_string(), base::CertId(1).to_string());
}

TEST_F(Edges, OneFailingEdgeMakesTheWholeFail) {
  board.edges = {edge_named("web"), edge_named("other")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt good = receipt("web");
  good.proved_at = good.wanted_at;
  keep(good);
  EXPECT_EQ(state(delivery(chain)), "waiting");
  domain::Receipt bad = receipt("other");
  bad.failure = "refused";
  bad.attempts = 3;
  keep(bad);
  EXPECT_EQ(state(delivery(chain)), "failing");
}

TEST_F(Edges, AnAcknowledgementCountsWhereNothingCanBeProved) {
  board.edges = {edge_named("web")};
  board.edges.front().definition.listen.reset();
  const std::string chain = bound_chain("a.example");
  domain::Receipt taken = receipt("web");
  taken.acknowledged_at = taken.shown_since = taken.wanted_at;
  keep(taken);
  EXPECT_EQ(state(delivery(chain)), "acknowledged");
}

TEST_F(Edges, AnEarlierVersionIsHistory) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt first = receipt("web");
  first.proved_at = first.wanted_at;
  keep(first);
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  EXPECT_EQ(state(delivery(chain)), "waiting");
  const json::object earlier = delivery(chain, {{"CertID", first.version.to_string()}});
  EXPECT_FALSE(earlier.at("Current").as_bool());
  EXPECT_THAT(earlier.at("DeliveryList").as_array(), SizeIs(1));
}

TEST_F(Edges, AVersionThatIsOrderedAgainIsWaitedForAgain) {
  board.edges = {edge_named("web")};
  const std::string chain = bound_chain("a.example");
  domain::Receipt first = receipt("web");
  first.proved_at = first.wanted_at;
  keep(first);
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  ASSERT_EQ(me.own("RollbackCert", {{"ChainID", chain}}).status, 200);
  EXPECT_EQ(state(delivery(chain)), "waiting");
}

TEST_F(Edges, AVersionOfAnotherChainIsNotFound) {
  const std::string chain = bound_chain("a.example");
  bound_chain("b.example");
  const auto orders = service::EdgeSource(service.services()).read_all()->orders;
  const Answer answer = me.own("DescribeDelivery", {{"ChainID", chain}, {"CertID", orders.at(1).version.to_string()}});
  EXPECT_EQ(answer.status, 404);
}

TEST_F(Edges, AreLookedAtAgainForADomainOfTheCallers) {
  bound_chain("a.example");
  const Answer answer = me.own("CheckDelivery", {{"Domain", "A.example"}});
  EXPECT_EQ(answer.status, 200) << answer.message();
  const auto other = service.new_account("other");
  EXPECT_EQ(Tenant(service, other).own("CheckDelivery", {{"Domain", "a.example"}}).status, 403);
  EXPECT_EQ(me.own("CheckDelivery", {{"Domain", "unknown.example"}}).status, 404);
  EXPECT_THAT(board.looked_at, ElementsAre("a.example"));
}

TEST_F(Edges, AnotherAccountSeesNothing) {
  const std::string chain = bound_chain("a.example");
  const auto other = service.new_account("other");
  EXPECT_EQ(Tenant(service, other).own("DescribeDelivery", {{"ChainID", chain}}).status, 403);
}

TEST_F(Edges, AreTheRootAccountsBusiness) {
  const auto other = service.new_account("other");
  for (const char* action : {"ListEdges", "CreateEdge", "DeleteEdge"}) {
    EXPECT_EQ(Tenant(service, other).own(action, {{"Name", "x"}}).code(), "AccessDenied") << action;
  }
}

TEST_F(Edges, AreListedWithWhatTheyServe) {
  board.edges = {edge_named("web", {"*.example.net"})};
  board.edges.front().counts.wanted = 3;
  board.edges.front().counts.proved = 2;
  board.edges.front().counts.failure = "connection refused";
  const Answer answer = me.own("ListEdges", {});
  ASSERT_EQ(answer.status, 200);
  const json::object& item = answer.result.at("EdgeList").as_array().at(0).as_object();
  EXPECT_EQ(item.at("Name").as_string(), "web");
  EXPECT_EQ(item.at("Listen").as_string(), "127.0.0.1:443");
  EXPECT_EQ(item.at("Wanted").as_int64(), 3);
  EXPECT_EQ(item.at("Failure").as_string(), "connection refused");
  http::Request request = service.signed_request("ListEdges", "{}", "2026-12-01");
  request.headers.add("Accept-Language", "zh");
  const Answer chinese = service.send(std::move(request));
  EXPECT_EQ(chinese.result.at("EdgeList").at(0).at("Failure").as_string(), "连接被拒绝");
  EXPECT_EQ(chinese.result.at("EdgeList").at(0).at("Trouble").as_string(), "连接被拒绝");
}

TEST_F(Edges, AreListedWithTheMembersThatTheyWereAddedWith) {
  board.edges = {edge_named("web", {"*.example.net"})};
  board.edges.front().definition.kind = edge::Kind::kNginx;
  board.edges.front().definition.directory = "/srv/web";
  board.edges.front().definition.access.mode = 0640;
  const Answer answer = me.own("ListEdges", {});
  const json::object& item = answer.result.at("EdgeList").as_array().at(0).as_object();
  for (const api::EdgeMember& member : api::edge_members())
    EXPECT_TRUE(item.contains(member.wire_name)) << member.wire_name;
  EXPECT_EQ(item.at("Directory").as_string(), "/srv/web");
  EXPECT_EQ(item.at("Mode").as_string(), "0640");
  EXPECT_EQ(item.at("Settle").as_string(), "2");
  EXPECT_EQ(item.at("Domains").as_array().size(), 1U);
  EXPECT_FALSE(item.at("ProxyProtocol").as_bool());
  EXPECT_EQ(item.at("Layout").as_string(), "");  // which nginx does not have
  EXPECT_FALSE(item.contains("Owner"));
}

TEST_F(Edges, AreAddedReplacedAndDeleted) {
  ASSERT_EQ(me.own("CreateEdge", nginx_edge()).status, 200);
  json::object other = nginx_edge();
  other["Listen"] = "[::1]:443";
  ASSERT_EQ(me.own("CreateEdge", other).status, 200);
  const auto added = service::added_edges(service.services(), board.places);
  ASSERT_TRUE(added);
  EXPECT_THAT(added->refused, IsEmpty());
  ASSERT_THAT(added->definitions, SizeIs(1));
  const edge::Definition& definition = added->definitions.front();
  EXPECT_EQ(definition.kind, edge::Kind::kNginx);
  EXPECT_EQ(definition.origin, edge::Origin::kAdded);
  EXPECT_EQ(definition.listen, (edge::Address{"::1", 443}));
  EXPECT_THAT(definition.selection.domains, ElementsAre("*.example.net", "a.example"));
  ASSERT_EQ(me.own("DeleteEdge", {{"Name", "web"}}).status, 200);
  EXPECT_THAT(service::added_edges(service.services(), board.places)->definitions, IsEmpty());
  EXPECT_EQ(me.own("DeleteEdge", {{"Name", "web"}}).status, 404);
}

TEST_F(Edges, OfTheConfigurationFileAreChangedThereAlone) {
  edge::EdgeStatus& configured = board.edges.emplace_back();
  configured.definition.name = "web";
  configured.definition.origin = edge::Origin::kConfiguration;
  EXPECT_THAT(me.own("CreateEdge", nginx_edge()).message(), HasSubstr("is in the service's configuration file"));
  for (const bool withdraw : {false, true}) {
    const Answer answer = me.own("DeleteEdge", {{"Name", "web"}, {"Withdraw", withdraw}});
    EXPECT_EQ(answer.code(), "InvalidParam");
    EXPECT_THAT(answer.message(), HasSubstr("is in the service's configuration file: remove its table there"));
  }
}

// What was written would stay in the former folder for ever, unbound or not.
TEST_F(Edges, KeepTheirFilesWhereTheyAre) {
  ASSERT_EQ(me.own("CreateEdge", nginx_edge()).status, 200);
  fs::create_directory(roots / "new");
  json::object moved = nginx_edge();
  moved["Directory"] = (roots / "new").c_str();
  json::object files = nginx_edge();
  files["Kind"] = "files";
  const json::object caddy{{"Name", "web"}, {"Kind", "caddy"}};
  for (const json::object& other : {moved, files, caddy}) {
    const Answer answer = me.own("CreateEdge", other);
    EXPECT_EQ(answer.code(), "InvalidParam");
    EXPECT_THAT(answer.message(), HasSubstr("has its files in " + folder.string()));
    EXPECT_THAT(answer.message(), HasSubstr("`livecert edge delete web --withdraw`"));
  }
  EXPECT_EQ(service::added_edges(service.services(), board.places)->definitions.front().directory, folder);
  ASSERT_EQ(me.own("DeleteEdge", {{"Name", "web"}}).status, 200);
  EXPECT_EQ(me.own("CreateEdge", caddy).status, 200);
  EXPECT_EQ(me.own("CreateEdge", moved).status, 200) << "Caddy has no files";
}

TEST_F(Edges, AreRefusedWithTheMemberThatIsWrong) {
  const auto refusal_of = [&](const char* member, const json::value& value) {
    json::object edge = nginx_edge();
    edge[member] = value;
    const Answer answer = me.own("CreateEdge", edge);
    EXPECT_EQ(answer.status, 400) << member;
    return answer.message();
  };
  EXPECT_THAT(refusal_of("Kind", "apache"), HasSubstr("kind"));
  EXPECT_THAT(refusal_of("Directory", "../etc"), HasSubstr("directory"));
  EXPECT_THAT(refusal_of("Listen", "localhost:443"), HasSubstr("listen"));
  EXPECT_THAT(refusal_of("Mode", "0644"), HasSubstr("mode"));
  EXPECT_THAT(refusal_of("Owner", "nobody-of-that-name"), HasSubstr("owner"));
  EXPECT_THAT(refusal_of("Owner", "root"), HasSubstr("owner can only be set in the service's configuration file"));
  EXPECT_THAT(refusal_of("Group", "root"), HasSubstr("group can only be set in the service's configuration file"));
  EXPECT_THAT(refusal_of("Listen", "192.0.2.1:443"), HasSubstr("listen must be an address of this machine"));
  for (const fs::path& elsewhere : {fs::path("/etc"), roots, service.directory(), fs::path("/proc/self/cwd")}) {
    EXPECT_THAT(refusal_of("Directory", elsewhere.c_str()), HasSubstr("directory must be below " + roots.string()));
  }
  EXPECT_THAT(refusal_of("Directory", (roots / "none").c_str()), HasSubstr("create it"));
  EXPECT_THAT(refusal_of("Socket", "/run/x"), HasSubstr("socket"));
  EXPECT_THAT(refusal_of("Name", "../x"), HasSubstr("name"));
  EXPECT_THAT(refusal_of("Domains", json::array{"a.example\nkind=files"}), HasSubstr("domains"));
  EXPECT_THAT(refusal_of("Projects", json::array{"a\nkind=files"}), HasSubstr("control character"));
}

TEST_F(Edges, ACommandCannotBeAddedOverTheNetwork) {
  const json::object edge{{"Name", "files"},
                          {"Kind", "files"},
                          {"Directory", folder.string()},
                          {"Command", json::array{"/bin/sh", "-c", "id"}}};
  const Answer answer = me.own("CreateEdge", edge);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("command can only be set in the service's configuration file"));
}

TEST_F(Edges, OfTheConfigurationFileAreChangedThere) {
  board.edges = {edge_named("web")};
  const Answer answer = me.own("CreateEdge", nginx_edge());
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("configuration file"));
}

TEST_F(Edges, ReplaceNothingThatLivecertDidNotMake) {
  std::ofstream(folder / "ca.pem") << "-----BEGIN CERTIFICATE-----\nsomebody's";
  const Answer answer = me.own("CreateEdge", nginx_edge());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("holds ca.pem, which livecert did not make"));
}

TEST_F(Edges, AreNotLedOutOfTheRootByALink) {
  fs::create_directory(directory.path() / "elsewhere");
  fs::create_directory_symlink(directory.path() / "elsewhere", roots / "link");
  json::object edge = nginx_edge();
  edge["Directory"] = (roots / "link").c_str();
  const Answer answer = me.own("CreateEdge", edge);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("is a symbolic link"));
}

// The board, like the fleet, learns of an edge a little after it was added. Until then the later edge must not push out
// the earlier one, whichever name comes first.
TEST_F(Edges, TakeNoFolderOfOneThatWasJustAdded) {
  json::object edge = nginx_edge();
  EXPECT_EQ(me.own("CreateEdge", edge).status, 200);
  edge["Name"] = "a-web";
  const Answer answer = me.own("CreateEdge", edge);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("are also those of the edge web"));
  EXPECT_THAT(*service.store().ask(&store::Snapshot::list_edges), SizeIs(1));
  edge["Name"] = "web";
  edge["Domains"] = json::array{"b.example"};
  EXPECT_EQ(me.own("CreateEdge", edge).status, 200) << "which replaces itself";
}

TEST_F(Edges, TakeNoFolderOfAnotherEdge) {
  board.edges = {edge_named("front")};
  board.edges.front().definition.directory = folder;
  fs::create_directory(folder / "inside");
  json::object edge = nginx_edge();
  edge["Directory"] = (folder / "inside").c_str();
  EXPECT_THAT(me.own("CreateEdge", edge).message(), HasSubstr("are also those of the edge front"));
}

TEST_F(Edges, CanHaveNoFolderWhereTheOperatorNamesNone) {
  board.places.clear();
  EXPECT_THAT(me.own("CreateEdge", nginx_edge()).message(), HasSubstr("no edge with files can be added here"));
  EXPECT_EQ(me.own("CreateEdge", {{"Name", "caddy"}, {"Kind", "caddy"}}).status, 200);
}

TEST_F(Edges, ThatAreNotUnderstoodOrNotAllowedAnyMoreAreKeptAndTold) {
  keep_edge("odd", "name=odd\nkind=spaceship\n");
  keep_edge("far", "name=far\nkind=files\ndirectory=/etc\ndomains=*.example.net\n");
  ASSERT_EQ(me.own("CreateEdge", nginx_edge()).status, 200);
  const auto added = service::added_edges(service.services(), board.places);
  EXPECT_THAT(added->definitions, SizeIs(1));
  ASSERT_THAT(added->refused, SizeIs(2));
  board.edges = added->refused;
  const Answer answer = me.own("ListEdges", {});
  ASSERT_EQ(answer.status, 200);
  const json::object& far = answer.result.at("EdgeList").as_array().at(0).as_object();
  EXPECT_EQ(far.at("Name").as_string(), "far");
  EXPECT_EQ(far.at("Kind").as_string(), "files");
  EXPECT_THAT(std::string(far.at("Failure").as_string()), HasSubstr("it is not delivered to: directory must be below"));
  const json::object& odd = answer.result.at("EdgeList").as_array().at(1).as_object();
  EXPECT_EQ(odd.at("Name").as_string(), "odd");
  EXPECT_EQ(odd.at("Kind").as_string(), "");
  EXPECT_THAT(std::string(odd.at("Failure").as_string()), HasSubstr("kind must be nginx"));

  // A domain that it should serve is not served. For an edge that is not understood, its domains are unknown.
  EXPECT_EQ(state(delivery(bound_chain("a.example.net"))), "failing");
  EXPECT_EQ(state(delivery(bound_chain("a.example"))), "nowhere");
  // And they can be deleted.
  EXPECT_EQ(me.own("DeleteEdge", {{"Name", "far"}}).status, 200);
}

}  // namespace
}  // namespace livecert

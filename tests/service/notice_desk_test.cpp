#include "service/notice_desk.h"

#include <algorithm>
#include <mutex>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/edge_source.h"
#include "service/local_edges.h"
#include "service/submit.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;

using domain::FactKind;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::leaf_for;
using test::Pki;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Board final : public service::LocalEdges {
 public:
  [[nodiscard]] std::vector<edge::EdgeStatus> status() const override { return edges; }
  [[nodiscard]] std::vector<std::filesystem::path> roots() const override { return {}; }
  std::vector<edge::EdgeStatus> edges;
};

class NoticeDeskTest : public testing::Test {
 protected:
  NoticeDeskTest() : me(service, service.root()) {
    service.services().edges = &board;
    restart();
  }
  ~NoticeDeskTest() override { service.services().notices = nullptr; }

  // What a new process knows: the store alone.
  void restart() {
    service.services().notices = nullptr;
    const auto call = [this](const outgoing::Call& sent) -> base::Result<outgoing::Answer> {
      if (during_a_call) std::exchange(during_a_call, {})();
      const std::lock_guard lock(mutex);
      calls.push_back(sent);
      if (answer.status == 0) return base::Error{base::ErrorCode::kUpstreamFailure, "", "down"};
      return answer;
    };
    const auto mail = [this](const outgoing::Mail& sent) -> base::Result<outgoing::Answer> {
      const std::lock_guard lock(mutex);
      mails.push_back(sent);
      return outgoing::Answer{250, "", {}};
    };
    desk = std::make_unique<service::NoticeDesk>(service.services(), outgoing::Sender{call, mail},
                                                 [this](const std::string& line) {
                                                   const std::lock_guard lock(mutex);
                                                   warnings.push_back(line);
                                                 });
    service.services().notices = desk.get();
  }

  void add_channel(const std::string& name, json::object more = {}) const {
    more["Name"] = name;
    if (!more.contains("Kind")) more["Kind"] = "webhook";
    if (!more.contains("URL")) more["URL"] = "https://hooks.example.com/" + name;
    if (more.at("Kind").as_string() == "webhook") more["Secret"] = "signing-secret";
    const test::Answer answered = me.own("CreateNotifyChannel", more);
    EXPECT_EQ(answered.status, 200) << answered.message();
  }
  Pki::Leaf leaf(const std::string& name, base::Time::duration lived, base::Time::duration left) {
    Pki::Leaf made = leaf_for({name});
    made.not_before = std::chrono::floor<seconds>(service.clock().now() - lived);
    made.not_after = std::chrono::floor<seconds>(service.clock().now() + left);
    return made;
  }
  // A domain with HTTPS whose certificate has lived, and will live, so long.
  std::string bound(const std::string& domain, base::Time::duration lived, base::Time::duration left) {
    const std::string chain = me.upload(leaf(domain, lived, left));
    me.add_domain(domain);
    EXPECT_EQ(me.bind(chain, domain, {{"HTTPS", true}}).status, 200);
    return chain;
  }
  void add_edge(const std::string& name, const std::vector<std::string>& domains = {}) {
    edge::EdgeStatus& status = board.edges.emplace_back();
    status.definition.name = name;
    status.definition.listen = edge::Address{"127.0.0.1", 443};
    status.definition.selection.domains = domains;
  }
  // The edge shows the ordered version from now on, and no other.
  void show(const std::string& edge, const std::string& domain) {
    const base::Time now = service.clock().now();
    const auto ordered = service::EdgeSource(service.services()).read_all();
    for (const edge::Order& order : ordered->orders) {
      if (std::string(order.domain) != domain) continue;
      std::vector<domain::Receipt> receipts =
          *service.store().ask(&store::Snapshot::list_receipts, {.edge = edge, .domain = domain});
      for (domain::Receipt& receipt : receipts) {
        if (receipt.is_shown()) receipt.shown_until = now;
      }
      domain::Receipt shown{edge, domain, order.chain, order.version, now};
      shown.shown_since = shown.last_seen = shown.proved_at = now;
      shown.valid_until = order.ends_at;
      for (const edge::EdgeStatus& status : board.edges) {
        if (status.definition.name == edge) shown.epoch = edge::epoch_of(status.definition);
      }
      std::erase_if(receipts, [&](const domain::Receipt& receipt) { return receipt.version == order.version; });
      receipts.push_back(shown);
      EXPECT_TRUE(service::EdgeSource(service.services()).keep(receipts));
    }
  }
  // One look at a minute in which messages go out.
  std::vector<outgoing::Call> look() {
    while (true) {
      const auto minute = std::chrono::floor<minutes>(service.clock().now().time_since_epoch()).count() % 30;
      if (minute != 0 && minute != 29) break;
      service.clock().advance(minutes(1));
    }
    desk->look(std::stop_token());
    const std::lock_guard lock(mutex);
    return std::exchange(calls, {});
  }
  static std::vector<std::string> said(const std::vector<outgoing::Call>& calls) {
    std::vector<std::string> all;
    for (const outgoing::Call& call : calls) {
      const json::value body = json::parse(call.body);
      for (const json::value& notice : body.at("notices").as_array()) {
        all.push_back(std::string(notice.at("domain").as_string()) + " " + std::string(notice.at("state").as_string()) +
                      " " + std::to_string(notice.at("level").as_int64()));
      }
    }
    return all;
  }
  std::size_t told(const std::string& channel) {
    return service.store().ask(&store::Snapshot::list_told, channel)->size();
  }
  domain::ChannelState state(const std::string& channel) {
    const auto channels = service.store().ask(&store::Snapshot::list_notify_channels);
    for (const auto& stored : *channels) {
      if (stored.name == channel) return stored.state;
    }
    ADD_FAILURE() << channel;
    return {};
  }

  TestService service;
  Tenant me;
  Board board;
  std::mutex mutex;
  std::vector<outgoing::Call> calls;
  std::vector<outgoing::Mail> mails;
  std::vector<std::string> warnings;
  outgoing::Answer answer{200, "", {}};
  std::function<void()> during_a_call;  // once
  std::unique_ptr<service::NoticeDesk> desk;
};

TEST_F(NoticeDeskTest, TellsEachLevelOnceAndARestartRepeatsNothing) {
  add_channel("duty");
  bound("a.example", days(50), days(40));
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(days(12));
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
  EXPECT_THAT(look(), IsEmpty());
  restart();
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(days(16));
  EXPECT_THAT(said(look()), ElementsAre("a.example open 2"));
  service.clock().advance(days(30));
  EXPECT_THAT(said(look()), ElementsAre("a.example open 4"));
  restart();
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(NoticeDeskTest, IsSolvedWhenTheRenewalIsSeenAndNotWhenItIsBound) {
  add_channel("duty");
  add_edge("web");
  const std::string chain = bound("a.example", days(70), days(20));
  show("web", "a.example");
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
  ASSERT_EQ(me.update(chain, leaf("a.example", days(0), days(90))).status, 200);
  EXPECT_THAT(look(), IsEmpty()) << "the edge shows the former version";
  restart();
  EXPECT_THAT(look(), IsEmpty());
  show("web", "a.example");
  EXPECT_THAT(said(look()), ElementsAre("a.example solved 1"));
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(told("duty"), 0U);
}

// Complaint of many: mail about a certificate that was replaced long ago.
TEST_F(NoticeDeskTest, SaysNothingAboutWhatIsSuperseded) {
  add_channel("duty");
  bound("a.example", days(40), days(50));
  const std::string next = me.upload(leaf("a.example", days(0), days(90)));
  ASSERT_EQ(me.bind(next, "a.example", {{"HTTPS", true}}).status, 200);
  service.clock().advance(days(45));
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(days(10));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(NoticeDeskTest, SaysNothingAboutWhatIsUsedByNoDomainOrNotServed) {
  add_channel("duty");
  me.upload(leaf("unused.example", days(80), days(10)));
  bound("disabled.example", days(80), days(10));
  ASSERT_EQ(me.live("DisableDomain", {{"Domain", "disabled.example"}}).status, 200);
  const std::string chain = me.upload(leaf("plain.example", days(80), days(10)));
  me.add_domain("plain.example");
  ASSERT_EQ(me.bind(chain, "plain.example", {{"HTTPS", false}}).status, 200);
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(NoticeDeskTest, AnEdgeThatDoesNotShowWhatItShouldIsToldAfterAWhile) {
  add_channel("duty");
  add_edge("web");
  bound("a.example", days(0), days(90));
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(minutes(5));
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(minutes(10));
  const auto sent = look();
  EXPECT_THAT(said(sent), ElementsAre("a.example open 1"));
  EXPECT_THAT(sent.at(0).body, HasSubstr("not-shown"));
  show("web", "a.example");
  EXPECT_THAT(said(look()), ElementsAre("a.example solved 1"));
}

// The edge was declared at another address: nothing is known of what is there.
TEST_F(NoticeDeskTest, WhatAnotherServerShowedUnderTheNameOfAnEdgeCountsForNothing) {
  add_channel("duty");
  add_edge("web");
  bound("a.example", days(0), days(90));
  show("web", "a.example");
  service.clock().advance(hours(1));
  EXPECT_THAT(look(), IsEmpty());
  board.edges.front().definition.listen = edge::Address{"127.0.0.2", 443};
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
}

// The earlier version's receipt is of the time when it was ordered before.
TEST_F(NoticeDeskTest, ARollbackIsGivenItsTimeToo) {
  add_channel("duty");
  add_edge("web");
  const std::string chain = bound("a.example", days(10), days(80));
  show("web", "a.example");
  service.clock().advance(hours(1));
  ASSERT_EQ(me.update(chain, leaf("a.example", days(0), days(90))).status, 200);
  show("web", "a.example");
  service.clock().advance(hours(1));
  ASSERT_EQ(me.own("RollbackCert", {{"ChainID", chain}}).status, 200);
  EXPECT_THAT(look(), IsEmpty());
  service.clock().advance(minutes(12));
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
  show("web", "a.example");
  EXPECT_THAT(said(look()), ElementsAre("a.example solved 1"));
}

TEST_F(NoticeDeskTest, WhatBecameOfAMessageSaysNothingAboutTheChannelThatTookItsPlace) {
  add_channel("duty");
  bound("a.example", days(70), days(20));
  answer.status = 503;
  during_a_call = [this] { add_channel("duty", {{"URL", "https://hooks.example.com/another"}}); };
  EXPECT_THAT(look(), SizeIs(1));
  EXPECT_EQ(state("duty").failures, 0) << "the former address failed";
  answer.status = 200;
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
  EXPECT_EQ(told("duty"), 1U);
}

TEST_F(NoticeDeskTest, ManyChangesMakeOneMessage) {
  add_channel("duty");
  for (int i = 0; i < 6; ++i) bound("d" + std::to_string(i) + ".example", days(70), days(20));
  const auto sent = look();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_THAT(said(sent), SizeIs(6));
  EXPECT_EQ(told("duty"), 6U);
}

TEST_F(NoticeDeskTest, AReceiverThatIsDownLosesNothingAndDoublesNothing) {
  add_channel("duty");
  bound("a.example", days(70), days(20));
  answer.status = 0;
  EXPECT_THAT(look(), SizeIs(1));
  EXPECT_EQ(told("duty"), 0U);
  EXPECT_EQ(state("duty").failures, 1);
  EXPECT_THAT(state("duty").failure, HasSubstr("hooks.example.com cannot be reached"));
  EXPECT_THAT(look(), IsEmpty()) << "the pause";
  restart();
  EXPECT_THAT(look(), IsEmpty()) << "the pause outlives a restart";
  service.clock().advance(minutes(3));
  answer.status = 503;
  EXPECT_THAT(look(), SizeIs(1));
  EXPECT_EQ(state("duty").failures, 2);
  service.clock().advance(hours(2));
  answer.status = 200;
  EXPECT_THAT(said(look()), ElementsAre("a.example open 1"));
  EXPECT_EQ(state("duty"), (domain::ChannelState{0, "", {}, {}, state("duty").delivered_at}));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(NoticeDeskTest, ARobotsErrorInsideA200IsAFailure) {
  add_channel("robot",
              {{"Kind", "feishu"}, {"URL", "https://open.feishu.cn/open-apis/bot/v2/hook/token-of-the-robot"}});
  bound("a.example", days(70), days(20));
  answer.body = R"({"code":19024,"msg":"Key Words Not Found"})";
  EXPECT_THAT(look(), SizeIs(1));
  EXPECT_EQ(told("robot"), 0U);
  EXPECT_THAT(state("robot").failure, HasSubstr("keyword"));
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_THAT(warnings[0], testing::Not(HasSubstr("token-of-the-robot")));
}

TEST_F(NoticeDeskTest, AFailingChannelIsCountedAndOnTheBoardUntilItWorks) {
  add_channel("duty");
  bound("a.example", days(70), days(20));
  answer.status = 500;
  look();
  ASSERT_THAT(desk->counts(), SizeIs(1));
  EXPECT_EQ(desk->counts()[0].failed, 1U);
  EXPECT_TRUE(desk->counts()[0].is_failing);
  service::Readiness readiness(service.clock());
  desk->report(readiness);
  ASSERT_THAT(readiness.reasons(), SizeIs(1));
  EXPECT_EQ(readiness.reasons()[0].name, "notices-failing");
  EXPECT_EQ(readiness.reasons()[0].kind, service::Reason::Kind::kDegraded);
  restart();
  look();
  EXPECT_TRUE(desk->counts().at(0).is_failing) << "the store knows it";
  service.clock().advance(hours(2));
  answer.status = 200;
  look();
  EXPECT_EQ(desk->counts()[0].sent, 1U);
  EXPECT_FALSE(desk->counts()[0].is_failing);
  desk->report(readiness);
  EXPECT_THAT(readiness.reasons(), IsEmpty());
}

TEST_F(NoticeDeskTest, AChannelHearsOnlyOfItsAccounts) {
  const auto other = service.new_account("other");
  add_channel("all");
  add_channel("root", {{"Accounts", json::array{service.root_account()}}});
  const Tenant them(service, other);
  const std::string chain = them.upload(leaf("b.example", days(70), days(20)));
  them.add_domain("b.example");
  ASSERT_EQ(them.bind(chain, "b.example", {{"HTTPS", true}}).status, 200);
  const auto sent = look();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].url, "https://hooks.example.com/all");
}

TEST_F(NoticeDeskTest, AlertmanagerHearsOfItEachMinuteUntilItIsOver) {
  add_channel("am", {{"Kind", "alertmanager"}, {"URL", "http://127.0.0.1:9093"}});
  add_edge("web");
  const std::string chain = bound("a.example", days(70), days(20));
  show("web", "a.example");
  EXPECT_THAT(look(), SizeIs(1));
  EXPECT_THAT(look(), IsEmpty());
  for (int i = 0; i < 3; ++i) {
    service.clock().advance(minutes(1));
    desk->look(std::stop_token());
  }
  EXPECT_THAT(std::exchange(calls, {}), SizeIs(3));
  restart();
  service.clock().advance(seconds(5));
  EXPECT_THAT(look(), SizeIs(1));
  ASSERT_EQ(me.update(chain, leaf("a.example", days(0), days(90))).status, 200);
  show("web", "a.example");
  const auto sent = look();
  ASSERT_THAT(sent, SizeIs(1));
  const json::value alert = json::parse(sent[0].body).at(0);
  EXPECT_EQ(alert.at("labels").at("domain").as_string(), "a.example");
  EXPECT_EQ(alert.at("endsAt").as_string(), base::to_rfc3339(service.clock().now()));
  service.clock().advance(minutes(1));
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(told("am"), 0U);
}

TEST_F(NoticeDeskTest, AMailGoesToItsServer) {
  add_channel("post", {{"Kind", "mail"},
                       {"URL", "smtp://127.0.0.1:2525"},
                       {"From", "livecert@example.com"},
                       {"To", json::array{"a@example.com"}}});
  bound("a.example", days(70), days(20));
  look();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(mails[0].url, "smtp://127.0.0.1:2525");
  EXPECT_EQ(told("post"), 1U);
}

TEST_F(NoticeDeskTest, ADomainThatIsUnboundIsForgottenWithoutAWord) {
  add_channel("duty");
  const std::string chain = bound("a.example", days(70), days(20));
  look();
  EXPECT_EQ(told("duty"), 1U);
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}, {"ChainID", chain}}).status, 200);
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(told("duty"), 0U);
}

// 400 days of the whole desk over a real store: renewals at another time each, and a new process every few days.
TEST_F(NoticeDeskTest, FourHundredDaysMissNothingAndDoubleNothing) {
  struct Plot {
    std::string domain;
    hours life;
    hours renewed_before_end;
    std::string chain = {};
    base::Time end = {};
  };
  std::vector<Plot> plots{{"six.example", hours(6 * 24), hours(20)},
                          {"six-early.example", hours(6 * 24), hours(60)},
                          {"forty-five.example", hours(45 * 24), hours(60)},
                          {"ninety.example", hours(90 * 24), hours(25 * 24)},
                          {"year.example", hours(398 * 24), hours(20 * 24)}};
  add_channel("duty");
  add_edge("web");
  const base::Time begin = service.clock().now();
  for (Plot& plot : plots) {
    plot.chain = bound(plot.domain, hours(0), plot.life);
    plot.end = std::chrono::floor<seconds>(begin + plot.life);
    show("web", plot.domain);
  }
  std::multiset<std::string> expected;
  std::multiset<std::string> got;
  constexpr hours kStep(3);
  for (int step = 0; step * kStep < hours(400 * 24); ++step) {
    service.clock().advance(begin + step * kStep + minutes(7) - service.clock().now());
    const base::Time now = service.clock().now();
    for (Plot& plot : plots) {
      if (now < plot.end - plot.renewed_before_end) continue;
      // Of the former certificate: the levels that were over at a look.
      bool is_told = false;
      const base::Time last_look = begin + (step - 1) * kStep + minutes(7);
      const base::Time former = plot.end - plot.life;
      for (const auto& [level, part] : {std::pair(1, 12 - 4), std::pair(2, 12 - 2), std::pair(3, 12 - 1)}) {
        if (last_look < former + plot.life * part / 12) continue;
        expected.insert(plot.domain + " open " + std::to_string(level));
        is_told = true;
      }
      if (is_told) {
        std::int64_t last = last_look >= former + plot.life * 11 / 12   ? 3
                            : last_look >= former + plot.life * 10 / 12 ? 2
                                                                        : 1;
        expected.insert(plot.domain + " solved " + std::to_string(last));
      }
      plot.end = std::chrono::floor<seconds>(now + plot.life);
      ASSERT_EQ(me.update(plot.chain, leaf(plot.domain, hours(0), plot.life)).status, 200);
      show("web", plot.domain);
    }
    if (step % 37 == 0) restart();
    desk->look(std::stop_token());
    for (std::string& line : said(std::exchange(calls, {}))) got.insert(std::move(line));
  }
  EXPECT_GT(expected.size(), 200U);
  std::multiset<std::string> missed;
  std::ranges::set_difference(expected, got, std::inserter(missed, missed.end()));
  EXPECT_THAT(missed, IsEmpty());
  // What the last certificates of the year have reached was not counted as expected.
  std::multiset<std::string> more;
  std::ranges::set_difference(got, expected, std::inserter(more, more.end()));
  for (const Plot& plot : plots) {
    const base::Time last_look = service.clock().now();
    for (const auto& [level, part] : {std::pair(1, 8), std::pair(2, 10), std::pair(3, 11)}) {
      if (last_look < plot.end - plot.life + plot.life * part / 12) continue;
      const auto found = more.find(plot.domain + " open " + std::to_string(level));
      ASSERT_NE(found, more.end()) << plot.domain << level;
      more.erase(found);
    }
  }
  EXPECT_THAT(more, IsEmpty());
}

}  // namespace
}  // namespace livecert

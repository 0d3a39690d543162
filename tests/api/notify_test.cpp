#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/notice_desk.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;

using test::Answer;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class NotifyTest : public testing::Test {
 protected:
  NotifyTest() : me(service, service.root()) {}
  ~NotifyTest() override { service.services().notices = nullptr; }

  static json::object feishu() {
    return {{"Name", "duty"},
            {"Kind", "feishu"},
            {"URL", "https://open.feishu.cn/open-apis/bot/v2/hook/token-of-the-robot"},
            {"Secret", "sign-secret"},
            {"Language", "zh"},
            {"QuietHours", "22:00-07:00+08:00"}};
  }
  [[nodiscard]] json::array list() const {
    return me.own("ListNotifyChannels", {}).result.at("NotifyChannelList").as_array();
  }
  [[nodiscard]] std::string refusal(const char* member, json::value value) const {
    json::object body = feishu();
    body[member] = std::move(value);
    const Answer answer = me.own("CreateNotifyChannel", body);
    EXPECT_EQ(answer.status, 400) << member;
    return answer.message();
  }
  // The services send, and every call gets that answer.
  void begin_to_send(outgoing::Answer answer) {
    const auto call = [this, answer](const outgoing::Call& sent) -> base::Result<outgoing::Answer> {
      calls.push_back(sent);
      return answer;
    };
    desk = std::make_unique<service::NoticeDesk>(service.services(), outgoing::Sender{call, {}},
                                                 [](const std::string&) {});
    service.services().notices = desk.get();
  }

  TestService service;
  Tenant me;
  std::vector<outgoing::Call> calls;
  std::unique_ptr<service::NoticeDesk> desk;
};

TEST_F(NotifyTest, AreTheRootAccountsBusiness) {
  const auto other = service.new_account("other");
  for (const char* action :
       {"CreateNotifyChannel", "ListNotifyChannels", "DeleteNotifyChannel", "TestNotifyChannel", "PreviewNotice"}) {
    EXPECT_EQ(Tenant(service, other).own(action, {{"Name", "duty"}}).code(), "AccessDenied") << action;
  }
}

TEST_F(NotifyTest, AChannelIsAddedListedWithoutItsSecretsAndDeleted) {
  const Answer added = me.own("CreateNotifyChannel", feishu());
  ASSERT_EQ(added.status, 200) << added.message();
  EXPECT_EQ(added.text("Host"), "open.feishu.cn");
  const json::array listed = list();
  ASSERT_THAT(listed, SizeIs(1));
  const json::object& item = listed.at(0).as_object();
  EXPECT_EQ(item.at("Name").as_string(), "duty");
  EXPECT_EQ(item.at("Kind").as_string(), "feishu");
  EXPECT_EQ(item.at("Language").as_string(), "zh");
  EXPECT_EQ(item.at("QuietHours").as_string(), "22:00-07:00+08:00");
  const auto kept = service.store().ask(&store::Snapshot::list_notify_channels);
  ASSERT_TRUE(kept);
  for (const char* secret : {"token-of-the-robot", "sign-secret"}) {
    EXPECT_THAT(json::serialize(list()), Not(HasSubstr(secret)));
    EXPECT_THAT(json::serialize(added.result), Not(HasSubstr(secret)));
    for (const auto& record : service.access_log()) EXPECT_THAT(record.detail, Not(HasSubstr(secret)));
    for (const auto& stored : *kept) {
      EXPECT_THAT(stored.definition, Not(HasSubstr(secret)));
      EXPECT_THAT(std::string(base::as_text(stored.secret.bytes)), Not(HasSubstr(secret))) << "it is sealed";
    }
  }
  ASSERT_EQ(me.own("DeleteNotifyChannel", {{"Name", "duty"}}).status, 200);
  EXPECT_THAT(list(), SizeIs(0));
  EXPECT_EQ(me.own("DeleteNotifyChannel", {{"Name", "duty"}}).status, 404);
}

TEST_F(NotifyTest, RefusesWhatDoesNotFitAndNamesTheMember) {
  EXPECT_THAT(refusal("Name", "on duty"), HasSubstr("Name"));
  EXPECT_THAT(refusal("Kind", "pigeon"), HasSubstr("Kind must be one of webhook, feishu"));
  EXPECT_THAT(refusal("Language", "fr"), HasSubstr("Language"));
  EXPECT_THAT(refusal("QuietHours", "at night"), HasSubstr("QuietHours"));
  EXPECT_THAT(refusal("Accounts", json::array{"root"}), HasSubstr("Accounts"));
  EXPECT_THAT(refusal("URL", "open.feishu.cn/secret-part"), Not(HasSubstr("secret-part")));
  EXPECT_THAT(refusal("To", json::array{"x"}), HasSubstr("To is only for mail and telegram"));
  EXPECT_THAT(list(), SizeIs(0));
}

TEST_F(NotifyTest, AStoppedServiceTestsNothing) {
  ASSERT_EQ(me.own("CreateNotifyChannel", feishu()).status, 200);
  EXPECT_THAT(me.own("TestNotifyChannel", {{"Name", "duty"}}).message(), HasSubstr("stopped service"));
}

TEST_F(NotifyTest, ATestIsSentAtOnceAndSaysWhatTheReceiverAnswered) {
  begin_to_send({200, R"({"code":19021,"msg":"sign match fail"})", {}});
  ASSERT_EQ(me.own("CreateNotifyChannel", feishu()).status, 200);
  const Answer refused = me.own("TestNotifyChannel", {{"Name", "duty"}});
  ASSERT_EQ(refused.status, 200) << refused.message();
  EXPECT_FALSE(refused.result.at("Delivered").as_bool());
  EXPECT_THAT(refused.text("Failure"), HasSubstr("19021"));
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_THAT(calls[0].body, HasSubstr("livecert：测试消息"));
  begin_to_send({200, R"({"code":0})", {}});
  EXPECT_TRUE(me.own("TestNotifyChannel", {{"Name", "duty"}}).result.at("Delivered").as_bool());
  EXPECT_EQ(me.own("TestNotifyChannel", {{"Name", "other"}}).status, 404);
}

TEST_F(NotifyTest, APreviewShowsWhatWouldBeToldAndSendsNothing) {
  begin_to_send({200, R"({"code":0})", {}});
  ASSERT_EQ(me.own("CreateNotifyChannel", feishu()).status, 200);
  const Answer example = me.own("PreviewNotice", {{"Name", "duty"}});
  ASSERT_EQ(example.status, 200) << example.message();
  EXPECT_TRUE(example.result.at("Example").as_bool());
  EXPECT_THAT(example.text("Body"), HasSubstr("live.example.com"));
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}}).status, 200);
  service.clock().advance(std::chrono::days(89));
  const Answer real = me.own("PreviewNotice", {{"Name", "duty"}});
  EXPECT_FALSE(real.result.at("Example").as_bool());
  EXPECT_EQ(real.result.at("Notices").as_int64(), 1);
  EXPECT_THAT(real.text("Body"), HasSubstr("a.example"));
  EXPECT_THAT(json::serialize(real.result), Not(HasSubstr("token-of-the-robot")));
  EXPECT_THAT(calls, SizeIs(0));
}

}  // namespace
}  // namespace livecert

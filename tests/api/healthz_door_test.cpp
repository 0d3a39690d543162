#include "api/healthz_door.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "support/test_service.h"

namespace livecert::api {
namespace {

using test::TestService;

http::Request ask(const std::string& method, const std::string& target) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.peer_address = "192.0.2.7";
  return request;
}

TEST(HealthzDoor, AnswersEveryMethodInTheEnvelopeAndWithALineInTheLog) {
  TestService service;
  HealthzDoor door(service.services(), service.answerer());
  for (const char* method : {"GET", "HEAD", "POST"}) {
    const std::size_t lines = service.access_log().size();
    const auto response = door.answer(ask(method, "/healthz?probe=1"), kHealthzPath);
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 200);
    const auto body = boost::json::parse(std::get<std::string>(response->body)).as_object();
    EXPECT_EQ(body.at("Result"), (boost::json::object{{"Status", "ok"}}));
    const auto& metadata = body.at("ResponseMetadata").as_object();
    ASSERT_EQ(service.access_log().size(), lines + 1);
    const AccessRecord& line = service.access_log().back();
    EXPECT_EQ(metadata.at("RequestId").as_string(), line.request_id);
    EXPECT_FALSE(metadata.contains("Action"));
    EXPECT_EQ(line.peer_address, "192.0.2.7");
    EXPECT_EQ(line.action, "-");
    EXPECT_EQ(line.code, "OK");
  }
}

TEST(HealthzDoor, LeavesATargetThatCannotBeReadToTheGateway) {
  TestService service;
  HealthzDoor door(service.services(), service.answerer());
  for (const char* target : {"/healthz?%", "ftp://host/healthz"}) {
    EXPECT_FALSE(door.answer(ask("GET", target), kHealthzPath).has_value()) << target;
  }
  EXPECT_TRUE(service.access_log().empty());
  EXPECT_EQ(service.send(ask("GET", "/healthz?%")).status, 400);
}

}  // namespace
}  // namespace livecert::api

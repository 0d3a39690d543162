// Whoever asks for Chinese gets livecert's own sentences in Chinese; codes, the vendor's sentences and the log stay.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::leaf_for;
using test::TestService;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kOwn = "2026-12-01";

class AnswerLanguage : public testing::Test {
 protected:
  Answer ask(const std::string& action, const json::object& body, const std::string& version = kOwn,
             const std::string& language = "zh-CN,zh;q=0.9,en;q=0.8") {
    http::Request request = service.signed_request(action, json::serialize(body), version);
    request.headers.add("Accept-Language", language);
    return service.send(std::move(request));
  }

  TestService service;
};

TEST_F(AnswerLanguage, ARefusalIsToldInChineseWithTheSameCode) {
  const json::object body{{"ChainID", std::string(32, 'a')}};
  const Answer english = service.call("ListCertVersions", json::serialize(body), kOwn);
  const Answer chinese = ask("ListCertVersions", body);
  EXPECT_EQ(english.message(), "ChainID " + std::string(32, 'a') + " does not exist");
  EXPECT_EQ(chinese.message(), "ChainID " + std::string(32, 'a') + " 不存在");
  EXPECT_EQ(chinese.code(), english.code());
  EXPECT_EQ(chinese.status, english.status);
  EXPECT_EQ(service.access_log().back().message, "ChainID " + std::string(32, 'a') + " does not exist")
      << "the log stays English";
}

TEST_F(AnswerLanguage, WhoPrefersAnotherLanguageReadsEnglish) {
  for (const char* language : {"en,zh;q=0.5", "de", ""}) {
    EXPECT_EQ(ask("ListCertVersions", {{"ChainID", std::string(32, 'a')}}, kOwn, language).message(),
              "ChainID " + std::string(32, 'a') + " does not exist");
  }
}

TEST_F(AnswerLanguage, TheVendorsSentenceStaysBeforeOurs) {
  EXPECT_EQ(ask("BindCert", {{"HTTPS", "yes"}}, "2023-01-01").message(),
            "Request parameter error, please check input data：ChainID 为必填项；Domain 为必填项；HTTPS 必须是 true 或 "
            "false");
  http::Request unsigned_request = service.signed_request("ListCert", "{}");
  unsigned_request.headers = {};
  unsigned_request.headers.add("Accept-Language", "zh");
  EXPECT_THAT(service.send(std::move(unsigned_request)).message(),
              AllOf(StartsWith("The request is missing X-Date information. "), HasSubstr("请在 X-Date 头中")));
}

TEST_F(AnswerLanguage, EveryFindingOfARefusedUploadIsChinese) {
  const Answer answer = ask(
      "CreateCert", json::object{{"UseWay", "https"}, {"Rsa", {{"Pubkey", "nothing"}, {"Prikey", ""}}}}, "2023-01-01");
  EXPECT_EQ(answer.code(), "InvalidParam.BindError") << answer.message();
  const json::object upload{{"UseWay", "https"}, {"Rsa", {{"Pubkey", "nothing"}, {"Prikey", "nothing either"}}}};
  const std::string message = ask("CreateCert", upload, "2023-01-01").message();
  EXPECT_THAT(message, HasSubstr("[certificates-missing] 证书：文本中没有 CERTIFICATE 块。请上传 PEM 格式的证书链"));
  EXPECT_THAT(message,
              HasSubstr("[private-key-missing] 私钥：文本中没有 PRIVATE KEY 块。请上传 PEM 格式的叶子证书私钥"));
  const Answer plan = ask("PlanCert", upload);
  EXPECT_THAT(test::column(plan.result.at("Findings"), "Message"),
              ElementsAre("文本中没有 CERTIFICATE 块", "文本中没有 PRIVATE KEY 块"));
  EXPECT_THAT(test::column(plan.result.at("Findings"), "Id"),
              ElementsAre("certificates-missing", "private-key-missing"));
  EXPECT_THAT(std::string(plan.result.at("Error").at("Message").as_string()), HasSubstr("文本中没有 CERTIFICATE 块"));
}

TEST_F(AnswerLanguage, WarningsAreChineseAndTheirLineInTheLogIsNot) {
  const test::PemPair pair = service.pki().upload();
  const std::string twice = pair.certificates + pair.certificates;
  const Answer answer =
      ask("CreateCert", {{"UseWay", "https"}, {"Rsa", {{"Pubkey", twice}, {"Prikey", pair.key}}}}, "2023-01-01");
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_THAT(test::strings(answer.result.at("Warnings")), Contains(HasSubstr("是同一张证书，已略去")));
  EXPECT_THAT(service.access_log().back().detail, AllOf(HasSubstr("it is left out"), Not(HasSubstr("略去"))));
}

TEST_F(AnswerLanguage, FilesAreInspectedInTheCallersLanguage) {
  const json::object body{{"Files", json::array{json::object{{"Name", "a.pem"}, {"Data", "IA=="}}}}};
  const auto fault = [&](const json::object& sent, const std::string& language) {
    const Answer answer = ask("InspectUpload", sent, kOwn, language);
    EXPECT_EQ(answer.status, 200) << answer.message();
    return std::string(answer.result.at("Faults").at(0).at("Message").as_string());
  };
  EXPECT_EQ(fault(body, "en"), "is empty");
  EXPECT_EQ(fault(body, "zh"), "是空文件");
  json::object upload = body;
  upload["UseWay"] = "https";
  EXPECT_THAT(ask("UploadCert", upload).message(), StartsWith("Files 中没有证书及其私钥"));
}

}  // namespace
}  // namespace livecert
